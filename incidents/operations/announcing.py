"""Other systems hear of incidents: what they are told is planned in the act's own transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from config.portal import queue
from incidents.enums import IncidentEvent
from incidents.logic.webhook_events import Subject, Wanted, payload, wants
from incidents.models import AffectedService, Incident, WebhookDelivery, WebhookEndpoint
from incidents.queries import webhooks


def announce(
    event: IncidentEvent,
    incidents: Sequence[Incident],
    *,
    now: datetime,
    update: Mapping[str, str] | None = None,
) -> int:
    """Each endpoint that wants to hear of it is sent the event once; returns how many are planned.

    In the caller's transaction, in a constant number of statements; one while nobody listens. Of
    restricted incidents nobody outside hears. `update` are the words of an update that was posted.
    """
    endpoints = [one for one in webhooks.listening() if event in one.events]
    told = [incident for incident in incidents if not incident.is_restricted]
    if not endpoints or not told:
        return 0
    wanted = _wanted(endpoints)
    affected = _affected(told)
    planned = [
        WebhookDelivery(
            endpoint_id=one.endpoint_id,
            incident=incident,
            event=event,
            purpose_key=f"{event} {incident.pk} {now.isoformat()}",
            payload=payload(
                event, _subject(incident, affected[incident.pk]), at=now, update=update
            ),
            planned_at=now,
            next_attempt_at=now,
        )
        for incident in told
        for one in wanted
        if wants(one, event, severity=incident.severity, service_ids=_services(incident, affected))
    ]
    WebhookDelivery.objects.bulk_create(planned, ignore_conflicts=True)
    if planned:
        queue.wake("muster.carry_webhooks")
    return len(planned)


def _wanted(endpoints: Sequence[WebhookEndpoint]) -> list[Wanted]:
    through = WebhookEndpoint.services.through
    chosen: dict[int, set[int]] = defaultdict(set)
    rows = through.objects.filter(webhookendpoint__in=[one.pk for one in endpoints])
    for endpoint_id, service_id in rows.values_list("webhookendpoint_id", "service_id"):
        chosen[endpoint_id].add(service_id)
    return [Wanted(one.pk, one.events, one.severity_from, chosen[one.pk]) for one in endpoints]


def _affected(incidents: Sequence[Incident]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = AffectedService.objects.filter(incident__in=[one.pk for one in incidents])
    for incident_id, pk, name in rows.values_list("incident_id", "service_id", "service__name"):
        found[incident_id][pk] = name
    return found


def _services(incident: Incident, affected: dict[int, dict[int, str]]) -> set[int]:
    own = {incident.service_id} if incident.service_id else set()
    return own | affected[incident.pk].keys()


def _subject(incident: Incident, affected: dict[int, str]) -> Subject:
    path = reverse("incidents:detail", args=[incident.reference])
    return Subject(
        reference=incident.reference,
        title=incident.title,
        severity=incident.severity,
        phase=incident.phase,
        address=f"{settings.PUBLIC_URL}{path}",
        detected_at=incident.detected_at,
        service=incident.service.name if incident.service else "",
        acknowledged_at=incident.acknowledged_at,
        contained_at=incident.contained_at,
        resolved_at=incident.resolved_at,
        affected=sorted(affected.values()),
    )
