"""Stacked bars: day and night."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One line: how many by day and how many by night."""

    name: str
    day: int
    night: int
    href: str = ""

    @property
    def total(self) -> int:
        return self.day + self.night


@dataclass(frozen=True)
class Stacked:
    """One bar in hundredths of the longest: the light part ends where the dark one begins."""

    bar: Bar
    day_width: float
    night_width: float


def stacked_bars(bars: Sequence[Bar]) -> tuple[Stacked, ...]:
    """All bars on one scale; the longest takes the whole width."""
    longest = max((bar.total for bar in bars), default=0) or 1
    return tuple(
        Stacked(bar, round(100 * bar.day / longest, 1), round(100 * bar.night / longest, 1))
        for bar in bars
    )
