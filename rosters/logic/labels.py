"""Labels of services as people read them. Pure."""

from collections.abc import Iterable


def in_words(label: str) -> str:
    """ "region: eu" for the region:eu of another system; what is words already stays as it is."""
    return ": ".join(part.strip() for part in label.split(":"))


def each_in_words(labels: Iterable[str]) -> list[tuple[str, str]]:
    """Every label as it is kept, and as it is read."""
    return [(label, in_words(label)) for label in labels]
