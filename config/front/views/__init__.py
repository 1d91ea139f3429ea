"""Pages that show several apps at once."""
