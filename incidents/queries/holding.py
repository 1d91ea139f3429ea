"""Which calls wait because somebody said so."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from django.db.models import QuerySet

from incidents.enums import HoldKind
from incidents.logic.judgment import Wait
from incidents.models import Hold
from rosters.queries.many import Ids
from rosters.queries.prepared import prepared


def in_force(incident_ids: Collection[int], *, now: datetime) -> dict[int, list[Wait]]:
    """The waits that hold at `now`, by incident, the longest first; one query, or none."""
    found: dict[int, list[Wait]] = defaultdict(list)
    if not incident_ids:
        return found
    for row in _standing(frozenset(incident_ids), now):
        wait = Wait(row.pk, HoldKind(row.kind), row.until, row.by.full_name, row.reason)
        found[row.incident_id].append(wait)
    return found


@prepared
def _standing(incidents: Ids, now: datetime) -> QuerySet[Hold]:
    rows = Hold.objects.filter(
        incident__in=incidents, ended_at__isnull=True, starts_at__lte=now, until__gt=now
    )
    return rows.select_related("by").order_by("-until", "pk")
