"""Turns of a rotation and hours of a layer, from wall time to instants. Pure.

Turns are counted in wall time: a day has 23 or 25 hours when the clock changes. A turn that begins
inside the hour that a clock change skips begins right after it, so with hourly turns one of them
may be empty that night; one that begins inside the hour that happens twice begins the first time,
so in autumn an hourly turn lasts two hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rosters.logic.spans import Span
from rosters.logic.walltime import (
    NOTHING,
    Reading,
    add_months,
    instant,
    months_between,
    read,
    utc,
    window,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNITS = {"hour": HOUR, "day": DAY, "week": 7 * DAY}
MONTH = "month"
NEVER = datetime.max  # noqa: DTZ901  # wall time
LONGEST = 100_000
"""More units than a turn can have."""
COUNTED = ("hour", "day")
"""Units whose turns skip the weekdays that do not count; longer turns run on over them."""

People = tuple[int, ...]
"""Who is on call together; nobody when it is empty."""


@dataclass(frozen=True)
class RotationSpec:
    """People taking turns from wall time `starts_at` on (inclusive) until `ends_at` (exclusive).

    `starts_at` and `ends_at` are naive: wall time in the zone of the layer, and where it happens
    twice the first of the two, so that one rotation ends where the next one begins. A turn lasts
    `length` times the `unit`: "hour", "day", "week" or "month". Months are counted from `starts_at`
    and clamped to the month's last day, so a hand-over on the 31st returns to the 31st.

    `people` holds one place for each turn, in the order in which they come round: one person, or a
    tuple of several who are on call together. `first` is the place, counted from 0, that has the
    first turn.

    `weekdays` (0 is Monday; empty means all) are the days on which anybody is on call. Such a day
    begins at the hand-over's time of day, lasts until the same time on the next day, and belongs
    to the weekday on which it begins. Turns of hours and days are counted in those days alone, so
    nobody's turn is lost to a weekend; turns of weeks and months go on as ever, with holes.

    Lists do for tuples. ValueError for an unknown unit, a length that is no whole number from 1 to
    100,000, a weekday outside 0 to 6, and a start or end that is no datetime or names a zone.
    """

    starts_at: datetime
    unit: str
    length: int
    people: tuple[int | People, ...]
    ends_at: datetime | None = None
    weekdays: tuple[int, ...] = ()
    first: int = 0

    def __post_init__(self) -> None:
        if self.unit != MONTH and self.unit not in UNITS:
            raise ValueError(f"A turn is counted in hours, days, weeks or months, not {self.unit}.")
        if type(self.length) is not int or not 1 <= self.length <= LONGEST:
            raise ValueError(
                "A turn lasts whole hours, days, weeks or months, at least one of them."
            )
        if self.weekdays and not set(self.weekdays) <= set(range(7)):
            raise ValueError("Weekdays are numbers from 0, Monday, to 6, Sunday.")
        if not is_wall(self.starts_at) or not (self.ends_at is None or is_wall(self.ends_at)):
            raise ValueError("A rotation starts and ends at wall time, without a zone of its own.")
        object.__setattr__(self, "people", _places(self.people))

    @property
    def everybody(self) -> set[int]:
        """Each person who has a place."""
        alone = {one for one in self.people if not isinstance(one, tuple)}
        return alone.union(*(some for some in self.people if isinstance(some, tuple)))

    def turn_starts_at(self, number: int) -> datetime:
        """The naive wall time at which the turn `number` begins, counted from 0.

        With `weekdays`, turns of hours and days begin on the days that count alone. One that lies
        beyond the calendar begins at its very end.
        """
        try:
            return self._turn_starts_at(number)
        except (OverflowError, ValueError):
            return NEVER

    def _turn_starts_at(self, number: int) -> datetime:
        if self.unit == MONTH:
            return add_months(self.starts_at, number * self.length)
        if self.weekdays and self.unit in COUNTED:
            days, rest = divmod(number * self.length * UNITS[self.unit], DAY)
            return self.starts_at + self._day_number(days) * DAY + rest
        return self.starts_at + number * self.length * UNITS[self.unit]

    def turn_number(self, at: datetime) -> int:
        """The turn that holds the naive wall time `at`, which is not before the start."""
        if self.unit == MONTH:
            return months_between(self.starts_at, at) // self.length
        since = at - self.starts_at
        if self.weekdays and self.unit in COUNTED:
            days, rest = divmod(since, DAY)
            since = self._days_before(days) * DAY
            since += rest if self.counts_on(at) else NOTHING
        return since // (self.length * UNITS[self.unit])

    def turn_people(self, number: int) -> People:
        """Who has the turn `number`."""
        return _together(self.people[(number + self.first) % len(self.people)])

    def counts_on(self, at: datetime) -> bool:
        """Whether the day that holds the naive wall time `at` is one on which anybody is on call.

        Such a day begins at the hand-over's time of day.
        """
        if not self.weekdays:
            return True
        yesterday = at.time() < self.starts_at.time()
        return (at.weekday() - yesterday) % 7 in self.weekdays

    def _days_before(self, days: int) -> int:
        """How many of the first `days` days from the start on count."""
        weeks, rest = divmod(days, 7)
        some = sum((self.starts_at.weekday() + one) % 7 in self.weekdays for one in range(rest))
        return weeks * len(set(self.weekdays)) + some

    def _day_number(self, counted: int) -> int:
        """The day, from 0 at the start, before which exactly `counted` others count."""
        weekday = self.starts_at.weekday()
        that_count = [day for day in range(7) if (weekday + day) % 7 in self.weekdays]
        weeks, rest = divmod(counted, len(that_count))
        return weeks * 7 + that_count[rest]


def _places(people: Any) -> tuple[int | People, ...]:  # noqa: ANN401  # lists do for tuples
    if isinstance(people, tuple) and not any(isinstance(one, list) for one in people):
        return people
    return tuple(tuple(one) if isinstance(one, list) else one for one in people)


def is_wall(at: datetime) -> bool:
    """Whether `at` is a naive datetime: what a clock on the wall says."""
    return isinstance(at, datetime) and at.tzinfo is None


def _together(place: int | People) -> People:
    return place if isinstance(place, tuple) else (place,)


@dataclass(frozen=True)
class RestrictionSpec:
    """Hours of one weekday (0 is Monday, None is every day) at wall time; half-open.

    An end at or before the start is on the next day, so 00:00 to 00:00 is the whole day. An end
    that happens twice is the last of the two, a start the first: hours overlap on such a night and
    never leave a hole.

    ValueError for a weekday outside 0 to 6, and for times that are no `time` or name a zone.
    """

    weekday: int | None
    starts_at: time
    ends_at: time

    def __post_init__(self) -> None:
        if self.weekday is not None and self.weekday not in range(7):
            raise ValueError("A weekday is a number from 0, Monday, to 6, Sunday, or None.")
        for one in (self.starts_at, self.ends_at):
            if not isinstance(one, time) or one.tzinfo is not None:
                raise ValueError("Hours begin and end at a time of day, without a zone of its own.")

    def counts_on(self, weekday: int) -> bool:
        return self.weekday is None or self.weekday == weekday


def on_turn(rotation: RotationSpec, zone: ZoneInfo, *, at: datetime) -> People:
    """Whose turn it is at the instant `at`; nobody's before the start and from the end on."""
    begun = read(utc(at), zone).begun
    if not rotation.people or begun < rotation.starts_at:
        return ()
    if rotation.ends_at is not None and rotation.ends_at <= begun:
        return ()
    if not rotation.counts_on(begun):
        return ()
    return rotation.turn_people(rotation.turn_number(begun))


