"""What somebody may decide alone, what needs somebody else, and who may answer."""

import pytest

from incidents.logic.access import State
from incidents.logic.deciding import (
    Kind,
    Question,
    Right,
    Way,
    choices,
    why_not_answer,
    why_not_ask,
    why_not_decide,
    why_not_withdraw,
)
from tests.world import NOW

ENGINEER, COMMANDER, SPONSOR = 1, 2, 3
KIND = Kind(9, "shut it down")
RIGHTS = [
    Right(9, COMMANDER, "commander"),
    Right(9, ENGINEER, "engineer", COMMANDER, "commander", 10),
]
OPEN = State("INC-1", NOW)


@pytest.mark.parametrize(
    ("roles", "called_for", "pending", "way", "said"),
    [
        ({COMMANDER}, set(), {}, Way.ALONE, "You may decide this alone, as the commander."),
        ({ENGINEER}, set(), {}, Way.ASK, "The commander must agree, within 10 minutes."),
        ({ENGINEER, COMMANDER}, set(), {}, Way.ALONE, "You may decide this alone, as"),
        (set(), {9}, {}, Way.ALONE, "You may decide this alone: the rule that called you"),
        ({ENGINEER}, set(), {9: "Ada has asked."}, Way.PENDING, "Ada has asked."),
        ({COMMANDER}, set(), {9: "Ada has asked."}, Way.ALONE, "You may decide this alone"),
        (
            {SPONSOR},
            set(),
            {},
            Way.NOT,
            "The commander may, alone. The engineer may, once the commander agrees.",
        ),
    ],
    ids=["alone", "asks", "the freer role", "called", "waits", "waits for others", "not theirs"],
)
def test_how_somebody_comes_to_a_decision(
    roles: set[int], called_for: set[int], pending: dict[int, str], way: Way, said: str
) -> None:
    [found] = choices([KIND], RIGHTS, roles=roles, called_for=called_for, pending=pending)

    assert found.way == way
    assert found.said.startswith(said)


def test_where_no_role_may_it_says_how_to_change_that() -> None:
    [found] = choices([KIND], [], roles={COMMANDER}, called_for=(), pending={})

    assert found.way == Way.NOT
    assert "Decision rights" in found.said


def test_the_quickest_way_is_offered() -> None:
    rights = [
        Right(9, ENGINEER, "engineer", SPONSOR, "sponsor", 30),
        Right(9, COMMANDER, "commander", SPONSOR, "sponsor", 10),
    ]

    [found] = choices([KIND], rights, roles={ENGINEER, COMMANDER}, called_for=(), pending={})

    assert found.right == rights[1]


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("is_resolved", [False, True])
def test_each_way_leads_to_one_act(way: Way, is_resolved: bool) -> None:
    roles = {Way.ALONE: {COMMANDER}, Way.ASK: {ENGINEER}, Way.PENDING: {ENGINEER}}.get(way, set())
    pending = {9: "Ada has asked."} if way == Way.PENDING else {}
    [choice] = choices([KIND], RIGHTS, roles=roles, called_for=(), pending=pending)
    state = State("INC-1", NOW, resolved_at=NOW if is_resolved else None)

    may = (why_not_decide(state, choice) is None, why_not_ask(state, choice) is None)

    assert choice.way == way
    assert may == (way == Way.ALONE and not is_resolved, way == Way.ASK and not is_resolved)


def test_nothing_chosen_is_said() -> None:
    assert why_not_decide(OPEN, None) == "Choose what is decided."


@pytest.mark.parametrize(
    ("question", "answer", "withdraw"),
    [
        (Question(1, "commander", may_answer=True), "You asked this yourself.", None),
        (Question(2, "commander", may_answer=True), None, "Only whoever asked"),
        (Question(2, "commander", may_answer=False), "Only the commander", "Only whoever asked"),
        (
            Question(2, "commander", may_answer=True, is_answered=True, answered="Too late."),
            "Too late.",
            "Too late.",
        ),
    ],
    ids=["asked it", "may answer", "a stranger", "answered"],
)
def test_who_may_answer_and_take_back(
    question: Question, answer: str | None, withdraw: str | None
) -> None:
    said = (why_not_answer(question, reader_id=1), why_not_withdraw(question, reader_id=1))

    for found, expected in zip(said, (answer, withdraw), strict=True):
        assert found is None if expected is None else found and found.startswith(expected)
