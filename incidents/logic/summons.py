"""Whom a step tells: targets resolved to named people at one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.logic.plan import Cursor, Plan, fire
from rosters.logic.directory import Candidate, Directory


@dataclass(frozen=True)
class TargetSpec:
    """One target of a step; exactly the id that `kind` names is set."""

    kind: str
    choose: str
    role_id: int | None = None
    roster_id: int | None = None
    person_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True)
class StepRow:
    """One step as the policy has it: its clock, its urgency and whom it tells."""

    step_id: int
    clock: str
    urgency: str
    targets: tuple[TargetSpec, ...]


@dataclass(frozen=True)
class About:
    """What a call is about, as far as it decides who is called."""

    severity: int
    service_id: int | None = None
    service_name: str = ""
    team_id: int | None = None


@dataclass(frozen=True)
class PlannedCall:
    """At `at`, tell these people, because of this step. Empty people: the step will be skipped."""

    at: datetime
    position: int
    step_id: int
    people: tuple[Candidate, ...]


def resolve(
    step: StepRow, directory: Directory, *, about: About, at: datetime
) -> tuple[Candidate, ...]:
    """The people whom `step` would tell at `at`, each once, in the order of its targets."""
    found: dict[int, Candidate] = {}
    for target in step.targets:
        for candidate in _resolve_target(target, directory, about=about, at=at):
            found.setdefault(candidate.person_id, candidate)
    return tuple(found.values())


def _resolve_target(
    target: TargetSpec, directory: Directory, *, about: About, at: datetime
) -> Sequence[Candidate]:
    if target.roster_id is not None:
        return directory.on_call(
            target.roster_id, at=at, choose=target.choose, about=about.service_name
        )
    if target.role_id is not None:
        return directory.for_role(
            target.role_id,
            service_id=about.service_id,
            team_id=about.team_id,
            severity=about.severity,
            at=at,
            choose=target.choose,
        )
    if target.person_id is not None:
        return directory.for_person(target.person_id, at=at)
    if target.team_id is not None:
        return directory.for_team(target.team_id, at=at, choose=target.choose)
    return ()


def forecast(
    plan: Plan,
    cursor: Cursor | None,
    *,
    started_at: datetime,
    steps: Mapping[int, StepRow],
    directory: Directory,
    about: About,
    limit: int,
) -> tuple[PlannedCall, ...]:
    """What happens next if nobody does anything: the engine's own planner, run ahead of time.

    At most `limit` calls. People are resolved at the instant of each call, so a handover in between
    is seen. Skipped steps are listed without people, at the time the following step takes over.
    """
    calls: list[PlannedCall] = []
    while cursor is not None and len(calls) < limit:
        at = cursor.due_at
        people = {
            step_id: resolve(steps[step_id], directory, about=about, at=at)
            for step_id in {step.step_id for step in plan.steps}
        }
        reachable = frozenset(step_id for step_id, found in people.items() if found)
        fired = fire(plan, cursor, started_at=started_at, now=at, reachable=reachable)
        calls += [PlannedCall(at, skip.position, skip.step_id, ()) for skip in fired.skipped]
        if fired.told:
            told = fired.told
            calls.append(PlannedCall(at, told.position, told.step_id, people[told.step_id]))
        cursor = fired.cursor
    return tuple(calls[:limit])


def first_reaching(calls: Sequence[PlannedCall]) -> PlannedCall | None:
    """The first planned call that reaches somebody."""
    return next((call for call in calls if call.people), None)