def turns(
    rotation: RotationSpec, zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> Iterator[tuple[datetime, People]]:
    """From which instant whose turn it is, in order, enough to cover [starts_at, ends_at).

    The first may lie before `starts_at`; without one it is nobody's turn yet. The end of the
    rotation, and a day that does not count, come as nobody's turn.
    """
    last = ends_at
    if rotation.ends_at is not None:
        last = min(last, instant(rotation.ends_at, zone))
    if rotation.people and instant(rotation.starts_at, zone) < last:
        for begins, people in _wall_turns(rotation, read(utc(starts_at), zone).begun):
            begins_at = instant(begins, zone)
            if begins_at >= last:
                break
            yield begins_at, people
    if last < ends_at:
        yield last, ()


def _wall_turns(rotation: RotationSpec, since: datetime) -> Iterator[tuple[datetime, People]]:
    """From which naive wall time whose turn it is; the first is the one that holds `since`."""
    anchor = rotation.starts_at
    since = max(since, anchor)
    number, today = rotation.turn_number(since), anchor + (since - anchor) // DAY * DAY
    while True:
        people = rotation.turn_people(number)
        begins = rotation.turn_starts_at(number)
        if rotation.weekdays:
            ends = rotation.turn_starts_at(number + 1)
            yield from _days_that_count(rotation, people, max(begins, today), ends)
        else:
            yield begins, people
        number += 1


def _days_that_count(
    rotation: RotationSpec, people: People, begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, People]]:
    """One turn cut wherever a day that counts follows one that does not, or the other way."""
    counted: bool | None = None
    at = begins
    while at < ends:
        if (counts := rotation.counts_on(at)) is not counted:
            yield at, people if counts else ()
            counted = counts
        at = rotation.starts_at + ((at - rotation.starts_at) // DAY + 1) * DAY


def days(
    rotation: RotationSpec, zone: ZoneInfo, *, starts_at: datetime, ends_at: datetime
) -> Iterator[datetime]:
    """When the days of a rotation begin, at the hand-over's time: all in [starts_at, ends_at)."""
    day = read(utc(starts_at), zone).passed.date()
    while day <= read(utc(ends_at), zone).begun.date():
        yield instant(datetime.combine(day, rotation.starts_at.time()), zone)
        day += DAY


def is_within(restrictions: Iterable[RestrictionSpec], zone: ZoneInfo, *, at: datetime) -> bool:
    """Whether the instant `at` lies in any of the hours."""
    reading = read(utc(at), zone)
    return any(_holds(one, reading) for one in restrictions)


def _holds(one: RestrictionSpec, reading: Reading) -> bool:
    """Whether hours that began on a day next to this one have begun and not passed."""
    day, first_day = reading.begun.date(), reading.passed.date() - DAY
    while day >= first_day:
        if one.counts_on(day.weekday()) and datetime.combine(day, one.starts_at) <= reading.begun:
            last_day = day if one.ends_at > one.starts_at else day + DAY
            if datetime.combine(last_day, one.ends_at) > reading.passed:
                return True
        day -= DAY
    return False


def hours(
    restrictions: Iterable[RestrictionSpec],
    zone: ZoneInfo,
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> Iterator[Span]:
    """All hours that touch [starts_at, ends_at), and some next to it; they may overlap.

    The days next to it belong to it: hours run past midnight, and a clock may go back over it.
    """
    wanted = tuple(restrictions)
    if not wanted:
        return
    day = read(utc(starts_at), zone).passed.date() - DAY
    last_day = read(utc(ends_at), zone).begun.date()
    while day <= last_day:
        for one in wanted:
            if one.counts_on(day.weekday()):
                yield window(day, one.starts_at, one.ends_at, zone)
        day += DAY
