"""What goes wrong before anything runs."""


class CannotStart(Exception):
    """Something the person at the terminal can act on. Its text is what they read."""
