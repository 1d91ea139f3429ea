"""How services are doing, for one reader: what they may not know of does not show."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from itertools import chain
from typing import Protocol

from django.db.models import F, FloatField, Q
from django.db.models.functions import Cast, Coalesce, Extract

from incidents.intake import heartbeat
from incidents.logic import health
from incidents.logic.health import Day, Health, Silence, Spell, Trouble
from incidents.models import AffectedService, Heartbeat, Incident
from rosters.models import Person, Service, ServiceDependency


class Known(Protocol):
    """A service, or as much of it as health asks."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...


def open_for(viewer: Person) -> list[Incident]:
    """The open incidents that the reader may know of, the worst first; one query."""
    opened = Incident.objects.visible_to(viewer).open().select_related("impact", "source")
    return list(opened.most_severe_first())


def health_of(services: Iterable[Known], *, viewer: Person) -> dict[int, Health]:
    """The health of these services by primary key; four queries, whatever their number."""
    return health_among(services, open_for(viewer))


def health_among(services: Iterable[Known], opened: Iterable[Incident]) -> dict[int, Health]:
    """The same when the open incidents are known (`open_for`); three queries."""
    names = {service.pk: service.name for service in services}
    needs: dict[int, set[int]] = defaultdict(set)
    rows = ServiceDependency.objects.filter(service__in=names)
    for service, needed, name in rows.values_list("service", "needs", "needs__name"):
        needs[service].add(needed)
        names.setdefault(needed, name)
    troubles = {incident.pk: (incident, _trouble(incident)) for incident in opened}
    own: dict[int, list[Trouble]] = defaultdict(list)
    for incident, trouble in troubles.values():
        if incident.service_id:
            own[incident.service_id].append(trouble)
    touched: dict[int, list[Trouble]] = defaultdict(list)
    for affected in AffectedService.objects.filter(incident__in=troubles):
        touched[affected.service_id].append(troubles[affected.incident_id][1])
    return health.judge(own, touched, needs, names, _silent(names))


def _silent(services: Iterable[int]) -> dict[int, Silence]:
    """The heartbeat of each service that has been silent longest, of those that have one."""
    rows = Heartbeat.objects.filter(silent_since__isnull=False, service__in=list(services))
    found: dict[int, Silence] = {}
    facts = ("service", "name", "last_seen_at", "silent_since")
    for service, name, seen_at, since in rows.order_by("silent_since", "pk").values_list(*facts):
        found.setdefault(service, Silence(name, seen_at or since))
    return found


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
    ids = [service.pk for service in services]
    since_at = now - timedelta(days=days)
    lately = (
        Incident.objects.visible_to(viewer)
        .annotate(hurt_until=Coalesce("contained_at", "resolved_at"))
        .filter(Q(hurt_until__isnull=True) | Q(hurt_until__gt=since_at), detected_at__lte=now)
    )
    spells: dict[int, list[Spell]] = defaultdict(list)
    facts = ("severity", _number("detected_at"), _number("hurt_until"))
    own = lately.filter(service__in=ids).values_list("service", *facts)
    touched = lately.filter(affected__service__in=ids)
    for service, severity, begun, over in chain(
        own, touched.values_list(F("affected__service"), *facts)
    ):
        ends_at = None if over is None else datetime.fromtimestamp(over, zone)
        spells[service].append(Spell(severity, datetime.fromtimestamp(begun, zone), ends_at))
    return {pk: health.strip(spells[pk], now=now, zone=zone, days=days) for pk in ids}


def _number(name: str) -> Cast:
    """An instant as seconds since 1970: the driver reads thousands of these far sooner."""
    return Cast(Extract(name, "epoch"), FloatField())
