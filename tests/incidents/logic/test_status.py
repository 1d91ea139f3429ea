"""Are customers affected, and when do readers hear more."""

from datetime import timedelta

import pytest

from incidents.logic import status
from incidents.logic.health import Day
from incidents.logic.status import History, Last, Problem
from tests.world import NOW

SOON = NOW + timedelta(minutes=9)
FELT = Problem("Cards fail", 1, "1 in 5 fails.", None, SOON)
QUIET = Problem("Mails are late", 2, "", NOW - timedelta(minutes=5), None)


@pytest.mark.parametrize(
    ("severity", "facing", "expected"),
    [(1, None, True), (3, None, True), (4, None, False), (4, True, True), (1, False, False)],
)
def test_customers_notice_what_is_said_to_face_them(
    severity: int, facing: bool | None, expected: bool
) -> None:
    assert status.is_noticed(severity=severity, is_customer_facing=facing) is expected


@pytest.mark.parametrize(
    ("problems", "title", "said"),
    [
        ([], "Everything is working", ["No customer is affected."]),
        ([FELT], "{title}", ["{impact}", "We write again by {due_at}."]),
        (
            [FELT, Problem("Mails are late", 2)],
            "{number} problems affect customers",
            ["{impact}", "We write again by {due_at}."],
        ),
        (
            [Problem("Cards fail", 1), Problem("Mails are late", 2)],
            "{number} problems affect customers",
            ["The worst: {title}.", "We write as soon as somebody has taken it."],
        ),
        (
            [Problem("Cards fail", 1, next_at=NOW - timedelta(minutes=1))],
            "{title}",
            [
                "Customers may notice it. We do not know yet how many.",
                "The next update was due at {due_at}. It is late.",
            ],
        ),
        (
            [QUIET],
            "Customers are no longer affected",
            [
                "{title}: fixed for customers since {since_at}. We watch it until all is normal.",
                "We write as soon as somebody has taken it.",
            ],
        ),
        (
            [QUIET, QUIET],
            "Customers are no longer affected",
            [
                "{number} problems are fixed for customers.",
                "We write as soon as somebody has taken it.",
            ],
        ),
        ([QUIET, FELT], "{title}", ["{impact}", "We write again by {due_at}."]),
    ],
    ids=["none", "one", "two", "not written", "late", "contained", "contained twice", "mixed"],
)
def test_the_page_answers_in_two_sentences(
    problems: list[Problem], title: str, said: list[str]
) -> None:
    found = status.answers(problems, last=None, others=0, now=NOW)

    assert status.headline(problems).msgid == title
    assert [one.msgid for one in found] == said


def test_the_earliest_promise_counts() -> None:
    later = Problem("Mails are late", 2, "", None, SOON + timedelta(hours=1))

    *_, said = status.answers([FELT, later], last=None, others=0, now=NOW)

    assert said.params["due_at"] == SOON


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (1, "Our teams work on 1 thing that customers do not notice."),
        (2, "Our teams work on {number} things that customers do not notice."),
    ],
)
def test_when_all_works_the_last_problem_and_quiet_work_are_named(others: int, words: str) -> None:
    found = status.answers([], last=Last("Cards fail", NOW), others=others, now=NOW)

    assert [one.msgid for one in found] == [
        "No customer is affected.",
        "The last problem ended at {ended_at}: {title}.",
        words,
    ]


def history(name: str, *levels: int | None) -> History:
    days = tuple(
        Day((NOW + timedelta(days=number)).date(), level) for number, level in enumerate(levels)
    )
    return History(name, name.lower(), days)


@pytest.mark.parametrize(
    ("histories", "said"),
    [
        ([], []),
        ([history("A", None, 4)], ["No service had a bad day in the last {days} days."]),
        (
            [history("A", 1, None), history("B", None, None)],
            ["{name} worked all day on {good} of {days} days.", "1 service had no bad day at all."],
        ),
        (
            [history("A", 1), history("B", None), history("C", None)],
            [
                "{name} worked all day on {good} of {days} days.",
                "{number} services had no bad day at all.",
            ],
        ),
        (
            [history("A", 1, None), history("B", 3, 3)],
            [
                "{name} worked all day on {good} of {days} days.",
                "Every service had at least one bad day.",
            ],
        ),
    ],
    ids=["none", "small is no bad day", "one clean", "two clean", "none clean"],
)
def test_history_in_a_sentence(histories: list[History], said: list[str]) -> None:
    found = status.history_words(histories, days=2)

    assert [one.msgid for one in found] == said


def test_history_names_the_worst() -> None:
    found = status.history_words([history("A", 1, None), history("B", 2, 3)], days=2)

    assert found[0].params["name"] == "B"
