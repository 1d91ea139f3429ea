"""Which policy and which targets hold for an incident."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, PositiveIntegerField, Prefetch, QuerySet, Value
from django.db.models.functions import Least

from incidents.enums import Promise, StepAnchor, TargetUnit
from incidents.logic.conditions import Conditions
from incidents.logic.plan import Plan, PlannedStep, StepSpec
from incidents.logic.routing import RouteSpec, choose_route
from incidents.logic.summons import ALWAYS, RoomSpec, StepRow, TargetSpec
from incidents.logic.targets import Target, choose_target
from incidents.models import (
    EscalationRun,
    EscalationStep,
    Incident,
    PolicyVersion,
    ResponseTarget,
    Room,
    Route,
    RoutingOverride,
    StepTarget,
)
from incidents.models.policy import HARD_CAP
from incidents.queries.remembered import kept
from rosters.logic.directory import NEXT, NEXT_WITHIN
from rosters.logic.matrix import HoursSpec
from rosters.queries import cells
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted
from rosters.queries.many import Ids

TOLD = StepTarget.objects.select_related("room__team")
TARGETS = Prefetch("targets", TOLD)
"""Whom steps tell, with what the planner asks of each, in one query."""


@dataclass(frozen=True)
class Book:
    """Targets, routes, and the newest published version of each policy, as they stand now."""

    targets: Sequence[Target]
    routes: Sequence[RouteSpec]
    versions: Mapping[int, PolicyVersion]
    steps: Mapping[tuple[int, str], Sequence[StepSpec]]
    _chosen: dict[tuple[str, int, int | None], Target | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def target_for(self, incident: Incident, promise: str) -> Target | None:
        """The response target that holds for one promise about this incident."""
        tier = incident.service.tier if incident.service else None
        asked = promise, incident.severity, tier
        if asked not in self._chosen:
            self._chosen[asked] = choose_target(
                self.targets, promise=promise, severity=incident.severity, tier=tier
            )
        return self._chosen[asked]

    def version_for(self, incident: Incident) -> PolicyVersion | None:
        """The newest version of the policy that was set for it, or that routes to it."""
        route = None if incident.policy_id else self.route_for(incident)
        policy_id = incident.policy_id or (route.policy_id if route else None)
        return self.versions.get(policy_id) if policy_id else None

    def route_for(self, incident: Incident) -> RouteSpec | None:
        """The route that leads to its policy; a detour of its service wins."""
        return choose_route(
            self.routes,
            service_id=incident.service_id,
            severity=incident.severity,
            impact_id=incident.impact_id,
            at=incident.detected_at,
        )

    def steps_of(self, version: PolicyVersion, promise: str) -> Sequence[StepSpec]:
        """The steps of one clock, in the policy's order."""
        return self.steps.get((version.pk, promise), ())


def book(promises: Iterable[str]) -> Book:
    """What holds for these promises about any incident, in four queries."""
    return _book(tuple(promises))


@kept
def _book(promises: tuple[str, ...]) -> Book:
    versions = (
        PolicyVersion.objects.filter(published_at__isnull=False)
        .order_by("policy_id", "-number")
        .distinct("policy_id")
    )
    newest = {version.policy_id: version for version in versions}
    steps: dict[tuple[int, str], list[StepSpec]] = defaultdict(list)
    found = EscalationStep.objects.filter(
        version__in=[version.pk for version in newest.values()], clock__in=promises
    )
    for step in found.order_by("version_id", "order", "pk"):
        steps[step.version_id, step.clock].append(spec_of(step))
    return Book(_targets(promises), routes(), newest, steps)


def _targets(promises: Sequence[str]) -> list[Target]:
    return [
        Target(row.promise, row.severity, row.tier, row.amount, row.unit == TargetUnit.WORKING_DAYS)
        for row in ResponseTarget.objects.filter(promise__in=promises)
    ]


def routes() -> list[RouteSpec]:
    """Every route, and every detour of a service to another policy, also those that are over."""
    return [RouteSpec(*row) for row in _every_route()]


