"""Where alerts belong: the incident they have, one they join, a new one, or none.

Everything here runs inside the transaction of one request and asks a constant number of
statements, however many alerts the request brings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection

from incidents.enums import AlertOutcome, EntryKind, MaintenanceMode, RuleAction
from incidents.intake.signal import Parcel, Signal
from incidents.logic import joining, maintenance, triggers
from incidents.models import (
    AffectedService,
    Alert,
    AlertSource,
    EscalationPolicy,
    ImpactClass,
    Incident,
    IncidentKey,
    TimelineEntry,
)
from incidents.operations import lifecycle, timeline
from incidents.operations.opening import Opening, open_all
from incidents.queries import maintenance as planned
from incidents.queries import sorting
from rosters.models import Service


class Moved(Exception):
    """An incident changed between the look and the lock: the request is sorted again."""


TITLE_LENGTH = 120
OPENING_LOCK = 0x4D55_5354  # while one request looks for incidents to join, no other opens any


@dataclass
class Group:
    """Alerts that belong together, the latest of each key, in the order of their arrival."""

    key: str
    title: str
    signals: dict[str, Signal] = field(default_factory=dict)

    @property
    def firing(self) -> list[Signal]:
        return [signal for signal in self.signals.values() if signal.is_firing]


@dataclass(frozen=True)
class Sorted:
    """What was decided of one firing alert. `severity` is never missing: the source has one.

    `cover` is the planned work that keeps it from opening an incident.
    """

    signal: Signal
    decision: triggers.Decision
    service: Service | None
    severity: int
    cover: maintenance.Cover | None = None

    @property
    def may_join(self) -> bool:
        """Planned work hides nothing from an incident that is open already."""
        return self.decision.action == RuleAction.INCIDENT and self.decision.wait_until is None

    @property
    def opens(self) -> bool:
        return self.may_join and self.cover is None

    @property
    def held_until(self) -> datetime | None:
        """When it is decided again, if it waits."""
        if self.cover is None:
            return self.decision.wait_until
        return self.cover.ends_at if self.cover.mode == MaintenanceMode.HOLD else None

    @property
    def waits_for_impact(self) -> bool:
        return self.decision.action == RuleAction.IF_IMPACT and self.service is not None


@dataclass(frozen=True)
class Place:
    """Where one group belongs, and what its firing alerts are told. No incident: kept apart."""

    incident: Incident | None
    outcome: AlertOutcome


@dataclass(frozen=True)
class Request:
    """One request of one source while it is sorted. `known` are its alerts' rows, by key.

    It is no arrival when alerts that waited are looked at again: nothing is counted then.
    """

    source: AlertSource
    groups: Mapping[str, Group]
    homes: Mapping[str, Incident]
    known: dict[tuple[int | None, str], Alert]
    now: datetime
    is_over_rate: bool = False
    is_arrival: bool = True


def groups_of(parcel: Parcel) -> dict[str, Group]:
    """The parcel's readable alerts by the key of their incident."""
    found: dict[str, Group] = {}
    for signal in parcel.alerts:
        if not isinstance(signal, Signal):
            continue
        key = group_key(signal, parcel)
        title = "" if signal.group_key else parcel.title
        group = found.setdefault(key, Group(key, title))
        group.signals[signal.key] = signal
    return found


def group_key(signal: Signal, parcel: Parcel) -> str:
    """The key of the incident that an alert belongs to."""
    return signal.group_key or parcel.group_key or signal.key


def homes(source: AlertSource, keys: Sequence[str]) -> dict[str, Incident]:
    """The open incident of each key that has one, locked, in the order of their numbers."""
    rows = IncidentKey.objects.filter(source=source, key__in=keys)
    found = dict(rows.values_list("key", "incident_id"))
    if not found:
        return {}
    locked = (
        Incident.objects.open()
        .filter(pk__in=set(found.values()))
        .select_for_update(no_key=True, of=("self",))
        .select_related("service__owner_team", "source")
        .order_by("pk")
    )
    by_id = {incident.pk: incident for incident in locked}
    gone = [key for key, pk in found.items() if pk not in by_id]
    if gone:
        rows.filter(key__in=gone).delete()
    return {key: by_id[pk] for key, pk in found.items() if pk in by_id}


