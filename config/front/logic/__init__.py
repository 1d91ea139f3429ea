"""What the pages of several apps decide. Plain Python."""
