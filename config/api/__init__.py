"""Where the doors for machines are mounted."""