def sort(request: Request) -> tuple[dict[str, Sorted], dict[str, Place]]:
    """What was decided of each firing alert, by its key, and where each group belongs, by its."""
    decided = _with_covers(request, _decide(request))
    places: dict[str, Place] = {}
    leads: dict[str, Sorted] = {}
    waiting: dict[str, Sorted] = {}
    for key, group in request.groups.items():
        home = request.homes.get(key)
        found = [decided[signal.key] for signal in group.firing]
        lead = _lead(found)
        if lead is not None and home is None:
            leads[key] = lead
            continue
        places[key] = Place(home, AlertOutcome.GROUPED if home else AlertOutcome.SUPPRESSED)
        if home is None:
            waiting.update((key, one) for one in found if one.waits_for_impact)
    places |= _settle(request, leads)
    return decided, places | _join_shown(request, waiting)


def _decide(request: Request) -> dict[str, Sorted]:
    firing = [signal for group in request.groups.values() for signal in group.firing]
    if not firing:
        return {}
    rules = sorting.rules_for(request.source)
    asked = [rule.service_id for rule in rules] + [request.source.default_service_id]
    known = sorting.services([signal.service for signal in firing], asked)
    found: dict[str, Sorted] = {}
    for signal in firing:
        decision = triggers.decide(
            _facts(request, signal), rules, otherwise=RuleAction.INCIDENT, now=request.now
        )
        found[signal.key] = _sorted(request.source, signal, decision, known)
    return found


def _facts(request: Request, signal: Signal) -> triggers.Facts:
    before = next((row for (_, key), row in request.known.items() if key == signal.key), None)
    arrived = list(before.recent_at) if before else []
    if request.is_arrival:
        arrived.append(request.now)
    began = signal.starts_at or (before.first_received_at if before else None) or request.now
    return triggers.Facts(
        source_id=request.source.pk,
        name=signal.name,
        firing_since=min(began, request.now),
        summary=signal.summary,
        service=signal.service.lower(),
        severity=signal.severity,
        labels=signal.labels,
        arrived_at=arrived,
    )


def _sorted(
    source: AlertSource, signal: Signal, decision: triggers.Decision, known: sorting.Services
) -> Sorted:
    by_id = known.by_id
    service = by_id[decision.service_id] if decision.service_id else known.called(signal.service)
    if service is None and source.default_service_id:
        service = by_id[source.default_service_id]
    severity = decision.severity or signal.severity or source.default_severity
    return Sorted(signal, decision, service, severity)


def _with_covers(request: Request, decided: Mapping[str, Sorted]) -> dict[str, Sorted]:
    """The same, with the planned work that holds an alert back or keeps it quiet.

    It is asked of what would open an incident while the work goes on, and of nothing else.
    """
    alone = [group for key, group in request.groups.items() if key not in request.homes]
    keys = [signal.key for group in alone for signal in group.firing]
    asked = [key for key in keys if decided[key].decision.action == RuleAction.INCIDENT]
    if not asked:
        return dict(decided)
    windows = planned.going_on(planned.OF_ALERTS, now=request.now)
    covered = {key: _covered(request, decided[key], windows) for key in asked} if windows else {}
    return {**decided, **covered}


def _covered(request: Request, one: Sorted, windows: Sequence[maintenance.Window]) -> Sorted:
    subject = maintenance.Subject(
        one.service.pk if one.service else None, request.source.pk, one.signal.labels
    )
    found = maintenance.cover(windows, subject, at=request.now)
    wait_until = one.decision.wait_until
    if found is None or (wait_until is not None and wait_until >= found.ends_at):
        return one
    return replace(one, cover=found)


