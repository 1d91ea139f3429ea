"""The nights in which the clocks of a zone change. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(days=1)
SECOND = timedelta(seconds=1)
LOOK_AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class ClockChange:
    """From the instant `at` on, the clocks of a zone are `by` ahead of what they were."""

    at: datetime
    by: timedelta

    @property
    def is_forward(self) -> bool:
        return self.by > timedelta(0)

    @property
    def length(self) -> timedelta:
        """By how much, whichever way: Lord Howe goes by half an hour."""
        return abs(self.by)

    def walls(self, zone: ZoneInfo) -> tuple[time, time]:
        """What the clocks of `zone` skip, or show twice: from when until when, half-open."""
        after = self.at.astimezone(zone).replace(tzinfo=None, fold=0)
        before = after - self.by
        return min(before, after).time(), max(before, after).time()


def clock_changes(zone: ZoneInfo, *, after: datetime, most: int = 2) -> tuple[ClockChange, ...]:
    """The next changes after an instant, at most so many; none where clocks stay as they are."""
    found = []
    for one in _changes(zone, after):
        found.append(one)
        if len(found) == most:
            break
    return tuple(found)


def _changes(zone: ZoneInfo, after: datetime) -> Iterator[ClockChange]:
    at = after
    while at < after + LOOK_AHEAD:
        later = at + STEP
        by = _offset(later, zone) - _offset(at, zone)
        if by:
            yield ClockChange(_turning(at, later, zone), by)
        at = later


def _turning(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    old = _offset(before, zone)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
