"""How services are doing, for one reader: what they may not know of does not show."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from itertools import chain
from typing import Any, Protocol

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Extract

from incidents.intake import heartbeat
from incidents.logic import health
from incidents.logic.health import Day, Health, Silence, Spell, Trouble
from incidents.models import AffectedService, Heartbeat, Incident
from rosters.models import Person, Service, ServiceDependency
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids


class Known(Protocol):
    """A service, or as much of it as health asks."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


@compiled
def open_for(viewer: Person) -> QuerySet[Incident]:
    """The open incidents that the reader may know of, the worst first; one query."""
    opened = Incident.objects.visible_to(viewer).open().select_related("impact", "source")
    return opened.most_severe_first()


def count_open(viewer: Person) -> int:
    """How many they are; one query."""
    return sum(number for (number,) in _number_open(viewer))


@compiled
def _number_open(viewer: Person) -> QuerySet[Incident, Any]:
    opened: QuerySet[Incident] = Incident.objects.visible_to(viewer).open().order_by()
    return opened.values(all_of_them=Value(1)).annotate(number=Count("pk")).values_list("number")


def health_of(services: Iterable[Known], *, viewer: Person) -> dict[int, Health]:
    """The health of these services by primary key; four queries, whatever their number."""
    return health_among(services, open_for(viewer))


def health_among(services: Iterable[Known], opened: Iterable[Incident]) -> dict[int, Health]:
    """The same when the open incidents are known (`open_for`); three queries."""
    names = {service.pk: service.name for service in services}
    needs: dict[int, set[int]] = defaultdict(set)
    for service, needed, name in _needs(frozenset(names)):
        needs[service].add(needed)
        names.setdefault(needed, name)
    troubles = {incident.pk: (incident, _trouble(incident)) for incident in opened}
    own: dict[int, list[Trouble]] = defaultdict(list)
    for incident, trouble in troubles.values():
        if incident.service_id:
            own[incident.service_id].append(trouble)
    touched: dict[int, list[Trouble]] = defaultdict(list)
    for service_id, incident_id in _touched(frozenset(troubles)) if troubles else ():
        touched[service_id].append(troubles[incident_id][1])
    return health.judge(own, touched, needs, names, _silent(names))


@compiled
def _needs(services: Ids) -> QuerySet[ServiceDependency, Any]:
    rows = ServiceDependency.objects.filter(service__in=services)
    return rows.values_list("service_id", "needs_id", "needs__name")


@compiled
def _touched(incidents: Ids) -> QuerySet[AffectedService, Any]:
    rows = AffectedService.objects.filter(incident__in=incidents)
    return rows.values_list("service_id", "incident_id")


def _silent(services: Iterable[int]) -> dict[int, Silence]:
    """The heartbeat of each service that has been silent longest, of those that have one."""
    found: dict[int, Silence] = {}
    for service, name, seen_at, since in _silences(frozenset(services)):
        found.setdefault(service, Silence(name, seen_at or since))
    return found


@compiled
def _silences(services: Ids) -> QuerySet[Heartbeat, Any]:
    rows = Heartbeat.objects.filter(silent_since__isnull=False, service__in=services)
    facts = ("service_id", "name", "last_seen_at", "silent_since")
    return rows.order_by("silent_since", "pk").values_list(*facts)


def _trouble(incident: Incident) -> Trouble:
    return Trouble(
        incident.reference,
        incident.title,
        incident.severity,
        incident.detected_at,
        is_customer_facing=incident.impact is None or incident.impact.is_customer_facing,
        contained_at=incident.contained_at,
        is_silence=incident.source is not None and incident.source.kind == heartbeat.KIND.slug,
    )


def days_of(
    services: Iterable[Service], *, viewer: Person, now: datetime, zone: tzinfo, days: int = 30
) -> dict[int, tuple[Day, ...]]:
    """The last `days` days of each service in `zone`, today last; two queries.

    An incident hurts from its detection until it is contained, or resolved if nobody said so.
    """
    ids = frozenset(service.pk for service in services)
    lately = (viewer, ids, now - timedelta(days=days), now)
    spells: dict[int, list[Spell]] = defaultdict(list)
    for service, severity, begun, over in chain(_own_spells(*lately), _spells_of_others(*lately)):
        ends_at = None if over is None else datetime.fromtimestamp(over, zone)
        spells[service].append(Spell(severity, datetime.fromtimestamp(begun, zone), ends_at))
    return {pk: health.strip(spells[pk], now=now, zone=zone, days=days) for pk in ids}


@compiled
def _own_spells(
    viewer: Person, services: Ids, since_at: datetime, now: datetime
) -> QuerySet[Incident, Any]:
    found = _lately(viewer, since_at, now).filter(service__in=services)
    return found.values_list("service_id", *SPELL)


@compiled
def _spells_of_others(
    viewer: Person, services: Ids, since_at: datetime, now: datetime
) -> QuerySet[Incident, Any]:
    found = _lately(viewer, since_at, now).filter(affected__service__in=services)
    return found.values_list(F("affected__service"), *SPELL)


def _lately(viewer: Person, since_at: datetime, now: datetime) -> QuerySet[Incident]:
    known: QuerySet[Incident] = Incident.objects.visible_to(viewer)
    hurting = known.annotate(hurt_until=Coalesce("contained_at", "resolved_at"))
    hurts = Q(contained_at__isnull=True, resolved_at__isnull=True)
    ended = Q(contained_at__isnull=False) | Q(resolved_at__isnull=False)  # what the index holds
    return hurting.filter(hurts | ended & Q(hurt_until__gt=since_at), detected_at__lte=now)


def _number(name: str) -> Cast:
    """An instant as seconds since 1970: the driver reads thousands of these far sooner."""
    return Cast(Extract(name, "epoch"), FloatField())


SPELL = ("severity", _number("detected_at"), _number("hurt_until"))