def _lead(decided: Iterable[Sorted]) -> Sorted | None:
    """The most severe alert of a group that opens an incident, or joins one: it decides."""
    found = [one for one in decided if one.may_join]
    return min(found, key=lambda one: (not one.opens, one.severity), default=None)


def kept_as(one: Sorted) -> AlertOutcome:
    """What a firing alert without an incident is told."""
    if one.cover is not None:
        is_held = one.cover.mode == MaintenanceMode.HOLD
        return AlertOutcome.HELD if is_held else AlertOutcome.SUPPRESSED
    waits = one.decision.wait_until is not None or one.decision.action == RuleAction.IF_IMPACT
    return AlertOutcome.HELD if waits else AlertOutcome.SUPPRESSED


@dataclass
class Seating:
    """Which incident each group gets: its number, or a negative one for an incident yet to open.

    `openers` are the groups that open those; `causes` the service that explains a joined group.
    """

    slots: dict[str, int] = field(default_factory=dict)
    openers: dict[int, str] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)


def _settle(request: Request, leads: Mapping[str, Sorted]) -> dict[str, Place]:
    """An incident for each of these groups: one that opens again, one it joins, or its own."""
    if not leads:
        return {}
    places = _open_again(request, {key: lead for key, lead in leads.items() if lead.opens})
    left = {key: lead for key, lead in leads.items() if key not in places}
    seating = _seat(request, left)
    incidents = _locked(slot for slot in seating.slots.values() if slot > 0)
    openings = [
        _opening(request, request.groups[key], left[key]) for key in seating.openers.values()
    ]
    opened = open_all(openings, by=None, now=request.now)
    incidents |= dict(zip(seating.openers, opened, strict=True))
    for key, slot in seating.slots.items():
        is_new = seating.openers.get(slot) == key
        outcome = AlertOutcome.CREATED if is_new else AlertOutcome.GROUPED
        places[key] = Place(incidents[slot], outcome)
    IncidentKey.objects.bulk_create(
        IncidentKey(source=request.source, key=key, incident=places[key].incident)
        for key in sorted(places)
    )
    _explain(request, left, places, seating.causes)
    _gather_waiting(request, opened)
    quiet = {key: Place(None, AlertOutcome.SUPPRESSED) for key in leads if key not in places}
    return places | quiet


def _join_shown(request: Request, waiting: Mapping[str, Sorted]) -> dict[str, Place]:
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
    IncidentKey.objects.bulk_create(
        IncidentKey(source=request.source, key=key, incident=incidents[slots[key]])
        for key in sorted(slots)
    )
    return {key: Place(incidents[slot], AlertOutcome.GROUPED) for key, slot in slots.items()}


def _gather_waiting(request: Request, opened: Sequence[Incident]) -> None:
    """Alerts that wait for impact join the incident that has just opened for their service."""
    by_service: dict[int | None, Incident] = {}
    for incident in opened:
        if incident.service_id is not None:
            by_service.setdefault(incident.service_id, incident)
    if not by_service:
        return
    here = {key for group in request.groups.values() for key in group.signals}
    waiting = Alert.objects.waiting_for_impact(by_service)
    rows = [  # one that is locked is just being decided: it finds this incident by itself
        row
        for row in waiting.select_for_update(of=("self",), skip_locked=True)
        if not (row.source_id == request.source.pk and row.key in here)
    ]
    for row in rows:
        row.incident, row.outcome = by_service[row.service_id], AlertOutcome.GROUPED
    Alert.objects.bulk_update(rows, ["incident", "outcome"])
    IncidentKey.objects.bulk_create(
        (
            IncidentKey(source_id=row.source_id, key=row.group_key, incident=row.incident)
            for row in rows
        ),
        ignore_conflicts=True,
    )


