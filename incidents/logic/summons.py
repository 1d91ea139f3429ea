"""Whom a step tells: conditions and targets resolved to named people at one instant."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from incidents.logic import conditions
from incidents.logic.conditions import Conditions, Facts
from incidents.logic.plan import Cursor, Fired, Plan, Why, fire_asking
from incidents.logic.rerouting import Detour, Told, instead, told_by
from rosters.logic.directory import Candidate, Directory


@dataclass(frozen=True)
class RoomSpec:
    """A room as a step tells it; one that is not active is told nothing."""

    room_id: int
    name: str
    zone: str = "UTC"
    is_active: bool = True


@dataclass(frozen=True)
class TargetSpec:
    """One target of a step; exactly the id that `kind` names is set.

    Of the kind `asked` none is: the role that the clock asks is told. A room has its name with it:
    it is told beside people and is nobody itself.
    """

    kind: str
    choose: str
    role_id: int | None = None
    roster_id: int | None = None
    person_id: int | None = None
    team_id: int | None = None
    room: RoomSpec | None = None


ASKED = "asked"
ALWAYS = Conditions()
ANY, EACH = "any", "all"


@dataclass(frozen=True)
class StepRow:
    """One step as the policy has it: its clock, its urgency, whom it tells and when at all.

    `ack_mode` EACH: everybody whom it tells must acknowledge. `decisions`: what they may decide
    alone, in words; only pages ask for them.
    """

    step_id: int
    clock: str
    urgency: str
    targets: tuple[TargetSpec, ...]
    conditions: Conditions = ALWAYS
    ack_mode: str = ANY
    decisions: tuple[str, ...] = ()

    @property
    def rooms(self) -> tuple[RoomSpec, ...]:
        """The rooms that read along, each once."""
        found = (one.room for one in self.targets if one.room is not None and one.room.is_active)
        return tuple(dict.fromkeys(found))

    @property
    def called(self) -> tuple[TargetSpec, ...]:
        """The targets that are people, or lead to some."""
        return tuple(one for one in self.targets if one.room is None)


@dataclass(frozen=True)
class About:
    """What a call is about, as far as it decides who is called.

    `zone` is the time zone of the service's team; `alerts_at` are its newest signals, the newest
    first; `asked_role_id` is the role that its clock asks. `known`: who said already that they have
    heard, while others are still to say so; they are not called again. `detours`: where its calls
    go for now, and whom they brought into the climb already.
    """

    severity: int
    service_id: int | None = None
    service_name: str = ""
    team_id: int | None = None
    impact_id: int | None = None
    zone: str = ""
    alerts_at: tuple[datetime, ...] = ()
    asked_role_id: int | None = None
    known: frozenset[int] = frozenset()
    detours: tuple[Detour, ...] = ()
    detoured: frozenset[Told] = frozenset()

    def after(self, people: Sequence[Candidate], *, at: datetime) -> "About":
        """What is known once these people have been called at `at`."""
        if not self.detours:
            return self
        return replace(self, detoured=self.detoured | told_by(self.detours, people, at=at))

    @property
    def facts(self) -> Facts:
        """What conditions ask of it."""
        return Facts(self.severity, self.impact_id, self.zone, self.alerts_at)


@dataclass(frozen=True)
class Heard:
    """Whom a step would tell at one instant; nobody, and why not."""

    people: tuple[Candidate, ...]
    why: Why = Why.TOLD


@dataclass(frozen=True)
class PlannedCall:
    """At `at`, tell these people, because of this step.

    Empty people: the step will be skipped, and `why` says why.
    """

    at: datetime
    position: int
    step_id: int
    people: tuple[Candidate, ...]
    why: Why = field(default=Why.TOLD, compare=False)


def hear(step: StepRow, directory: Directory, *, about: About, at: datetime) -> Heard:
    """Whom `step` tells at `at`: the one answer, for the engine and for everything that foresees.

    A step whose condition is not so tells nobody, like one without people. Who is known to have
    heard is not told again.
    """
    if conditions.fails(step.conditions, about.facts, at=at) is not None:
        return Heard((), Why.CONDITION)
    elsewhere = instead(about.detours, about.detoured, directory, at=at, known=about.known)
    if elsewhere:
        return Heard(elsewhere)
    found = resolve(step, directory, about=about, at=at)
    if not found:
        return Heard((), Why.NOBODY)
    awake = tuple(
        one for one in found if conditions.holds_for(step.conditions, one.time_zone, at=at)
    )
    if not awake:
        return Heard((), Why.CONDITION)
    told = tuple(one for one in awake if one.person_id not in about.known)
    return Heard(told) if told else Heard((), Why.KNOWN)


class Hearing(dict[int, Heard]):
    """Whom each step would tell at one instant, by step; each is thought of when it is asked for.

    Nearly always the first step asked finds somebody, and the others are not needed.
    """

    def __init__(
        self, steps: Mapping[int, StepRow], directory: Directory, *, about: About, at: datetime
    ) -> None:
        super().__init__()
        self._steps, self._directory, self._about, self._at = steps, directory, about, at

    def __missing__(self, step_id: int) -> Heard:
        found = hear(self._steps[step_id], self._directory, about=self._about, at=self._at)
        self[step_id] = found
        return found


def fire_with(
    plan: Plan, cursor: Cursor, heard: Mapping[int, Heard], *, started_at: datetime, now: datetime
) -> Fired:
    """As `fire`, with what each step would do at `now`."""
    return fire_asking(
        plan, cursor, started_at=started_at, now=now, ask=lambda step_id: heard[step_id].why
    )


def resolve(
    step: StepRow, directory: Directory, *, about: About, at: datetime
) -> tuple[Candidate, ...]:
    """The people whom `step` names at `at`, each once, in the order of its targets.

    Whatever its conditions: `hear` asks those too.
    """
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
    role_id = role_of(target, about)
    if role_id is not None:
        return directory.for_role(
            role_id,
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


def role_of(target: TargetSpec, about: About) -> int | None:
    """The role that a target names, or that the clock asks."""
    return about.asked_role_id if target.kind == ASKED else target.role_id


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

    At most `limit` calls. People are resolved and conditions asked at the instant of each call, so
    a handover in between is seen, and the end of a day's hours. Skipped steps are listed without
    people, at the time the following step takes over.
    """
    calls = foreseen(
        plan, cursor, started_at=started_at, steps=steps, directory=directory, about=about
    )
    return tuple(itertools.islice(calls, limit))


