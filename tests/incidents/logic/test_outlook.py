"""The one sentence that says what happens next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.portal import words
from incidents.logic.outlook import LastCall, Late, NextCall, Situation, outlook

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
SAM = LastCall(NOW - timedelta(minutes=4), "Sam Okafor", "phoned")
REVIEW = {"is_acknowledged": True, "is_contained": True, "is_resolved": True}


def call(promise: str, *, is_first: bool = False, verb: str = "phone") -> NextCall:
    return NextCall(promise, SOON, "Mei Tan", "backup for Payments", verb, is_first=is_first)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"next_call": call("acknowledge", is_first=True)}, "We phone Mei Tan now,"),
        (
            {"next_call": call("acknowledge"), "last_call": SAM},
            "We phoned Sam Okafor at 11:56, and nobody has answered yet. At 12:10 we phone Mei Tan",
        ),
        ({}, "No rule calls anybody for this. Phone somebody yourself."),
        ({"is_exhausted": True}, "Everyone has been called as often as the rule says."),
        (
            {"is_acknowledged": True, "next_call": call("contain")},
            "If this is not contained by 12:10, we phone Mei Tan, backup for Payments.",
        ),
        (
            {"is_acknowledged": True, "next_call": call("resolve"), "last_call": SAM},
            "We phoned Sam Okafor at 11:56. If this is not resolved by 12:10, we phone Mei Tan,",
        ),
        (
            {"is_acknowledged": True, "is_contained": True, "update_due_at": SOON},
            "Contained. The next update is due by 12:10. Nobody else will be called.",
        ),
        (
            {"next_call": replace(call("fill_role"), role="incident commander")},
            "If nobody is incident commander by 12:10, we phone Mei Tan, backup for Payments.",
        ),
        (
            {"late": Late("fill_role", NOW, "scribe"), "next_call": call("contain")},
            "Somebody was to be scribe by midday, and nobody is. If this is not contained by",
        ),
        ({"is_acknowledged": True}, "Nobody else will be called."),
        (
            {**REVIEW, "next_call": call("review", verb="e-mail")},
            "If the review is not published by 12:10, we e-mail Mei Tan,",
        ),
        (REVIEW, "Resolved. Nobody else will be called."),
        (
            {
                "is_acknowledged": True,
                "next_call": call("resolve"),
                "last_call": replace(SAM, who="Mei Tan"),
            },
            "We phoned Mei Tan at 11:56. If this is not resolved by 12:10, we phone Mei Tan again.",
        ),
        (
            {"next_call": call("acknowledge"), "last_call": SAM, "others": "Ben Koch"},
            "Ben Koch must acknowledge too. If not by 12:10, we phone Mei Tan, backup for",
        ),
        (
            {"next_call": call("acknowledge"), "last_call": replace(SAM, who="Mei Tan")},
            "We phoned Mei Tan at 11:56, and nobody has answered yet. At 12:10 we phone Mei",
        ),
    ],
)
def test_it_says_who_is_called_next_and_who_was_called_last(
    known: dict[str, Any], said: str
) -> None:
    facts = {"is_acknowledged": False, "is_contained": False, "is_resolved": False} | known

    found = outlook(Situation(**facts))

    assert words.as_text(found.sentence, zone=UTC, now=NOW).startswith(said)


def test_what_is_late_comes_before_what_is_next() -> None:
    late = Late("contain", NOW - timedelta(minutes=95))

    found = outlook(Situation(True, False, False, next_call=call("resolve"), late=late))

    assert found.at == call("resolve").at, "the pill counts to what the sentence ends with"
    assert words.as_text(found.sentence, zone=UTC, now=NOW) == (
        "This is not contained, and it was due by 10:25."
        " If this is not resolved by 12:10, we phone Mei Tan, backup for Payments."
    )


def test_what_is_late_is_counted_where_nothing_is_to_come() -> None:
    late = Late("contain", NOW - timedelta(minutes=95))

    assert outlook(Situation(True, False, False, late=late)).at == late.at
