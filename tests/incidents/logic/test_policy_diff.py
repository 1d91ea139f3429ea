"""What a version changes, and what it leads to, in words."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.portal import words
from config.portal.sentences import Sentence
from incidents.logic.conditions import Conditions
from incidents.logic.policy_diff import differences
from incidents.logic.policy_findings import warnings, why_not_hold
from incidents.logic.policy_text import PolicyText, StepText
from rosters.logic.matrix import HoursSpec
from rosters.logic.shifts import RestrictionSpec
from tests.world import NOW

UTC = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)
DAY = HoursSpec("the day", UTC, tuple(RestrictionSpec(day, time(8), time(18)) for day in range(7)))
WORK = HoursSpec(
    "office hours", UTC, tuple(RestrictionSpec(day, time(8), time(18)) for day in range(5))
)


def step(number: int, minutes: int, *tells: str, **facts: Any) -> StepText:
    return StepText("acknowledge", number, minutes * MINUTE, tells, **facts)


FIRST = step(1, 0, "the person on call for Payments")
BACKUP = step(2, 5, "the backup for Payments")
LAST = step(3, 15, "the incident commander")
TEXT = PolicyText(
    (FIRST, BACKUP, LAST),
    repeats=2,
    loop=30 * MINUTE,
    catch_all_every=15 * MINUTE,
    catch_all_rounds=96,
)


def read(found: tuple[Sentence, ...]) -> list[str]:
    return [words.as_text(one, zone=UTC, now=NOW) for one in found]


def of(*steps: StepText, **facts: Any) -> PolicyText:
    return replace(TEXT, steps=steps, **facts)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        pytest.param(TEXT, [], id="nothing"),
        pytest.param(
            of(FIRST, replace(BACKUP, wait=2 * MINUTE), LAST),
            ["Step 2 comes after 2 minutes. Before, it came after 5 minutes."],
            id="sooner",
        ),
        pytest.param(
            of(FIRST, LAST),
            ["Step 2 is gone: it called the backup for Payments after 5 minutes."],
            id="one less",
        ),
        pytest.param(
            of(FIRST, BACKUP, step(3, 10, "the director"), replace(LAST, number=4)),
            ["Step 3 is new: it calls the director after 10 minutes."],
            id="one more",
        ),
        pytest.param(
            of(FIRST, replace(BACKUP, tells=("Mei Tan",)), LAST),
            ["Step 2 calls Mei Tan. Before, it called the backup for Payments."],
            id="somebody else",
        ),
        pytest.param(
            of(
                replace(BACKUP, number=1, wait=0 * MINUTE),
                replace(FIRST, number=2, wait=5 * MINUTE),
                LAST,
            ),
            [
                "Step 1 has moved, it was step 2: it calls the backup for Payments.",
                "Step 1 comes at once. Before, it came after 5 minutes.",
                "Step 2 comes after 5 minutes. Before, it came at once.",
            ],
            id="two swapped",
        ),
        pytest.param(
            of(replace(FIRST, rooms=("#payments",)), BACKUP, LAST),
            ["Step 1 also tells the room #payments now."],
            id="a room",
        ),
        pytest.param(
            of(replace(FIRST, ack_mode="all"), BACKUP, LAST),
            ["Each person whom step 1 calls must acknowledge now. Before, one was enough."],
            id="each of them",
        ),
        pytest.param(
            of(FIRST, replace(BACKUP, conditions=Conditions(mildest=2)), LAST),
            ["Step 2 is only for SEV2 or worse now."],
            id="a condition",
        ),
        pytest.param(
            of(FIRST, replace(BACKUP, decisions=("roll back",)), LAST),
            ["Whoever step 2 calls may roll back alone now."],
            id="a right",
        ),
        pytest.param(
            replace(TEXT, repeats=None, repeat_from=2),
            [
                "The calls repeat until somebody acknowledges. Before, they repeated twice.",
                "They repeat from step 2. Before, they did from step 1.",
            ],
            id="rounds",
        ),
        pytest.param(
            replace(TEXT, loop=20 * MINUTE, catch_all_every=10 * MINUTE, catch_all_rounds=6),
            [
                "The next round begins 20 minutes after the one before. It was 30 minutes.",
                (
                    "After the rounds, the last step calls every 10 minutes."
                    " Before, it did every 15 minutes."
                ),
                "After the rounds, the last step calls 6 times. Before, it did 96 times.",
            ],
            id="times",
        ),
    ],
)
def test_differences_are_sentences(new: PolicyText, said: list[str]) -> None:
    assert read(differences(TEXT, new)) == said


def test_going_back_says_the_opposite() -> None:
    conditional = of(FIRST, replace(BACKUP, conditions=Conditions(hours=WORK)), LAST)

    assert read(differences(conditional, TEXT)) == ["Step 2 is no longer only during office hours."]


@pytest.mark.parametrize(
    ("text", "reaches", "why"),
    [
        pytest.param(TEXT, True, None, id="all is well"),
        pytest.param(of(), True, "Nobody would be called.", id="no step"),
        pytest.param(of(FIRST, step(2, 5)), True, "Step 2 tells nobody.", id="an empty step"),
        pytest.param(
            of(FIRST, step(2, 5, rooms=("#payments",))),
            True,
            "Step 2 tells only the room #payments. Nobody is woken by a room, so it counts as"
            " nobody. Choose a person, a role, a roster or a team beside it.",
            id="only a room",
        ),
        pytest.param(TEXT, False, "The last step would reach nobody today.", id="nobody there"),
        pytest.param(
            of(FIRST, replace(LAST, conditions=Conditions(hours=WORK))),
            True,
            "The last step is only during office hours. At any other time the calls would end",
            id="ends with nobody at night",
        ),
        pytest.param(
            of(FIRST, replace(LAST, conditions=Conditions(mildest=4))), True, None, id="for all"
        ),
        pytest.param(
            replace(TEXT, repeat_from=4),
            True,
            "It repeats from step 4, but there are only 3",
            id="4",
        ),
        pytest.param(
            replace(TEXT, loop=10 * MINUTE), True, "The last step comes after 15", id="too soon"
        ),
        pytest.param(
            replace(TEXT, loop=10 * MINUTE, repeat_from=2), True, None, id="a shorter round"
        ),
        pytest.param(
            replace(TEXT, loop=9 * MINUTE, repeat_from=2), True, "From step 2 to the last", id="9"
        ),
        pytest.param(
            of(replace(FIRST, asks=True), LAST), True, "Step 1 calls the role that", id="asks"
        ),
    ],
)
def test_what_could_end_with_nobody_cannot_hold(
    text: PolicyText,
    reaches: bool,
    why: str | None,
) -> None:
    found = why_not_hold(text, last_reaches=reaches)

    assert found is None if why is None else (found or "").startswith(why)


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (Conditions(hours=DAY), "Between 18:00 and 08:00"),
        (Conditions(hours=WORK), "Outside office hours"),
        (Conditions(mildest=2), "For SEV3 and milder"),
        (Conditions(mildest=3), "For SEV4"),
        (
            Conditions(impact_id=1, impact_name="Privacy"),
            "Without harm of the kind “Privacy”",
        ),
        (
            Conditions(least_alerts=10, alerts_within=5 * MINUTE),
            "With fewer than 10 signals in 5 minutes",
        ),
    ],
)
def test_a_warning_says_what_happens_then(conditions: Conditions, said: str) -> None:
    found = read(warnings(of(FIRST, replace(BACKUP, conditions=conditions), LAST)))

    assert found == [f"{said} step 2 is left out: we call the incident commander at once instead."]


def test_other_findings_are_sentences_too() -> None:
    late = replace(FIRST, wait=3 * MINUTE, is_urgent=False, ack_mode="all")

    assert read(warnings(of(late, catch_all_rounds=0, repeats=0))) == [
        "Nobody is called in the first 3 minutes.",
        "Step 1 is not urgent: at night nobody hears of it before their quiet hours end.",
        "Step 1 waits for each of them: one who sleeps on keeps the calls going.",
        "When the rounds are over nobody is called any more. The incident's page says so.",
        "Only the person on call for Payments would ever be called.",
    ]
