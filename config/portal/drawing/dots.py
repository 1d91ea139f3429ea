"""Unit dots: so many of so many."""

from dataclasses import dataclass

DOTS_PER_ROW = 12
MOST_DOTS = 96
DOT_SPACING = 10


@dataclass(frozen=True)
class Dot:
    """One of so many; the ones to look at are rings, and stand at the end."""

    x: int
    y: int
    is_good: bool


@dataclass(frozen=True)
class Dots:
    """So many of so many. Without dots where there is nothing, or so much that it would blur."""

    width: int
    height: int
    dots: tuple[Dot, ...]


def unit_dots(number: int, total: int) -> Dots:
    """`total` dots in rows of twelve, the first `number` of them good."""
    if not 0 < total <= MOST_DOTS:
        return Dots(0, 0, ())
    half = DOT_SPACING // 2
    dots = tuple(
        Dot(
            half + DOT_SPACING * (index % DOTS_PER_ROW),
            half + DOT_SPACING * (index // DOTS_PER_ROW),
            index < number,
        )
        for index in range(total)
    )
    rows = -(-total // DOTS_PER_ROW)
    return Dots(DOT_SPACING * min(total, DOTS_PER_ROW), DOT_SPACING * rows, dots)
