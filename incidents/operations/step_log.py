"""The log of steps: what became of each position of a climb when its time had come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from config.portal.by_hand import table
from incidents.enums import FiringOutcome
from incidents.logic.plan import Why
from incidents.models import StepFiring
from incidents.operations.firing import Outcome

OUTCOMES: Mapping[Why, FiringOutcome] = {
    Why.TOLD: FiringOutcome.TOLD,
    Why.NOBODY: FiringOutcome.NOBODY,
    Why.CONDITION: FiringOutcome.CONDITION,
    Why.KNOWN: FiringOutcome.KNOWN,
}


def write(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """What a tick decided stands in the log; before the climbs move on, with one statement.

    A position that is there already stays as it is: a log stops no call.
    """
    table(StepFiring).add_missing([row for one in outcomes for row in _rows(one, now=now)])


def _rows(outcome: Outcome, *, now: datetime) -> Iterator[StepFiring]:
    """One row for each position that was consumed; all of them were due at the same time."""
    run = outcome.run
    for occurrence, why in outcome.fired.consumed:
        yield table(StepFiring).new(
            run_id=run.pk,
            position=occurrence.position,
            step_id=occurrence.step_id,
            due_at=run.next_due_at or now,
            fired_at=now,
            outcome=OUTCOMES[why],
            why="" if why == Why.TOLD else why.value,
        )
