"""Following a runbook in an incident: which step is next, and what may be said of one. Pure."""

from collections.abc import Sequence

from incidents.enums import StepOutcome

OVER = frozenset({StepOutcome.WORKED, StepOutcome.SKIPPED})


def next_index(outcomes: Sequence[str]) -> int | None:
    """The first step that is neither done nor left out; one that did not work is still to do."""
    return next((index for index, one in enumerate(outcomes) if one not in OVER), None)


def progress(outcomes: Sequence[str]) -> str:
    """ "3 of 7 done", "6 of 7 done, one left out"."""
    done = sum(one == StepOutcome.WORKED for one in outcomes)
    out = sum(one == StepOutcome.SKIPPED for one in outcomes)
    said = f"{done} of {len(outcomes)} done"
    return f"{said}, {'one' if out == 1 else out} left out" if out else said


def why_not_outcome(outcome: str, note: str) -> str | None:
    """Whether this may be said of a step; whoever leaves one out says why."""
    if outcome not in StepOutcome.values:
        return "Say whether it worked: press one of the buttons beside the step."
    if outcome == StepOutcome.SKIPPED and not note:
        return "Write why you leave this step out, then press again. Others read it."
    return None
