"""A climb goes on by other times, or by another rule, and nobody hears twice. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from incidents.logic.plan import PlannedStep, StepSpec, freeze

Frozen = list[list[int]]
"""A plan as a run keeps it: [step id, offset in seconds]."""


@dataclass(frozen=True)
class Fresh:
    """The steps of a climb that begins in the middle: those before `position` count as told."""

    steps: tuple[PlannedStep, ...]
    position: int


def continued(plan: Frozen, position: int, specs: Sequence[StepSpec], *, span: timedelta) -> Frozen:
    """The same rule with its target `span` from the start: steps not told yet lie by it."""
    if position >= len(plan):
        return plan
    told = plan[:position]
    done = {step_id for step_id, *_ in told}
    left = freeze([spec for spec in specs if spec.step_id not in done], target=span)
    return told + [[step.step_id, int(step.offset.total_seconds())] for step in left]


def moved(
    specs: Sequence[StepSpec],
    *,
    known: Collection[int],
    span: timedelta,
    elapsed: timedelta,
    again_after: timedelta,
) -> Fresh:
    """Another rule takes over: steps that tell only who knows already come first, as told.

    The last step stays the last, for it is told again and again. If its people know while others
    do not, it comes no sooner than a repetition of it would.
    """
    steps = freeze(specs, target=span)
    if not steps:
        return Fresh((), 0)
    if all(step.step_id in known for step in steps):
        return Fresh(steps, len(steps))
    last = steps[-1]
    told = [step for step in steps[:-1] if step.step_id in known]
    left = [step for step in steps[:-1] if step.step_id not in known]
    if last.step_id in known:
        last = PlannedStep(last.step_id, max(last.offset, elapsed + again_after))
    return Fresh((*told, *left, last), len(told))
