"""The quiet hours and holidays that people set."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db.models import Q

from rosters.logic.quiet import QuietHours, quiet_hours
from rosters.models import Person

FIELDS = ("pk", "quiet_from", "quiet_until", "time_zone", "rests_on_holidays", "region")


def quiet_hours_of(person_ids: Collection[int]) -> dict[int, QuietHours]:
    """By person, of those who set any; one query, none when nobody is asked about."""
    if not person_ids:
        return {}
    is_quiet = Q(quiet_from__isnull=False) | Q(rests_on_holidays=True) & ~Q(region="")
    rows = Person.objects.filter(is_quiet, pk__in=person_ids)
    found = {
        pk: quiet_hours(begin, end, ZoneInfo(zone), region=region if rests else "")
        for pk, begin, end, zone, rests, region in rows.values_list(*FIELDS)
    }
    return {pk: hours for pk, hours in found.items() if hours}
