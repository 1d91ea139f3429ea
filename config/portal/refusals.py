"""What every refusal has in common."""


class Refused(Exception):
    """An expected no. Its text is one sentence for the person who asked (409 or a flash)."""
