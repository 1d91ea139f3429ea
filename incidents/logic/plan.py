"""The one planner: when each step of a climb fires. Pure; times are aware instants."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

LATE_AFTER = timedelta(seconds=60)
NOT_LATE = timedelta(0)


@dataclass(frozen=True)
class StepSpec:
    """One step as the policy has it: `wait` from the clock's start, or from its target."""

    step_id: int
    wait: timedelta
    from_target: bool = False


@dataclass(frozen=True)
class PlannedStep:
    """One step as frozen into a run: its offset from the clock's start."""

    step_id: int
    offset: timedelta


@dataclass(frozen=True)
class Plan:
    """A frozen climb.

    The steps are told in order; those from the `repeat_from`th on again `repeats` times, each round
    `loop` after the one before; then the last step alone again every `catch_all_every`,
    `catch_all_rounds` times.
    """

    steps: tuple[PlannedStep, ...]
    repeats: int = 0
    loop: timedelta = timedelta(0)
    catch_all_every: timedelta = timedelta(0)
    catch_all_rounds: int = 0
    repeat_from: int = 1
    _occurrences: dict[int, "Occurrence"] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def length(self) -> int:
        """How many times a step can fire before the climb is exhausted."""
        if not self.steps:
            return 0
        return len(self.steps) + len(self.again) * self.repeats + self.catch_all_rounds

    @property
    def again(self) -> tuple[PlannedStep, ...]:
        """The steps that repeat; the last one always does."""
        return self.steps[self._first_again :]

    @cached_property
    def _first_again(self) -> int:
        return min(max(self.repeat_from, 1), len(self.steps)) - 1

    def occurrence(self, position: int) -> "Occurrence | None":
        """The firing number `position`, counted from 0; None when the climb is exhausted."""
        if position >= self.length:
            return None
        if position not in self._occurrences:
            self._occurrences[position] = self._occurrence(position)
        return self._occurrences[position]

    def _occurrence(self, position: int) -> "Occurrence":
        first, count = self._first_again, len(self.steps)
        beyond = position - first
        loop = max(0, beyond // (count - first))
        if loop <= self.repeats:
            index = position - loop * (count - first)
            step = self.steps[index]
            return Occurrence(position, step.step_id, index, loop, step.offset + loop * self.loop)
        extra = beyond - (count - first) * (self.repeats + 1) + 1
        last = self.steps[-1]
        offset = last.offset + self.repeats * self.loop + extra * self.catch_all_every
        return Occurrence(position, last.step_id, count - 1, self.repeats + extra, offset)

    def occurrences(self, *, after: int = 0) -> Iterator["Occurrence"]:
        """All firings from `after` (inclusive) on, in order."""
        for position in range(after, self.length):
            occurrence = self.occurrence(position)
            if occurrence is not None:
                yield occurrence


@dataclass(frozen=True)
class Occurrence:
    """One firing of one step: the `loop`-th round (0 is the first), at `offset` from the start."""

    position: int
    step_id: int
    index: int
    loop: int
    offset: timedelta


@dataclass(frozen=True)
class Cursor:
    """Where a climb stands: the next firing, the lateness added so far, and when it is due."""

    position: int
    shift: timedelta
    due_at: datetime


class Why(StrEnum):
    """What became of one position of a climb."""

    TOLD = "told"
    NOBODY = "nobody"
    CONDITION = "condition"
    KNOWN = "known"


@dataclass(frozen=True)
class Fired:
    """What a tick did with a climb: the positions it consumed and where the climb stands now.

    `told` is the firing that found people, or None; `skipped` are those before it that told
    nobody, and `why` says of each, in the same order, why not. `cursor` is None when the climb is
    exhausted. `late_by` is set when the lateness was noticed (more than a minute) and added to the
    later steps.
    """

    told: Occurrence | None
    skipped: tuple[Occurrence, ...]
    cursor: Cursor | None
    late_by: timedelta
    why: tuple[Why, ...] = ()

    @property
    def consumed(self) -> tuple[tuple[Occurrence, Why], ...]:
        """Every position that this firing used up, in order, with what became of it."""
        passed = tuple(zip(self.skipped, self.why, strict=True))
        return (*passed, (self.told, Why.TOLD)) if self.told else passed


def freeze(steps: Sequence[StepSpec], *, target: timedelta) -> tuple[PlannedStep, ...]:
    """The steps with offsets from the clock's start, earliest first; ties keep their order."""
    planned = [
        PlannedStep(step.step_id, step.wait + (target if step.from_target else timedelta(0)))
        for step in steps
    ]
    return tuple(sorted(planned, key=lambda step: step.offset))


def first_cursor(plan: Plan, *, started_at: datetime) -> Cursor | None:
    """Where a climb stands when its clock starts; None when it has no steps."""
    first = plan.occurrence(0)
    return Cursor(0, timedelta(0), started_at + first.offset) if first else None


def fire(
    plan: Plan, cursor: Cursor, *, started_at: datetime, now: datetime, reachable: Container[int]
) -> Fired:
    """As `fire_asking`; `reachable` holds the steps that have somebody to tell at `now`."""

    def ask(step_id: int) -> Why:
        return Why.TOLD if step_id in reachable else Why.NOBODY

    return fire_asking(plan, cursor, started_at=started_at, now=now, ask=ask)


def fire_asking(
    plan: Plan,
    cursor: Cursor,
    *,
    started_at: datetime,
    now: datetime,
    ask: Callable[[int], Why],
) -> Fired:
    """Fire the step that is due at `now`, without doing it.

    `ask` says of a step whether it tells somebody at `now`, or why nobody is told. Such a step is
    skipped at once: the next one fires in its place, later ones keep their offsets. At most one
    step is told, none is skipped twice, and catch-all rounds are skipped one at a time, so an empty
    roster delays calls but never uses them up. A firing more than a minute late shifts the later
    steps by its lateness, so that an outage is not followed by a burst.
    """
    lateness = now - cursor.due_at
    late_by = lateness if lateness > LATE_AFTER else NOT_LATE
    shift = cursor.shift + late_by
    skipped: list[Occurrence] = []
    why: list[Why] = []
    told: Occurrence | None = None
    position = cursor.position
    passed: set[int] = set()
    while (occurrence := plan.occurrence(position)) is not None:
        answer = ask(occurrence.step_id)
        if answer == Why.TOLD:
            told = occurrence
            position += 1
            break
        if occurrence.index in passed:
            break
        position += 1
        skipped.append(occurrence)
        why.append(answer)
        passed.add(occurrence.index)
        if occurrence.loop > plan.repeats:
            break
    following = plan.occurrence(position)
    if following is None:
        return Fired(told, tuple(skipped), None, late_by, tuple(why))
    due_at = max(now, started_at + following.offset + shift)
    return Fired(told, tuple(skipped), Cursor(position, shift, due_at), late_by, tuple(why))


def put_off(plan: Plan, cursor: Cursor, *, started_at: datetime, until: datetime) -> Cursor:
    """The climb waits until `until`; its later steps keep their distances from the next one.

    Putting off to the same instant twice is the same as once. A climb that is due later stays.
    """
    following = plan.occurrence(cursor.position)
    if following is None or cursor.due_at >= until:
        return cursor
    planned_at = started_at + following.offset + cursor.shift
    late_by = max(until - planned_at, timedelta(0))
    return Cursor(cursor.position, cursor.shift + late_by, until)


def picked_up(
    plan: Plan, *, position: int, shift: timedelta, started_at: datetime, at: datetime
) -> Cursor | None:
    """Where a climb stands that rested since somebody had it, and goes on at `at`.

    Its next step is due then, and the later ones keep their distances from it: what would have been
    told meanwhile is not told in a burst. None when everybody had been called.
    """
    following = plan.occurrence(position)
    if following is None:
        return None
    late_by = max(at - (started_at + following.offset + shift), timedelta(0))
    return Cursor(position, shift + late_by, at)
