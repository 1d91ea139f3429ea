"""What the pages of several apps show, read from each."""
