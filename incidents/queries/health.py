"""How services are doing, for one reader: what they may not know of does not show."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from incidents.logic import health
from incidents.logic.health import Day, Health, Spell, Trouble
from incidents.models import AffectedService, Incident
from rosters.models import Person, Service, ServiceDependency


def health_of(services: Iterable[Service], *, viewer: Person) -> dict[int, Health]:
    """The health of these services by primary key; four queries, whatever their number."""
    names = {service.pk: service.name for service in services}
    needs: dict[int, set[int]] = defaultdict(set)
    for dependency in ServiceDependency.objects.filter(service__in=names).select_related("needs"):
        needs[dependency.service_id].add(dependency.needs_id)
        names.setdefault(dependency.needs_id, dependency.needs.name)
    troubles = _troubles(viewer)
    own: dict[int, list[Trouble]] = defaultdict(list)
    for incident, trouble in troubles.values():
        if incident.service_id:
            own[incident.service_id].append(trouble)
    touched: dict[int, list[Trouble]] = defaultdict(list)
    for affected in AffectedService.objects.filter(incident__in=troubles):
        touched[affected.service_id].append(troubles[affected.incident_id][1])
    return health.judge(own, touched, needs, names)


def _troubles(viewer: Person) -> dict[int, tuple[Incident, Trouble]]:
    opened = Incident.objects.visible_to(viewer).open().select_related("impact")
    return {
        incident.pk: (
            incident,
            Trouble(
                incident.reference,
                incident.title,
                incident.severity,
                incident.detected_at,
                is_customer_facing=incident.impact is None or incident.impact.is_customer_facing,
                contained_at=incident.contained_at,
            ),
        )
        for incident in opened.order_by("severity", "detected_at", "pk")
    }


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
    facts = ("severity", "detected_at", "hurt_until")
    own = lately.filter(service__in=ids).values_list("service", *facts)
    touched = lately.filter(affected__service__in=ids)
    for service, *spell in own:
        spells[service].append(Spell(*spell))
    for service, *spell in touched.values_list(F("affected__service"), *facts):
        spells[service].append(Spell(*spell))
    return {pk: health.strip(spells[pk], now=now, zone=zone, days=days) for pk in ids}
