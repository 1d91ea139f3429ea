"""A day strip: one bar per day, as high as that day was bad."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

DAY_PITCH, STRIP_HEIGHT = 4, 20
DAY_HEIGHTS = {1: 19, 2: 13, 3: 8, 4: 5}


class StripDay(Protocol):
    """One day: its worst severity (None for a quiet day) and how many incidents it had."""

    @property
    def date(self) -> datetime.date: ...
    @property
    def level(self) -> int | None: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True)
class DayBar:
    """One day's bar; `level` 0 is a quiet day."""

    x: float
    y: int
    width: float
    height: int
    level: int

    @property
    def path(self) -> str:
        return f"M{self.x:g} {self.y}h{self.width:g}v{self.height}h-{self.width:g}z"


@dataclass(frozen=True)
class Strip:
    """A row of days, with one path for each severity that occurs."""

    width: int
    height: int
    bars: tuple[DayBar, ...]

    @property
    def paths(self) -> tuple[tuple[int, str], ...]:
        """(level, path) pairs: all bars of one level in one path, the quiet days first."""
        levels = sorted({bar.level for bar in self.bars})
        return tuple(
            (level, "".join(bar.path for bar in self.bars if bar.level == level))
            for level in levels
        )


def day_strip(days: Sequence[StripDay]) -> Strip:
    """A bar for each day, the oldest at the left; quiet days are a low tick, so none is missing."""
    floor = STRIP_HEIGHT - 1
    bars = tuple(
        DayBar(index * DAY_PITCH, floor - 2, 3, 2, 0)
        if day.level is None
        else DayBar(
            index * DAY_PITCH - 0.4, floor - DAY_HEIGHTS[day.level], 3.8,
            DAY_HEIGHTS[day.level], day.level,
        )
        for index, day in enumerate(days)
    )  # fmt: skip
    return Strip(DAY_PITCH * len(days), STRIP_HEIGHT, bars)