def _seat(request: Request, leads: Mapping[str, Sorted]) -> Seating:
    source = request.source
    window = None if request.is_over_rate else timedelta(minutes=source.grouping_minutes)
    needs = sorting.needs() if source.joins_causes and leads else {}
    services = {lead.service.pk for lead in leads.values() if lead.service}
    found: list[joining.Candidate] = []
    if services and (window is None or window or needs.keys() & services):
        _open_one_at_a_time()
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
    """Groups whose incident was resolved so lately that it opens again."""
    minutes = request.source.reopen_minutes
    if not minutes:
        return {}
    since = request.now - timedelta(minutes=minutes)
    rows = (
        Incident.objects.filter(
            source=request.source, alert_key__in=list(leads), resolved_at__gt=since
        )
        .select_for_update(no_key=True, of=("self",))
        .select_related("service__owner_team", "source")
        .order_by("pk")
    )
    latest = {incident.alert_key: incident for incident in rows}
    lifecycle.open_again(list(latest.values()), now=request.now)
    return {key: Place(one, AlertOutcome.REOPENED) for key, one in latest.items()}


def _opening(request: Request, group: Group, lead: Sorted) -> Opening:
    decision, signal = lead.decision, lead.signal
    title = decision.title or group.title or signal.summary or signal.name
    return Opening(
        title=_one_line(title),
        summary=signal.summary if signal.summary != title else "",
        severity=lead.severity,
        service=lead.service,
        impact=ImpactClass(pk=decision.impact_id) if decision.impact_id else None,
        policy=EscalationPolicy(pk=decision.policy_id) if decision.policy_id else None,
        source=request.source,
        alert_key=group.key,
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


@dataclass(frozen=True)
class Foreseen:
    """Where one firing alert would belong now. No incident and CREATED: it would open its own."""

    one: Sorted
    outcome: AlertOutcome
    incident: Incident | None = None


def foresee(request: Request) -> list[Foreseen]:
    """What `sort` would decide of each firing alert now; nothing is locked and nothing written."""
    decided = _with_covers(request, _decide(request))
    found: list[Foreseen] = []
    for group in request.groups.values():
        place = _foreseen_place(request, group, [decided[one.key] for one in group.firing])
        for signal in group.firing:
            one = decided[signal.key]
            is_apart = place.outcome == AlertOutcome.SUPPRESSED
            outcome = kept_as(one) if is_apart else place.outcome
            found.append(Foreseen(one, outcome, place.incident))
    return found


def _foreseen_place(request: Request, group: Group, decided: Sequence[Sorted]) -> Place:
    home = Incident.objects.open().filter(keys__source=request.source, keys__key=group.key).first()
    if home is not None:
        return Place(home, AlertOutcome.GROUPED)
    lead = _lead(decided)
    if lead is None:
        return Place(None, AlertOutcome.SUPPRESSED)
    if not lead.opens:
        near = _foreseen_neighbor(request, lead)
        return near if near.incident else Place(None, AlertOutcome.SUPPRESSED)
    since = request.now - timedelta(minutes=request.source.reopen_minutes)
    again = Incident.objects.filter(
        source=request.source, alert_key=group.key, resolved_at__gt=since
    )
    latest = again.order_by("-pk").first() if lead.opens else None
    if latest is not None:
        return Place(latest, AlertOutcome.REOPENED)
    place = _foreseen_neighbor(request, lead)
    is_new = place.incident is None
    return Place(None, AlertOutcome.SUPPRESSED) if is_new and not lead.opens else place


def _foreseen_neighbor(request: Request, lead: Sorted) -> Place:
    source = request.source
    if lead.service is None:
        return Place(None, AlertOutcome.CREATED)
    needs = sorting.needs() if source.joins_causes else {}
    joined = joining.choose(
        joining.Newcomer(lead.service.pk, lead.severity, source.pk),
        sorting.candidates(joining.upstream({lead.service.pk}, needs)),
        needs,
        window=timedelta(minutes=source.grouping_minutes),
        now=request.now,
    )
    if joined is None:
        return Place(None, AlertOutcome.CREATED)
    return Place(Incident.objects.get(pk=joined.slot), AlertOutcome.GROUPED)
