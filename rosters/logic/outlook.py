"""When the letter about next week's shifts is due, and what week that is. Pure."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from rosters.enums import Weekday
from rosters.logic.rotation import Span
from rosters.logic.walltime import instant, wall

DAY, AT = Weekday.FRIDAY, time(12)
REACH = timedelta(days=11)
"""From Friday noon until after the end of next week, in every zone."""


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def due_day(now: datetime, *, zone: ZoneInfo) -> date | None:
    """The Friday whose letter may leave at `now`: from noon until midnight in `zone`."""
    here = wall(now, zone)
    return here.date() if here.weekday() == DAY and here.time() >= AT else None


def next_day(now: datetime, *, zone: ZoneInfo) -> date:
    """The Friday whose letter leaves next: today until noon."""
    here = wall(now, zone)
    days = (DAY - here.weekday()) % 7
    is_past = days == 0 and here.time() >= AT
    return here.date() + timedelta(days=7 if is_past else days)


def next_week(friday: date, zone: ZoneInfo) -> Span:
    """Monday to Sunday after this Friday, as instants, half-open."""
    monday = friday + timedelta(days=3)
    return (
        instant(datetime.combine(monday, time.min), zone),
        instant(datetime.combine(monday + timedelta(days=7), time.min), zone),
    )
