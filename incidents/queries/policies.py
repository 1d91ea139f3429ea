"""Which policy and which targets hold for an incident."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from incidents.enums import Promise, StepAnchor, TargetUnit
from incidents.logic.plan import Plan, PlannedStep, StepSpec
from incidents.logic.routing import RouteSpec, choose_policy
from incidents.logic.summons import StepRow, TargetSpec
from incidents.logic.targets import Target, choose_target
from incidents.models import (
    EscalationRun,
    EscalationStep,
    Incident,
    PolicyVersion,
    ResponseTarget,
    Route,
)
from incidents.queries.remembered import kept
from rosters.queries.directory import Wanted


@dataclass(frozen=True)
class Book:
    """Targets, routes, and the newest published version of each policy, as they stand now."""

    targets: Sequence[Target]
    routes: Sequence[RouteSpec]
    versions: Mapping[int, PolicyVersion]
    steps: Mapping[tuple[int, str], Sequence[StepSpec]]

    def target_for(self, incident: Incident, promise: str) -> Target | None:
        """The response target that holds for one promise about this incident."""
        tier = incident.service.tier if incident.service else None
        return choose_target(self.targets, promise=promise, severity=incident.severity, tier=tier)

    def version_for(self, incident: Incident) -> PolicyVersion | None:
        """The newest version of the policy that was set for it, or that routes to it."""
        policy_id = incident.policy_id or choose_policy(
            self.routes,
            service_id=incident.service_id,
            severity=incident.severity,
            impact_id=incident.impact_id,
        )
        return self.versions.get(policy_id) if policy_id else None

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
    return Book(_targets(promises), _routes(), newest, steps)


def _targets(promises: Sequence[str]) -> list[Target]:
    return [
        Target(row.promise, row.severity, row.tier, row.amount, row.unit == TargetUnit.WORKING_DAYS)
        for row in ResponseTarget.objects.filter(promise__in=promises)
    ]


def _routes() -> list[RouteSpec]:
    rows = Route.objects.values_list("policy_id", "service_id", "severity", "impact_id")
    return [RouteSpec(*row) for row in rows]


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
        repeats=version.repeats,
        loop=timedelta(minutes=version.loop_minutes),
        catch_all_every=timedelta(minutes=version.catch_all_minutes),
        catch_all_rounds=version.catch_all_rounds,
    )


def step_rows(version_ids: Iterable[int]) -> Mapping[int, StepRow]:
    """Every step of these versions with its targets, by step id, in two queries."""
    steps = EscalationStep.objects.filter(version_id__in=set(version_ids)).prefetch_related(
        "targets"
    )
    return {step.pk: row_of(step) for step in steps}


def row_of(step: EscalationStep) -> StepRow:
    """One step with whom it tells; its targets are prefetched."""
    return StepRow(
        step.pk,
        step.clock,
        step.urgency,
        tuple(
            TargetSpec(
                target.kind,
                target.choose,
                target.role_id,
                target.roster_id,
                target.person_id,
                target.team_id,
            )
            for target in sorted(step.targets.all(), key=lambda target: target.pk)
        ),
    )


def wanted_by(rows: Iterable[StepRow], incidents: Sequence[Incident]) -> Wanted:
    """What the resolver must load to answer for these steps and incidents."""
    targets = [target for row in rows for target in row.targets]
    services = [incident.service for incident in incidents if incident.service]
    return Wanted(
        roster_ids=frozenset(t.roster_id for t in targets if t.roster_id),
        role_ids=frozenset(t.role_id for t in targets if t.role_id),
        person_ids=frozenset(t.person_id for t in targets if t.person_id),
        team_ids=frozenset(t.team_id for t in targets if t.team_id)
        | frozenset(service.owner_team_id for service in services),
        service_ids=frozenset(service.pk for service in services),
    )
