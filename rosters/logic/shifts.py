"""Turns of a rotation and hours of a layer, from wall time to instants. Pure.

A turn that begins inside the hour a clock change skips begins after it; so with hourly turns one of
them may be empty that night, and in autumn one lasts two hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.walltime import add_months, instant, wall, window

UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class RotationSpec:
    """People taking turns from wall time `starts_at` on (inclusive) until `ends_at` (exclusive)."""

    starts_at: datetime
    unit: str
    length: int
    people: tuple[int, ...]
    ends_at: datetime | None = None

    def turn_starts_at(self, number: int) -> datetime:
        """The naive wall time at which the turn `number` begins, counted from 0."""
        if self.unit == "month":
            return add_months(self.starts_at, number * self.length)
        return self.starts_at + number * self.length * UNITS[self.unit]

    def estimate(self, at: datetime) -> int:
        """The turn that holds the naive wall time `at`, or one of its neighbors."""
        if self.unit == "month":
            months = (at.year - self.starts_at.year) * 12 + at.month - self.starts_at.month
            return months // self.length
        return (at - self.starts_at) // (self.length * UNITS[self.unit])

    def person(self, number: int) -> int:
        return self.people[number % len(self.people)]


@dataclass(frozen=True)
class RestrictionSpec:
    """Hours of one weekday (0 is Monday) at wall time; half-open, possibly over midnight."""

    weekday: int
    starts_at: time
    ends_at: time


def on_turn(rotation: RotationSpec, zone: ZoneInfo, *, at: datetime) -> int | None:
    """Whose turn it is at `at`; nobody's before the start and from the end on."""
    if not rotation.people or instant(rotation.starts_at, zone) > at:
        return None
    if rotation.ends_at is not None and at >= instant(rotation.ends_at, zone):
        return None
    return rotation.person(_turn_number(rotation, zone, at=at))


def turns(
    rotation: RotationSpec, zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> Iterator[tuple[datetime, int | None]]:
    """From which instant whose turn it is, in order, enough to cover [starts_at, ends_at).

    The first may lie before `starts_at`. The end of the rotation comes as nobody's turn.
    """
    last = ends_at if rotation.ends_at is None else min(ends_at, instant(rotation.ends_at, zone))
    if rotation.people and instant(rotation.starts_at, zone) < last:
        number = 0
        if instant(rotation.starts_at, zone) <= starts_at:
            number = _turn_number(rotation, zone, at=starts_at)
        while (begins_at := instant(rotation.turn_starts_at(number), zone)) < last:
            yield begins_at, rotation.person(number)
            number += 1
    if last < ends_at:
        yield last, None


def _turn_number(rotation: RotationSpec, zone: ZoneInfo, *, at: datetime) -> int:
    """The turn that holds `at`, which is not before the start.

    The estimate from wall time can be off next to a clock change or a clamped month end.
    """
    number = rotation.estimate(wall(at, zone))
    while instant(rotation.turn_starts_at(number), zone) > at:
        number -= 1
    while instant(rotation.turn_starts_at(number + 1), zone) <= at:
        number += 1
    return number


def is_within(restrictions: tuple[RestrictionSpec, ...], zone: ZoneInfo, *, at: datetime) -> bool:
    """Whether `at` lies in any of the hours."""
    nearby = hours(restrictions, zone, starts_at=at, ends_at=at)
    return any(opens_at <= at < closes_at for opens_at, closes_at in nearby)


def hours(
    restrictions: tuple[RestrictionSpec, ...],
    zone: ZoneInfo,
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> Iterator[tuple[datetime, datetime]]:
    """All hours that touch [starts_at, ends_at), and some next to it; they may overlap.

    The days next to it belong to it: hours run past midnight, and a clock may go back over it.
    """
    day = wall(starts_at, zone).date() - DAY
    last_day = wall(ends_at, zone).date() + DAY
    while day <= last_day:
        for one in restrictions:
            if one.weekday == day.weekday():
                yield window(day, one.starts_at, one.ends_at, zone)
        day += DAY
