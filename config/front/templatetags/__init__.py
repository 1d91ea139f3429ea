"""Tags of pages that show several apps."""
