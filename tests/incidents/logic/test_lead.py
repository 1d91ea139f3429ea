"""Who has an incident in hand, for those who fix it and for those who read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from config.portal import words
from incidents.logic.lead import lead, who_leads

NOW = datetime(2026, 11, 21, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "commander", "acknowledged_by", "told", "plain"),
    [
        (1, "Amara", "Mei", "Commander: Amara", "Amara, the incident commander."),
        (
            2,
            "",
            "Mei",
            "Mei acknowledged it. No commander yet",
            "Mei is looking at it. Nobody leads yet.",
        ),
        (3, "", "Lena", "Lena acknowledged it", "Lena is looking at it."),
        (3, "", "", "Nobody has acknowledged it yet", "Nobody yet."),
    ],
    ids=["led", "a serious one wants a commander", "a minor one does not", "nobody"],
)
def test_who_has_it(
    severity: int, commander: str, acknowledged_by: str, told: str, plain: str
) -> None:
    facts: Any = {"severity": severity, "commander": commander, "acknowledged_by": acknowledged_by}

    assert words.as_text(lead(**facts), zone=UTC, now=NOW) == told
    assert words.as_text(who_leads(**facts), zone=UTC, now=NOW) == plain


def test_who_left_it_is_not_who_never_came() -> None:
    facts: Any = {"severity": 1, "commander": "", "acknowledged_by": "", "is_left": True}

    assert words.as_text(lead(**facts), zone=UTC, now=NOW) == "Nobody is on it any more"
    assert words.as_text(who_leads(**facts), zone=UTC, now=NOW) == "Nobody at this moment."


def test_the_commander_reads_that_it_is_themselves() -> None:
    said = lead(severity=1, commander="Amara", acknowledged_by="Mei", is_reader=True)

    assert words.as_text(said, zone=UTC, now=NOW) == "Commander: you"
