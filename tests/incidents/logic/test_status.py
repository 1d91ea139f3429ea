"""Are customers affected, and when do readers hear more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from config.portal import words
from incidents.logic import status
from incidents.logic.health import Day
from incidents.logic.status import History, Last, Problem
from tests.world import NOW

SOON = NOW + timedelta(minutes=9)
FELT = Problem("Cards fail", 1, "1 in 5 fails.", None, SOON)
QUIET = Problem("Mails are late", 2, "", NOW - timedelta(minutes=5), None)


BEFORE = SimpleNamespace(impact="1 in 5 fails.", posted_at=NOW - timedelta(minutes=9))
AFTER = SimpleNamespace(impact="All is well again.", posted_at=NOW + timedelta(minutes=9))


@pytest.mark.parametrize(
    ("updates", "contained_at", "summary", "said"),
    [
        ([], None, "", ""),
        ([], None, "Cards fail.", "Cards fail."),
        ([AFTER, BEFORE], None, "Cards fail.", "All is well again."),
        ([AFTER, BEFORE], NOW, "Cards fail.", "1 in 5 fails."),
        ([AFTER], NOW, "Cards fail.", "Cards fail."),
        ([AFTER], NOW, "", "All is well again."),
    ],
    ids=["nothing", "declared", "newest", "before containment", "only after", "only that"],
)
def test_what_customers_saw_is_what_was_written_before_containment(
    updates: list[Any], contained_at: datetime | None, summary: str, said: str
) -> None:
    assert status.impact_of(updates, contained_at=contained_at, otherwise=summary) == said


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
            "{title}, and {number} more problem",
            ["{impact}", "Also: {title}.", "The next update comes by {due_at}."],
        ),
        (
            [FELT] * 5,
            "{title}, and {number} more problems",
            [
                "{impact}",
                "Also: {title}.",
                "Also: {title}.",
                "And {number} more.",
                "The next update comes by {due_at}.",
            ],
        ),
        (
            [Problem("Cards fail", 1, next_at=SOON, has_update=False)],
            "{title}",
            [
                "Customers may notice it. We do not know yet how many.",
                "The first update comes by {due_at}.",
            ],
        ),
        (
            [Problem("Cards fail", 1, next_at=NOW - timedelta(minutes=1))],
            "{title}",
            [
                "Customers may notice it. We do not know yet how many.",
                "The update promised for {due_at} is late.",
            ],
        ),
        (
            [FELT, replace(QUIET, next_at=NOW - timedelta(minutes=70))],
            "{title}",
            [
                "{impact}",
                "1 more problem is over for customers, and we are watching it.",
                "The update about “{title}” promised for {due_at} is late.",
            ],
        ),
        (
            [QUIET],
            "Customers are no longer affected",
            ["{title}: working again since {since_at}.", "We are watching it."],
        ),
        (
            [QUIET, QUIET],
            "Customers are no longer affected",
            [
                "{title}: working again since {since_at}.",
                "{title}: working again since {since_at}.",
                "We are watching them.",
            ],
        ),
        (
            [FELT, QUIET],
            "{title}",
            [
                "{impact}",
                "1 more problem is over for customers, and we are watching it.",
                "The next update comes by {due_at}.",
            ],
        ),
        (
            [FELT, QUIET, QUIET],
            "{title}",
            [
                "{impact}",
                "{number} more problems are over for customers, and we are watching them.",
                "The next update comes by {due_at}.",
            ],
        ),
    ],
    ids=[
        "none",
        "one",
        "two",
        "five",
        "nobody has written",
        "late",
        "what is over and late comes before what is promised",
        "contained",
        "contained twice",
        "one felt and one over",
        "one felt and two over",
    ],
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
    ("others", "told"),
    [
        (1, "Our teams work on 1 thing that customers do not notice."),
        (2, "Our teams work on {number} things that customers do not notice."),
    ],
)
def test_when_all_works_the_last_problem_and_quiet_work_are_named(others: int, told: str) -> None:
    found = status.answers([], last=Last("Cards fail", NOW), others=others, now=NOW)

    assert [one.msgid for one in found] == [
        "The last problem ended at {ended_at}: {title}.",
        told,
    ]


def history(name: str, *levels: int | None) -> History:
    days = tuple(
        Day((NOW + timedelta(days=number)).date(), level) for number, level in enumerate(levels)
    )
    return History(name, name.lower(), days)


A_HAD_ONE = "A had a problem on 1 of the last 2 days. No service had more."
B_HAD_TWO = "B had problems on 2 of the last 2 days. No service had more."


@pytest.mark.parametrize(
    ("histories", "said"),
    [
        ([], ""),
        ([history("A", None, 4)], "Customers noticed no problem in the last 2 days."),
        (
            [history("A", 1, None), history("B", None, None)],
            f"{A_HAD_ONE} 1 of 2 services had none.",
        ),
        (
            [history("A", 1), history("B", None), history("C", None)],
            f"{A_HAD_ONE} 2 of 3 services had none.",
        ),
        (
            [history("A", 1, None), history("B", 3, 3)],
            f"{B_HAD_TWO} Each of the 2 services below had at least one.",
        ),
    ],
    ids=["none", "small is no bad day", "one clean", "two clean", "none clean"],
)
def test_history_in_a_sentence(histories: list[History], said: str) -> None:
    found = status.history_words(histories, days=2)

    assert words.as_text(found, zone=UTC, now=NOW) == said
