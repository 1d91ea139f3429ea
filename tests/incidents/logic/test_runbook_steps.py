"""Which step of a runbook is next, how far it is, and what may be said of a step."""

import pytest

from incidents.enums import StepOutcome
from incidents.logic.runbook_steps import next_index, progress, why_not_outcome

DONE, OUT, BAD = StepOutcome.WORKED, StepOutcome.SKIPPED, StepOutcome.FAILED


@pytest.mark.parametrize(
    ("outcomes", "index", "said"),
    [
        ([], None, "0 of 0 done"),
        (["", "", ""], 0, "0 of 3 done"),
        ([DONE, "", ""], 1, "1 of 3 done"),
        (["", DONE, ""], 0, "1 of 3 done"),
        ([DONE, BAD, ""], 1, "1 of 3 done"),
        ([DONE, OUT, ""], 2, "1 of 3 done, one left out"),
        ([OUT, OUT, DONE], None, "1 of 3 done, 2 left out"),
    ],
    ids=["no steps", "begins", "goes on", "out of order", "failed", "left out", "over"],
)
def test_the_next_step_is_the_first_that_is_not_over(
    outcomes: list[str], index: int | None, said: str
) -> None:
    assert next_index(outcomes) == index
    assert progress(outcomes) == said


@pytest.mark.parametrize("outcome", StepOutcome)
@pytest.mark.parametrize("note", ["", "The switch is gone"])
def test_only_who_leaves_a_step_out_must_say_why(outcome: StepOutcome, note: str) -> None:
    why_not = why_not_outcome(outcome, note)

    assert (why_not is not None) == (outcome == OUT and not note)


@pytest.mark.parametrize("outcome", ["", "done", "WORKED"])
def test_nonsense_is_refused_in_a_sentence(outcome: str) -> None:
    assert "Say whether it worked" in (why_not_outcome(outcome, "x") or "")
