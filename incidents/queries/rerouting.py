"""Where calls go instead, for a while, because somebody said so."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from incidents.enums import EntryKind, Promise
from incidents.logic.judgment import ServiceKeeper
from incidents.logic.rerouting import Detour, Told
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    RoutingOverride,
    TimelineEntry,
)
from incidents.queries import signal_keeping
from rosters.logic.roles import Role
from rosters.models import Person, Service
from rosters.queries import roles
from rosters.queries.compiled import compiled
from rosters.queries.directory import NOTHING, Wanted
from rosters.queries.many import Ids

REROUTED = (Promise.ACKNOWLEDGE, Promise.CONTAIN, Promise.RESOLVE, Promise.UPDATE)
"""Whose calls can go elsewhere. Approvals, roles and reviews ask certain people."""


@dataclass(frozen=True)
class Detours:
    """By incident: where its calls go, an incident's own before its service's, the newest first.

    `told`, by climb: whom they brought into it. `said`: of which incident and detour the timeline
    says that it reaches nobody.
    """

    of: Mapping[int, tuple[Detour, ...]] = field(default_factory=dict)
    told: Mapping[int, frozenset[Told]] = field(default_factory=dict)
    said: frozenset[tuple[int, int]] = frozenset()

    def of_climb(self, run: EscalationRun) -> tuple[Detour, ...]:
        """Where the calls of this climb go: only those for help with the trouble itself."""
        if not self.of or run.clock.promise not in REROUTED:
            return ()
        return self.of.get(run.clock.incident_id, ())

    @property
    def wanted(self) -> Wanted:
        """What the resolver must load to answer for them."""
        found = [one for detours in self.of.values() for one in detours]
        if not found:
            return NOTHING
        return Wanted(
            person_ids=frozenset(one.person_id for one in found if one.person_id),
            roster_ids=frozenset(one.roster_id for one in found if one.roster_id),
        )


NO_DETOURS = Detours()


def detours_for(
    runs: Sequence[EscalationRun], incidents: Sequence[Incident], *, now: datetime
) -> Detours:
    """Where the calls of these climbs go; one query, and three more where there is a detour."""
    if not incidents:
        return NO_DETOURS
    found = _in_force(incidents, now=now)
    if not found:
        return NO_DETOURS
    return Detours(found, _told(runs, found), _said(found))


def _in_force(incidents: Sequence[Incident], *, now: datetime) -> dict[int, tuple[Detour, ...]]:
    services = {one.service_id for one in incidents if one.service_id}
    found = [pk for (pk,) in _going_on({one.pk for one in incidents}, services, now)]
    if not found:
        return {}
    rows = RoutingOverride.objects.filter(pk__in=found)
    rows = rows.select_related("person", "roster", "service", "incident")
    by_incident: dict[int, list[Detour]] = defaultdict(list)
    by_service: dict[int, list[Detour]] = defaultdict(list)
    for row in rows.order_by("-created_at", "-pk"):
        if row.incident_id:
            by_incident[row.incident_id].append(detour_of(row))
        elif row.service_id:
            by_service[row.service_id].append(detour_of(row))
    pairs = (
        (one.pk, [*by_incident[one.pk], *by_service[one.service_id or 0]]) for one in incidents
    )
    return {pk: tuple(detours) for pk, detours in pairs if detours}


@compiled
def _going_on(incidents: Ids, services: Ids, now: datetime) -> QuerySet[RoutingOverride, Any]:
    """Detours to other people: one to another rule is a route, see policies.routes."""
    rows = RoutingOverride.objects.filter(
        Q(incident__in=incidents) | Q(service__in=services),
        policy__isnull=True,
        ended_at__isnull=True,
        until__gt=now,
        starts_at__lte=now,
    )
    return rows.values_list("pk")


def detour_of(row: RoutingOverride) -> Detour:
    """One row as the logic wants it."""
    about = row.incident.reference if row.incident else str(row.service)
    name = row.person.full_name if row.person else str(row.roster or "")
    return Detour(
        row.pk,
        row.starts_at,
        row.until,
        name,
        about,
        row.person_id,
        row.roster_id,
        bool(row.incident_id),
    )


def _told(
    runs: Sequence[EscalationRun], found: Mapping[int, tuple[Detour, ...]]
) -> dict[int, frozenset[Told]]:
    """Whom each climb has called since each of its detours began."""
    asked = {run.clock_id: run for run in runs if run.clock.incident_id in found}
    calls = Notification.objects.filter(run__clock__in=list(asked)).annotate(
        clock_id=F("run__clock")
    )
    told: dict[int, set[Told]] = defaultdict(set)
    for clock_id, person_id, at in calls.values_list("clock_id", "person_id", "created_at"):
        run = asked[clock_id]
        told[run.pk] |= {
            (one.detour_id, person_id)
            for one in found[run.clock.incident_id]
            if one.starts_at <= at
        }
    return {pk: frozenset(people) for pk, people in told.items()}


def _said(found: Mapping[int, Iterable[Detour]]) -> frozenset[tuple[int, int]]:
    entries = TimelineEntry.objects.filter(
        incident__in=list(found), kind=EntryKind.REROUTED, params__what="fallback"
    )
    pairs = entries.values_list("incident_id", "params__detour_id")
    return frozenset((pk, int(detour)) for pk, detour in pairs if detour is not None)


def keeper(reader: Person, service: Service) -> ServiceKeeper:
    """What a reader is to a service whose calls go elsewhere."""
    keeps = signal_keeping.keeper(reader, service.owner_team_id)
    return ServiceKeeper(keeps, is_commander=roles.of(reader).has(Role.COMMANDER))


def of_service(service: Service, *, now: datetime) -> RoutingOverride | None:
    """Where all calls about a service go at `now`, if they go elsewhere."""
    rows = RoutingOverride.objects.filter(
        service=service, ended_at__isnull=True, until__gt=now, starts_at__lte=now
    )
    return rows.select_related("person", "roster", "policy", "by").order_by("-pk").first()


def to_rules(incidents: Sequence[Incident]) -> dict[int, RoutingOverride]:
    """By incident the detour of its service to another rule that it goes by; one query."""
    services = {one.service_id for one in incidents if one.service_id}
    rows = RoutingOverride.objects.filter(policy__isnull=False, service__in=services)
    found = list(rows.select_related("policy", "by").order_by("-starts_at", "-pk"))
    pairs = ((one, next((row for row in found if _leads(row, one)), None)) for one in incidents)
    return {one.pk: row for one, row in pairs if row is not None}


def _leads(row: RoutingOverride, incident: Incident) -> bool:
    ends_at = min(row.until, row.ended_at or row.until)
    return row.service_id == incident.service_id and row.starts_at <= incident.detected_at < ends_at