def foreseen(
    plan: Plan,
    cursor: Cursor | None,
    *,
    started_at: datetime,
    steps: Mapping[int, StepRow],
    directory: Directory,
    about: About,
) -> Iterator[PlannedCall]:
    """As `forecast`, one call after the other, for as long as somebody asks."""
    while cursor is not None:
        at = cursor.due_at
        heard = Hearing(steps, directory, about=about, at=at)
        fired = fire_with(plan, cursor, heard, started_at=started_at, now=at)
        for one, why in fired.consumed:
            yield PlannedCall(at, one.position, one.step_id, heard[one.step_id].people, why)
        about = about.after(heard[fired.told.step_id].people if fired.told else (), at=at)
        cursor = fired.cursor


def next_reaching(
    plan: Plan,
    cursor: Cursor | None,
    hear_at: Callable[[datetime], Mapping[int, Heard]],
    *,
    started_at: datetime,
) -> PlannedCall | None:
    """The first call that `forecast` would find to reach somebody; it looks no further.

    `hear_at` says whom each step would tell at an instant. At most a whole round is looked at.
    """
    passed = 0
    while cursor is not None and passed <= len(plan.steps):
        at = cursor.due_at
        heard = hear_at(at)
        fired = fire_with(plan, cursor, heard, started_at=started_at, now=at)
        if fired.told is not None and passed + len(fired.skipped) <= len(plan.steps):
            told = fired.told
            return PlannedCall(at, told.position, told.step_id, heard[told.step_id].people)
        passed += len(fired.consumed)
        cursor = fired.cursor
    return None


def first_reaching(calls: Sequence[PlannedCall]) -> PlannedCall | None:
    """The first planned call that reaches somebody."""
    return next((call for call in calls if call.people), None)
