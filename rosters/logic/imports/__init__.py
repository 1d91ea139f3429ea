"""Files that bring rows in: what a row means, what is wrong with it, what it changes. Pure."""