@compiled
def _every_route() -> QuerySet[Any, Any]:
    number = PositiveIntegerField()
    found = Route.objects.values_list(
        "policy_id",
        "service_id",
        "severity",
        "impact_id",
        Value(None, output_field=DateTimeField()),
        Value(None, output_field=DateTimeField()),
    )
    detours = RoutingOverride.objects.filter(policy__isnull=False, service__isnull=False)
    for_a_while = detours.values_list(
        "policy_id",
        "service_id",
        Value(None, output_field=number),
        Value(None, output_field=number),
        "starts_at",
        Least("until", "ended_at"),
    )
    return found.union(for_a_while, all=True)


def version_for(incident: Incident) -> PolicyVersion | None:
    """The newest published version of the policy that holds for this incident, if there is one."""
    return book(()).version_for(incident)


def step_specs(version: PolicyVersion, *, promise: str) -> list[StepSpec]:
    """The steps of one clock, in the policy's order, as the planner wants them."""
    steps = version.steps.filter(clock=promise).order_by("order", "pk")
    return [spec_of(step) for step in steps]


def spec_of(step: EscalationStep) -> StepSpec:
    """One step as the planner wants it."""
    wait = timedelta(minutes=step.wait_minutes)
    return StepSpec(step.pk, wait, step.anchor == StepAnchor.TARGET)


def plan_of(run: EscalationRun, *, promise: str) -> Plan:
    """The frozen plan of a run; needs `run.version`."""
    steps = tuple(PlannedStep(pk, timedelta(seconds=seconds)) for pk, seconds in run.plan)
    return plan_for(run.version, steps, promise=promise)


def plan_for(version: PolicyVersion, steps: tuple[PlannedStep, ...], *, promise: str) -> Plan:
    """These steps of one clock as the version climbs them. Only the acknowledge clock repeats."""
    if promise != Promise.ACKNOWLEDGE:
        return Plan(steps)
    return Plan(
        steps,
        repeats=HARD_CAP if version.until_acknowledged else version.repeats,
        repeat_from=version.repeat_from,
        loop=timedelta(minutes=version.loop_minutes),
        catch_all_every=timedelta(minutes=version.catch_all_minutes),
        catch_all_rounds=version.catch_all_rounds,
    )


def step_rows(version_ids: Iterable[int]) -> Mapping[int, StepRow]:
    """Every step of these versions with its targets and conditions, by step id.

    Two queries, and one more when a step has hours.
    """
    return _rows(steps_of(version_ids), {})


def steps_of(version_ids: Iterable[int]) -> list[EscalationStep]:
    """Every step of these versions, in their order; one query."""
    versions = frozenset(version_ids)
    return _steps(versions) if versions else []


def rows_with_decisions(steps: Sequence[EscalationStep]) -> dict[int, StepRow]:
    """These steps, all of their versions, with what whoever they tell may decide alone."""
    decided: dict[int, list[str]] = defaultdict(list)
    for step_id, name in _decisions({step.version_id for step in steps}) if steps else ():
        decided[step_id].append(name)
    return _rows(steps, decided)


def _rows(
    steps: Sequence[EscalationStep], decided: Mapping[int, Sequence[str]]
) -> dict[int, StepRow]:
    told: dict[int, list[StepTarget]] = defaultdict(list)
    for target in _told({step.version_id for step in steps}) if steps else ():
        told[target.step_id].append(target)
    hours = _hours_of(steps)
    return {
        step.pk: _row(step, hours, told[step.pk], tuple(decided.get(step.pk, ()))) for step in steps
    }


@compiled
def _steps(versions: Ids) -> QuerySet[EscalationStep]:
    steps = EscalationStep.objects.filter(version_id__in=versions).select_related("impact")
    return steps.order_by("order", "pk")


