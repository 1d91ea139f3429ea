"""An incident for each group that needs one: opened again, joined, or new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from django.db import connection

from config.portal import prepared
from config.portal.by_hand import table
from incidents.enums import AlertOutcome, AlertStatus, EntryKind
from incidents.logic import joining, trigger_titles
from incidents.models import (
    AffectedService,
    Alert,
    EscalationPolicy,
    ImpactClass,
    Incident,
    IncidentKey,
    TimelineEntry,
)
from incidents.operations import lifecycle, timeline
from incidents.operations.opening import Opening, drafted, numbers_for, open_drafts
from incidents.operations.sorting.parts import Group, Moved, Place, Request, Sorted
from incidents.queries import sorting

TITLE_LENGTH = 120
OPENING_LOCK = 0x4D55_5354  # while one request looks for incidents to join, no other opens any


@dataclass
class Seating:
    """Which incident each group gets: its number, or a negative one for an incident yet to open.

    `openers` are the groups that open those; `causes` the service that explains a joined group.
    """

    slots: dict[str, int] = field(default_factory=dict)
    openers: dict[int, str] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)


def settle(request: Request, leads: Mapping[str, Sorted]) -> dict[str, Place]:
    """An incident for each of these groups: one that opens again, one it joins, or its own."""
    if not leads:
        return {}
    places = _open_again(request, {key: lead for key, lead in leads.items() if lead.opens})
    left = {key: lead for key, lead in leads.items() if key not in places}
    seating = _seat(request, left)
    incidents = _locked(slot for slot in seating.slots.values() if slot > 0)
    impacts = sorting.impacts(left[key].decision.impact_id for key in seating.openers.values())
    openings = [
        _opening(request, request.groups[key], left[key], impacts)
        for key in seating.openers.values()
    ]
    waiting, opened = _open(request, openings)
    incidents |= dict(zip(seating.openers, opened, strict=True))
    for key, slot in seating.slots.items():
        is_new = seating.openers.get(slot) == key
        outcome = AlertOutcome.CREATED if is_new else AlertOutcome.GROUPED
        places[key] = Place(incidents[slot], outcome)
    _keep_keys(request, places)
    _explain(request, left, places, seating.causes)
    _gather(waiting, opened)
    quiet = {key: Place(None, AlertOutcome.SUPPRESSED) for key in leads if key not in places}
    return places | quiet


def join_shown(request: Request, waiting: Mapping[str, Sorted]) -> dict[str, Place]:
    """Alerts that wait for impact join an open incident of their service: it shows impact."""
    services = {one.service.pk for one in waiting.values() if one.service}
    if not services:
        return {}
    found: dict[int | None, int] = {}
    for candidate in sorting.candidates(services):
        found.setdefault(candidate.service_id, candidate.slot)
    slots = {
        key: found[one.service.pk]
        for key, one in waiting.items()
        if one.service and one.service.pk in found
    }
    incidents = _locked(slots.values())
    places = {key: Place(incidents[slot], AlertOutcome.GROUPED) for key, slot in slots.items()}
    _keep_keys(request, places)
    return places


def _keep_keys(request: Request, places: Mapping[str, Place]) -> None:
    """Each group is found again by its key, in an order that all requests share."""
    table(IncidentKey).add(
        [
            table(IncidentKey).new(source_id=request.source.pk, key=key, incident_id=incident.pk)
            for key in sorted(places)
            if (incident := places[key].incident)
        ],
        numbered=False,
    )


def _open(request: Request, openings: Sequence[Opening]) -> tuple[list[Alert], list[Incident]]:
    """New incidents, and alerts that wait for impact on their services: those join them."""
    if not openings:
        return [], []
    services = {one.service.pk for one in openings if one.service}
    waits = [list(services), AlertOutcome.HELD.value, AlertStatus.FIRING.value]
    opened = drafted(openings, by=None, now=request.now)
    found, [numbers] = prepared.ask_all([(_waiting(), waits), numbers_for(opened)])
    here = {(request.source.pk, key) for group in request.groups.values() for key in group.signals}
    rows = [row for row in map(table(Alert).made, found) if (row.source_id, row.key) not in here]
    if rows:
        request.must_be_alone()
    open_drafts(opened, openings, numbers=numbers, by=None, now=request.now)
    return rows, opened


@cache
def _waiting() -> str:
    """Alerts of services that wait for impact; a locked one is just being decided elsewhere."""
    return (
        f"SELECT {table(Alert).columns('a')} FROM incidents_alert AS a"  # noqa: S608  # our columns
        " WHERE a.service_id = ANY(%s) AND a.incident_id IS NULL AND a.held_until IS NULL"
        " AND a.outcome = %s AND a.status = %s FOR UPDATE SKIP LOCKED"
    )


def _gather(waiting: Sequence[Alert], opened: Sequence[Incident]) -> None:
    """These alerts join the incident that has just opened for their service, the first of them."""
    if not waiting:
        return
    by_service: dict[int | None, Incident] = {}
    for incident in opened:
        by_service.setdefault(incident.service_id, incident)
    for row in waiting:
        row.incident, row.outcome = by_service[row.service_id], AlertOutcome.GROUPED
    table(Alert).renew(waiting, ["incident", "outcome"])
    IncidentKey.objects.bulk_create(
        (
            IncidentKey(source_id=row.source_id, key=row.group_key, incident=row.incident)
            for row in waiting
        ),
        ignore_conflicts=True,
    )


def may_join_others(request: Request, leads: Iterable[Sorted]) -> bool:
    """Whether these alerts without an incident are compared with incidents of others."""
    services = {lead.service.pk for lead in leads if lead.service}
    if not services:
        return False
    window = _window(request)
    return window is None or bool(window) or bool(_needs(request).keys() & services)


def _window(request: Request) -> timedelta | None:
    return None if request.is_over_rate else timedelta(minutes=request.source.grouping_minutes)


def _needs(request: Request) -> dict[int, set[int]]:
    return sorting.needs() if request.source.joins_causes else {}


def _seat(request: Request, leads: Mapping[str, Sorted]) -> Seating:
    source, window = request.source, _window(request)
    needs = _needs(request) if leads else {}
    found: list[joining.Candidate] = []
    if may_join_others(request, leads.values()):
        _open_one_at_a_time()
        services = {lead.service.pk for lead in leads.values() if lead.service}
        found = sorting.candidates(joining.upstream(services, needs))
    seating = Seating()
    for key, lead in leads.items():
        service_id = lead.service.pk if lead.service else None
        newcomer = joining.Newcomer(service_id, lead.severity, source.pk)
        joined = joining.choose(newcomer, found, needs, window=window, now=request.now)
        if joined is None and not lead.opens:
            continue
        if joined is None:
            slot = -len(seating.openers) - 1
            seating.openers[slot] = key
            found.append(joining.Candidate(slot, service_id, lead.severity, request.now, source.pk))
        else:
            slot = joined.slot
            if joined.because_of_id is not None:
                seating.causes[key] = joined.because_of_id
        seating.slots[key] = slot
    return seating


def _open_one_at_a_time() -> None:
    """Until this transaction ends, no other looks for incidents to join."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [OPENING_LOCK])


