"""Wall time to instants, on both sides of a clock change. Pure; all instants are in UTC.

A wall time that a clock change skips is the first instant after the gap. One that happens twice is
the first of the two where something starts, and the last where hours end: an overlap, never a hole.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
NOTHING = timedelta(0)
EDGES = (date.min.year, date.max.year)
"""Years that a typing error leads to; in them a zone's offset can lead out of the calendar."""


@dataclass(frozen=True)
class Reading:
    """What the clocks on the wall of a zone have come to at one instant; both are naive.

    A wall time has begun if it is at or before `begun`, and one that is an end has passed if it is
    at or before `passed`. The two differ in an hour that happens twice only: what starts in it
    starts the first time, what ends in it ends the last time.
    """

    begun: datetime
    passed: datetime


def utc(at: datetime) -> datetime:
    """The same instant in UTC. ValueError for what names none: a naive datetime, a bare date."""
    if not isinstance(at, datetime):
        raise ValueError(f"An instant is a datetime with a time zone, not {at!r}.")  # noqa: TRY004
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it names no instant.")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{at} lies outside the calendar in UTC.") from None


def asked(at: datetime) -> datetime:
    """An instant that somebody asks about, in UTC. ValueError as `utc`, and next to year 1 or 9999.

    There a zone's offset, or the day after, would lead out of the calendar.
    """
    at = utc(at)
    if at.year in EDGES:
        raise ValueError(f"{at} is too far away: ask about the years 2 to 9998.")
    return at


@lru_cache(maxsize=16384)
def instant(wall: datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant of a naive wall time in `zone`.

    A wall time that a clock change skips is the first instant after the gap. One that happens twice
    is the first of the two; with `is_end` the last, so that hours overlap and never leave a hole.
    """
    if wall.year in EDGES:
        return wall.replace(tzinfo=UTC)
    if wall.fold is not int(is_end):
        wall = wall.replace(fold=int(is_end))
    offset = zone.utcoffset(wall) or NOTHING
    found = (wall - offset).replace(tzinfo=UTC)
    if found.astimezone(zone).utcoffset() == offset:
        return found
    before, after = _offsets(wall, zone)
    return _turning(wall - after, wall - before, zone)


def _offsets(wall: datetime, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """What a wall time is ahead of UTC, the first time it happens and the last.

    They are equal on any ordinary day. In a gap the first is the smaller one: it is what held
    before the clock change, the last is what holds after it.
    """
    first, last = (zone.utcoffset(wall.replace(fold=fold)) for fold in (0, 1))
    return first or NOTHING, last or NOTHING


def _turning(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the clock change between two naive times in UTC."""
    before, after = before.replace(tzinfo=UTC, fold=0), after.replace(tzinfo=UTC, fold=0)
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive wall time of an instant in `zone`."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=1024)
def read(at: datetime, zone: ZoneInfo) -> Reading:
    """What has begun and what has passed at the instant `at`, which is in UTC."""
    here = at.astimezone(zone)
    naive = here.replace(tzinfo=None, fold=0)
    first, last = _offsets(naive, zone)
    if first == last:
        return Reading(naive, naive)
    turning = _turning(naive - first, naive - last, zone)
    if here.fold:
        return Reading(wall(turning, zone) + (first - last) - datetime.resolution, naive)
    return Reading(naive, wall(turning, zone) - datetime.resolution)


def window(day: date, starts_at: time, ends_at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Hours of a wall-clock day, half-open; an end at or before the start is on the next day."""
    last_day = day if ends_at > starts_at else day + timedelta(days=1)
    return (
        instant(datetime.combine(day, starts_at), zone),
        instant(datetime.combine(last_day, ends_at), zone, is_end=True),
    )


def months_between(anchor: datetime, later: datetime) -> int:
    """How many whole months have gone by from `anchor` to `later`, clamped like `add_months`."""
    months = (later.year - anchor.year) * 12 + later.month - anchor.month
    return months - (add_months(anchor, months) > later)


def add_months(anchor: datetime, months: int) -> datetime:
    """`anchor` moved by months, clamped to the month's last day: the 31st returns to the 31st."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    last_day = monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last_day))
