"""Wall time to instants, on both sides of a clock change. All results are in UTC."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
EDGES = (date.min.year, date.max.year)
"""Years that a typing error leads to; in them a zone's offset can lead out of the calendar."""


def instant(wall: datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant of a naive wall time in `zone`.

    A wall time that a clock change skips is the first instant after the gap. One that happens twice
    is the first of the two; with `is_end` the last, so that hours overlap and never leave a hole.
    """
    if wall.year in EDGES:
        return wall.replace(tzinfo=UTC)
    found = wall.replace(tzinfo=zone, fold=int(is_end)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return found
    return _after_gap(wall, zone)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    one, other = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    before, after = min(one, other), max(one, other)
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


def window(day: date, starts_at: time, ends_at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Hours of a wall-clock day, half-open; an end at or before the start is on the next day."""
    last_day = day if ends_at > starts_at else day + timedelta(days=1)
    return (
        instant(datetime.combine(day, starts_at), zone),
        instant(datetime.combine(last_day, ends_at), zone, is_end=True),
    )


def add_months(anchor: datetime, months: int) -> datetime:
    """`anchor` moved by months, clamped to the month's last day: the 31st returns to the 31st."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    last_day = monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last_day))