@compiled
def _decisions(versions: Ids) -> QuerySet[EscalationStep, Any]:
    steps = EscalationStep.objects.filter(version__in=versions, decisions__isnull=False)
    named = steps.order_by("decisions__order", "decisions__pk")
    return named.values_list("pk", "decisions__name")


@compiled
def _told(versions: Ids) -> QuerySet[StepTarget]:
    return TOLD.filter(step__version_id__in=versions).order_by("pk")


def _hours_of(steps: Iterable[EscalationStep]) -> dict[int, HoursSpec]:
    return cells.named_hours({step.hours_id for step in steps if step.hours_id is not None})


def row_of(step: EscalationStep, hours: Mapping[int, HoursSpec]) -> StepRow:
    """One step with whom it tells and when; `hours` holds those that it names."""
    targets = sorted(step.targets.all(), key=lambda one: one.pk)
    return _row(step, hours, targets, decisions_of(step))


def _row(
    step: EscalationStep,
    hours: Mapping[int, HoursSpec],
    targets: Iterable[StepTarget],
    decisions: tuple[str, ...],
) -> StepRow:
    return StepRow(
        step.pk,
        step.clock,
        step.urgency,
        tuple(target_of(target) for target in targets),
        conditions_of(step, hours),
        step.ack_mode,
        decisions,
    )


def target_of(target: StepTarget) -> TargetSpec:
    """One target as the resolver wants it."""
    return TargetSpec(
        target.kind,
        target.choose,
        target.role_id,
        target.roster_id,
        target.person_id,
        target.team_id,
        room_of(target.room) if target.room else None,
    )


def room_of(room: Room) -> RoomSpec:
    """A room as the planner wants it; its team is loaded."""
    zone = room.team.time_zone if room.team else "UTC"
    return RoomSpec(room.pk, room.name, zone, room.is_active)


def conditions_of(step: EscalationStep, hours: Mapping[int, HoursSpec]) -> Conditions:
    """What must be so for a step to tell anybody. Hours without a span never hold."""
    if not (step.mildest_severity or step.impact_id or step.hours_id or step.least_alerts):
        return ALWAYS
    return Conditions(
        mildest=step.mildest_severity,
        impact_id=step.impact_id,
        impact_name=str(step.impact) if step.impact else "",
        hours=None if step.hours_id is None else hours.get(step.hours_id, cells.NEVER),
        hours_read_in=step.hours_read_in,
        least_alerts=step.least_alerts,
        alerts_within=timedelta(minutes=step.alerts_within_minutes or 0),
    )


def decisions_of(step: EscalationStep) -> tuple[str, ...]:
    """What whoever it tells may decide alone, in words; nothing where that was not prefetched."""
    known = getattr(step, "_prefetched_objects_cache", {})
    kinds = step.decisions.all() if "decisions" in known else ()
    return tuple(one.name for one in sorted(kinds, key=lambda one: (one.order, one.pk)))


def look_ahead(rows: Iterable[StepRow], usual: timedelta) -> timedelta:
    """How far a directory must be right for these steps: as usual, or until the next turn."""
    asks_next = any(target.choose == NEXT for row in rows for target in row.targets)
    return max(usual, NEXT_WITHIN + usual) if asks_next else usual


def wanted_by(
    rows: Iterable[StepRow],
    incidents: Sequence[Incident],
    asked_roles: Iterable[int | None] = (),
) -> Wanted:
    """What the resolver must load to answer for these steps, incidents and roles of clocks."""
    targets = [target for row in rows for target in row.targets]
    services = {one.service_id: one.service for one in incidents if one.service_id}.values()
    return Wanted(
        roster_ids=frozenset(t.roster_id for t in targets if t.roster_id),
        role_ids=frozenset(t.role_id for t in targets if t.role_id)
        | frozenset(pk for pk in asked_roles if pk),
        person_ids=frozenset(t.person_id for t in targets if t.person_id),
        team_ids=frozenset(t.team_id for t in targets if t.team_id)
        | frozenset(service.owner_team_id for service in services if service),
        service_ids=frozenset(service.pk for service in services if service),
    )
