"""The seven checks, one table each."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reviews.logic.readiness import CheckName, Facts, readiness
from tests.world import NOW

READY = Facts(
    team="Payments",
    owner="Alice Example",
    backup_owner="Bob Example",
    policy="Payments",
    has_own_rule=True,
    rosters=("Payments on call",),
    runbooks=1,
    contacts=3,
    drilled_at=NOW - timedelta(days=30),
)


def test_a_ready_service_has_nothing_to_do() -> None:
    found = readiness(READY, now=NOW)

    assert (found.done, found.total, found.is_ready) == (7, 7, True)
    assert found.first_missing is None
    assert [check.name for check in found.checks] == list(CheckName)


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"owner": ""}, "owner", "Nobody leads {team}."),
        ({"backup_owner": ""}, "backup", "Nobody stands in for the owner."),
        ({"policy": "", "has_own_rule": False}, "rule", "No rule says whom we call."),
        (
            {"has_own_rule": False},
            "rule",
            "It has no rule of its own. We would use “{policy}”.",
        ),
        ({"rosters": ()}, "roster", "No roster is called. The rule names no roster."),
        (
            {"gap_starts_at": NOW, "gap_ends_at": NOW + timedelta(hours=2)},
            "roster",
            "Nobody is on call on {roster} from {since_at} to {until_at}.",
        ),
        ({"gap_starts_at": NOW}, "roster", "Nobody is on call on {roster} from {since_at}."),
        ({"runbooks": 0}, "runbook", "No runbook says what to do."),
        ({"contacts": 0}, "contacts", "Nobody is named in the contact matrix."),
        (
            {"contacts": 1, "contacts_stale": 1},
            "contacts",
            "The one contact was not confirmed in the last 90 days.",
        ),
        (
            {"contacts_stale": 1},
            "contacts",
            "1 of {total} contacts was not confirmed in the last 90 days.",
        ),
        (
            {"contacts_stale": 2},
            "contacts",
            "{number} of {total} contacts were not confirmed in the last 90 days.",
        ),
        ({"drilled_at": None}, "drill", "It has never been drilled."),
        ({"drilled_at": NOW + timedelta(days=1)}, "drill", "It has never been drilled."),
        (
            {"drilled_at": NOW - timedelta(days=180, seconds=1)},
            "drill",
            "The last drill was {days} days ago. Plan the next one.",
        ),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], name: str, words: str) -> None:
    found = readiness(replace(READY, **change), now=NOW)

    assert [check.name for check in found.missing] == [name]
    assert found.missing[0].sentence.msgid == words
    assert found.done == 6


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(hours=1), "The last drill was today or yesterday."),
        (timedelta(days=180), "The last drill was {days} days ago."),
    ],
    ids=["fresh", "exactly as old as allowed"],
)
def test_a_drill_counts_for_180_days(ago: timedelta, words: str) -> None:
    found = readiness(replace(READY, drilled_at=NOW - ago), now=NOW)

    assert found.is_ready
    assert found.checks[-1].sentence.msgid == words


def test_what_is_mended_first_comes_first() -> None:
    found = readiness(Facts(team="Payments"), now=NOW)

    assert found.first_missing == found.checks[0]
    assert found.done == 0
