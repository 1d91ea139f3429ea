"""Files that bring rows in: checked first, applied whole or not at all."""
