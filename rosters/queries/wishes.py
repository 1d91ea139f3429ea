"""What somebody wishes for when shifts are planned."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.models import Person, ShiftWish


def of(person: Person, *, now: datetime) -> list[ShiftWish]:
    """Their wishes from today on, by day; one query."""
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    found = ShiftWish.objects.filter(person=person, last_day__gte=today)
    return list(found.order_by("first_day", "last_day", "pk"))
