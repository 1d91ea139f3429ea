"""The rules of drills, as tables."""

from datetime import timedelta

import pytest

from reviews.logic import drills
from reviews.logic.drills import Part, State
from tests.world import NOW

PLANNED = State("Nobody answers at night", NOW)
MEMBER = Part(is_in_team=True)
LEADER = Part(is_leader=True)
STRANGER = Part()
ADMINISTRATOR = Part(is_administrator=True)


@pytest.mark.parametrize(
    ("part", "refused"),
    [(MEMBER, False), (ADMINISTRATOR, False), (LEADER, True), (STRANGER, True)],
    ids=["team", "administrator", "leader of another", "stranger"],
)
def test_why_not_plan_asks_for_the_team(part: Part, refused: bool) -> None:
    assert bool(drills.why_not_plan(part, service="Payments")) is refused


@pytest.mark.parametrize(
    ("part", "state", "said"),
    [
        (MEMBER, PLANNED, None),
        (LEADER, PLANNED, None),
        (STRANGER, PLANNED, "Only its leader"),
        (LEADER, State("A", NOW, is_finished=True), "has a result"),
        (LEADER, State("A", NOW, is_called_off=True), "called off"),
        (LEADER, State("A", NOW + timedelta(minutes=1)), "not started"),
    ],
    ids=["team", "leader", "stranger", "finished", "called off", "too early"],
)
def test_why_not_finish_says_why(part: Part, state: State, said: str | None) -> None:
    refusal = drills.why_not_finish(part, state, now=NOW)

    assert refusal is None if said is None else said in str(refusal)


@pytest.mark.parametrize(
    ("asked", "answered", "possible"),
    [
        (None, None, True),
        (5, 5, True),
        (5, 4, True),
        (0, 0, True),
        (4, 5, False),
        (5, None, False),
        (None, 1, False),
        (-1, -1, False),
        (9999, 1, False),
    ],
)
def test_why_not_count_wants_both_or_neither(
    asked: int | None, answered: int | None, possible: bool
) -> None:
    assert (drills.why_not_count(asked, answered) is None) is possible


@pytest.mark.parametrize(
    ("passed", "findings", "summary", "possible"),
    [
        (True, [], "", True),
        (False, [], "  ", False),
        (False, [], "Nobody answered.", True),
        (False, ["Old number"], "", True),
    ],
)
def test_why_not_result_wants_a_word_when_it_failed(
    passed: bool, findings: list[str], summary: str, possible: bool
) -> None:
    why_not = drills.why_not_result(passed=passed, findings=findings, summary=summary)

    assert (why_not is None) is possible


@pytest.mark.parametrize("words", ["", "   ", "x" * 400])
def test_texts_have_words_and_an_end(words: str) -> None:
    assert drills.why_not_title(words)
    assert drills.why_not_finding(words)


@pytest.mark.parametrize("days", [-1, 800])
def test_why_not_planned_at_wants_a_time_to_come(days: int) -> None:
    assert drills.why_not_planned_at(NOW + timedelta(days=days), now=NOW)
    assert drills.why_not_planned_at(NOW, now=NOW) is None


def test_why_not_close_asks_for_the_owner_or_the_team() -> None:
    assert drills.why_not_close(STRANGER, is_owner=True, owner="Bob") is None
    assert drills.why_not_close(MEMBER, is_owner=False, owner="Bob") is None
    assert "Bob" in str(drills.why_not_close(STRANGER, is_owner=False, owner="Bob"))
