"""What was changed near an incident, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from config.portal.sentences import Sentence
from incidents.logic.near_changes import BEFORE, Made, nearest, ways
from incidents.models import Change, Incident
from incidents.queries import sorting
from rosters.models import Service
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

MOST_READ = 300


@dataclass(frozen=True)
class Changed:
    """One change, why it is shown, and how long before the incident it was made; or after it."""

    change: Change
    why: Sentence
    minutes: int
    is_later: bool


def of(incident: Incident, *, now: datetime) -> tuple[Changed, ...]:
    """The changes near this incident, the nearest first; at most three queries."""
    began_at = incident.impact_began_at or incident.detected_at
    until = min(now, incident.resolved_at or now)
    services = [one.service_id for one in incident.affected.all()]
    if incident.service_id:
        services.insert(0, incident.service_id)
    found = ways(services, sorting.needs()) if services else {}
    rows = {row.pk: row for row in _changes(frozenset(found), began_at - BEFORE, until)}
    if not rows:
        return ()
    names = dict(Service.objects.filter(pk__in=found).values_list("pk", "name"))
    made = [Made(row.pk, row.service_id, row.made_at) for row in rows.values()]
    return tuple(
        _changed(rows[one.number], one.why, began_at)
        for one in nearest(made, found, names, began_at=began_at)
    )


@compiled
def _changes(services: Ids, since: datetime, until: datetime) -> QuerySet[Change]:
    rows = Change.objects.filter(
        Q(service__in=services) | Q(service__isnull=True), made_at__gte=since, made_at__lte=until
    )
    return rows.select_related("made_by", "service").order_by("-made_at", "-pk")[:MOST_READ]


def _changed(change: Change, why: Sentence, began_at: datetime) -> Changed:
    seconds = (began_at - change.made_at).total_seconds()
    return Changed(change, why, int(abs(seconds) // 60), is_later=seconds < 0)
