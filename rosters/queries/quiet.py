"""The quiet hours that people set."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from rosters.logic.quiet import QuietHours, quiet_hours
from rosters.models import Person


def quiet_hours_of(person_ids: Collection[int]) -> dict[int, QuietHours]:
    """By person, of those who set any; one query, none when nobody is asked about."""
    if not person_ids:
        return {}
    rows = Person.objects.filter(pk__in=person_ids, quiet_from__isnull=False)
    found = {
        pk: quiet_hours(begin, end, ZoneInfo(zone))
        for pk, begin, end, zone in rows.values_list("pk", "quiet_from", "quiet_until", "time_zone")
    }
    return {pk: hours for pk, hours in found.items() if hours}
