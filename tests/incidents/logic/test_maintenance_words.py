"""What planned work will do, as people read it before it begins."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.portal import words
from incidents.enums import MaintenanceMode
from incidents.logic import maintenance
from incidents.logic.maintenance_words import conflict, next_times, what_it_does
from tests.incidents.logic.test_maintenance import BERLIN, KOLKATA, LORD_HOWE, window
from tests.world import at

NOW = at("2026-11-21 02:00")


def text(said: Any) -> str:
    return words.as_text(said, zone=ZoneInfo(BERLIN), now=NOW)


CASES = [
    (
        "every week",
        {"recurrence": "weekly"},
        (
            "Every Sunday, 02:00 to 04:00 Berlin time. Next on Sunday 22 Nov 2026. Alerts"
            " on Accounts"
            " wait. What still fails at 04:00 opens an incident then."
        ),
    ),
    (
        "once, log only",
        {"mode": MaintenanceMode.LOG},
        (
            "On Sunday 22 Nov 2026, 02:00 to 04:00 Berlin time. Alerts on Accounts are kept"
            " and nobody"
            " is called, not at 04:00 either."
        ),
    ),
    (
        "every day up to a day, with paused calls",
        {"recurrence": "daily", "mode": MaintenanceMode.PAUSE, "until": date(2026, 11, 30)},
        (
            "Every day, 02:00 to 04:00 Berlin time. Next on Sunday 22 Nov 2026. For the"
            " last time on"
            " Monday 30 Nov 2026. Alerts on Accounts open incidents. Their calls wait until"
            " 04:00; what"
            " a person declares calls at once."
        ),
    ),
    (
        "every month, only telling",
        {"recurrence": "monthly", "mode": MaintenanceMode.TELL},
        (
            "Every month on day 22, 02:00 to 04:00 Berlin time. Next on Sunday 22 Nov 2026."
            " Readers are"
            " told. Alerts on Accounts call as always."
        ),
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_sentence_says_what_it_will_do(facts: dict[str, Any], expected: str) -> None:
    one = window("2026-11-22 02:00", "2026-11-22 04:00", **facts)

    assert text(what_it_does(one, ["Accounts"], now=NOW)) == expected


def test_the_31st_says_what_happens_in_short_months() -> None:
    one = window("2027-01-31 02:00", "2027-01-31 04:00", KOLKATA, recurrence="monthly")

    said = text(what_it_does(one, ["Accounts"], now=NOW))
    times = next_times(one, now=at("2027-02-01"))

    assert "Every month on day 31, or the last day of a shorter month, 02:00 to 04:00" in said
    assert times[0].words == "Sunday 28 Feb 2027, 02:00 to 04:00"
    assert times[0].note
    assert text(times[0].note) == "This month has no day 31: its last day."


@pytest.mark.parametrize(
    ("first", "last", "zone", "after", "expected"),
    [
        (
            "2027-03-21 02:00", "2027-03-21 04:00", BERLIN, "2027-03-22",
            "The clocks go forward over 02:00, so it begins at 03:00.",
        ),
        (
            "2026-10-18 01:00", "2026-10-18 05:00", BERLIN, "2026-10-19",
            "The clocks change in it: it lasts 5 hours.",
        ),
        (
            "2026-09-27 01:00", "2026-09-27 05:00", LORD_HOWE, "2026-09-28",
            "The clocks change in it: it lasts 3 hours 30 minutes.",
        ),
    ],
)  # fmt: skip
def test_a_clock_change_is_said_with_its_night(
    first: str, last: str, zone: str, after: str, expected: str
) -> None:
    times = next_times(window(first, last, zone, recurrence="weekly"), now=at(after))

    assert times[0].note is not None
    assert text(times[0].note) == expected
    assert times[1].note is None


def test_another_window_is_named_with_which_of_them_decides() -> None:
    mine = window("2026-11-22 02:00", "2026-11-22 04:00")
    theirs = window(
        "2026-11-22 03:00", "2026-11-22 09:00", window_id=2, mode=MaintenanceMode.LOG, title="Move"
    )
    span = {"after": NOW, "before": at("2026-12-22")}

    meeting = maintenance.meets(mine, theirs, **span)
    assert meeting is not None
    assert text(conflict(mine, theirs, meeting)) == (
        "“Move” is stronger on Sunday 22 Nov 2026, 03:00 to 04:00 Berlin time: Alerts are kept and"
        " nobody is called."
    )
