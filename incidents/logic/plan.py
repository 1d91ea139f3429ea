"""The one planner: when each step of a climb fires. Pure; times are aware instants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE_AFTER = timedelta(seconds=60)


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

    The steps are told in order; all of them again `repeats` times, each round `loop` after the one
    before; then the last step alone again every `catch_all_every`, `catch_all_rounds` times.
    """

    steps: tuple[PlannedStep, ...]
    repeats: int = 0
    loop: timedelta = timedelta(0)
    catch_all_every: timedelta = timedelta(0)
    catch_all_rounds: int = 0

    @property
    def length(self) -> int:
        """How many times a step can fire before the climb is exhausted."""
        if not self.steps:
            return 0
        return len(self.steps) * (self.repeats + 1) + self.catch_all_rounds

    def occurrence(self, position: int) -> "Occurrence | None":
        """The firing number `position`, counted from 0; None when the climb is exhausted."""
        if position >= self.length:
            return None
        count = len(self.steps)
        rounds = self.repeats + 1
        if position < count * rounds:
            loop, index = divmod(position, count)
            step = self.steps[index]
            return Occurrence(position, step.step_id, index, loop, step.offset + loop * self.loop)
        extra = position - count * rounds + 1
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


@dataclass(frozen=True)
class Fired:
    """What a tick did with a climb: the positions it consumed and where the climb stands now.

    `told` is the firing that found people, or None; `skipped` are those before it that found
    nobody. `cursor` is None when the climb is exhausted. `late_by` is set when the lateness was
    noticed (more than a minute) and added to the later steps.
    """

    told: Occurrence | None
    skipped: tuple[Occurrence, ...]
    cursor: Cursor | None
    late_by: timedelta


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
    plan: Plan,
    cursor: Cursor,
    *,
    started_at: datetime,
    now: datetime,
    reachable: frozenset[int],
) -> Fired:
    """Fire the step that is due at `now`, without doing it.

    `reachable` holds the steps that have somebody to tell at `now`. A step with nobody is skipped
    at once: the next one fires in its place, later ones keep their offsets. At most one step is
    told, at most one whole round is skipped, and catch-all rounds are skipped one at a time, so an
    empty roster delays calls but never uses them up. A firing more than a minute late shifts the
    later steps by its lateness, so that an outage is not followed by a burst.
    """
    lateness = now - cursor.due_at
    late_by = lateness if lateness > LATE_AFTER else timedelta(0)
    shift = cursor.shift + late_by
    skipped: list[Occurrence] = []
    told: Occurrence | None = None
    position = cursor.position
    while (occurrence := plan.occurrence(position)) is not None:
        position += 1
        if occurrence.step_id in reachable:
            told = occurrence
            break
        skipped.append(occurrence)
        if occurrence.loop > plan.repeats or len(skipped) == len(plan.steps):
            break
    following = plan.occurrence(position)
    if following is None:
        return Fired(told, tuple(skipped), None, late_by)
    due_at = max(now, started_at + following.offset + shift)
    return Fired(told, tuple(skipped), Cursor(position, shift, due_at), late_by)


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