def _locked(pks: Iterable[int]) -> dict[int, Incident]:
    """These open incidents, locked in the order of their numbers. Raises Moved if one is not."""
    wanted = set(pks)
    if not wanted:
        return {}
    rows = (
        Incident.objects.open()
        .filter(pk__in=wanted)
        .select_for_update(no_key=True, of=("self",))
        .select_related("service__owner_team", "source")
        .order_by("pk")
    )
    found = {incident.pk: incident for incident in rows}
    if found.keys() != wanted:
        raise Moved
    return found


def _open_again(request: Request, leads: Mapping[str, Sorted]) -> dict[str, Place]:
    """Groups whose incident was resolved so lately that it opens again.

    One whose review is published stays closed: what happens now is another one's story.
    """
    minutes = request.source.reopen_minutes
    if not minutes:
        return {}
    since = request.now - timedelta(minutes=minutes)
    rows = (
        Incident.objects.filter(
            source=request.source,
            alert_key__in=list(leads),
            resolved_at__gt=since,
            reviewed_at__isnull=True,
        )
        .select_for_update(no_key=True, of=("self",))
        .select_related("service__owner_team", "source")
        .order_by("pk")
    )
    latest = {incident.alert_key: incident for incident in rows}
    if latest:
        request.must_be_alone()
    lifecycle.open_again(list(latest.values()), now=request.now)
    return {key: Place(one, AlertOutcome.REOPENED) for key, one in latest.items()}


def _opening(
    request: Request, group: Group, lead: Sorted, impacts: Mapping[int, ImpactClass]
) -> Opening:
    decision, signal = lead.decision, lead.signal
    title = _title(lead) or group.title or signal.summary or signal.name
    return Opening(
        title=_one_line(title),
        summary=signal.summary if signal.summary != title else "",
        severity=lead.severity,
        service=lead.service,
        impact=impacts.get(decision.impact_id or 0),
        policy=EscalationPolicy(pk=decision.policy_id) if decision.policy_id else None,
        source=request.source,
        alert_key=group.key,
    )


def _title(lead: Sorted) -> str:
    """What the rule calls it, filled from the alert; empty when no rule says."""
    signal = lead.signal
    return trigger_titles.fill(
        lead.decision.title,
        name=signal.name,
        summary=signal.summary,
        service=str(lead.service or signal.service),
        labels=signal.labels,
    )


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def _explain(
    request: Request,
    leads: Mapping[str, Sorted],
    places: Mapping[str, Place],
    causes: Mapping[str, int],
) -> None:
    """Alerts of a service that needs the failing one say so, and their service is affected too."""
    if not causes:
        return
    entries: list[TimelineEntry] = []
    affected: list[AffectedService] = []
    for key in causes:
        incident, service = places[key].incident, leads[key].service
        if incident is None or service is None:
            continue
        affected.append(AffectedService(incident=incident, service=service))
        entries.append(
            timeline.draft(
                incident,
                EntryKind.ALERTS_JOINED,
                at=request.now,
                what="needed",
                service=service.name,
                cause=str(incident.service),
                alert=leads[key].signal.summary or leads[key].signal.name,
            )
        )
    AffectedService.objects.bulk_create(affected, ignore_conflicts=True)
    TimelineEntry.objects.bulk_create(entries)
