"""Which calls wait because somebody said so."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from incidents.enums import HoldKind
from incidents.logic.judgment import Wait
from incidents.models import Hold
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids


def in_force(incident_ids: Collection[int], *, now: datetime) -> dict[int, list[Wait]]:
    """The waits that hold at `now`, by incident, the longest first; one query, or none."""
    found: dict[int, list[Wait]] = defaultdict(list)
    if not incident_ids:
        return found
    for incident_id, pk, kind, until, who, reason in _waiting(set(incident_ids), now):
        found[incident_id].append(Wait(pk, HoldKind(kind), until, who, reason))
    return found


@compiled
def _waiting(incidents: Ids, now: datetime) -> QuerySet[Hold, Any]:
    rows = Hold.objects.filter(
        incident__in=incidents, ended_at__isnull=True, starts_at__lte=now, until__gt=now
    )
    fields = ("incident_id", "pk", "kind", "until", "by__full_name", "reason")
    return rows.order_by("-until", "pk").values_list(*fields)
