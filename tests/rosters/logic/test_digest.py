"""Monday at nine where the reader is, until midnight, and never twice as a day."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.digest import CONTACTS, COVERAGE, MOST, Point, body, due_day
from tests.world import at

MONDAY = date(2026, 11, 23)
CASES = {
    "a minute before": ("2026-11-23 08:59", "Europe/Berlin", None),
    "nine": ("2026-11-23 09:00", "Europe/Berlin", MONDAY),
    "after a pause": ("2026-11-23 23:59", "Europe/Berlin", MONDAY),
    "too late": ("2026-11-24 00:00", "Europe/Berlin", None),
    "Sunday": ("2026-11-22 12:00", "Europe/Berlin", None),
    "first in the world": ("2026-11-23 09:00", "Pacific/Kiritimati", MONDAY),
    "last in the world": ("2026-11-23 09:00", "Pacific/Pago_Pago", MONDAY),
    "the Monday after a short night": ("2026-03-30 09:00", "Europe/Berlin", date(2026, 3, 30)),
    "the Monday after a long night": ("2026-10-26 09:00", "Europe/Berlin", date(2026, 10, 26)),
    "half an hour on Lord Howe": ("2026-10-05 09:00", "Australia/Lord_Howe", date(2026, 10, 5)),
}


@pytest.mark.parametrize(("here", "zone", "day"), CASES.values(), ids=CASES)
def test_due_day(here: str, zone: str, day: date | None) -> None:
    assert due_day(at(here, zone), ZoneInfo(zone)) == day


def test_it_is_monday_in_kiribati_while_it_is_sunday_in_samoa() -> None:
    now = at("2026-11-23 09:00", "Pacific/Kiritimati")

    assert due_day(now, ZoneInfo("Pacific/Kiritimati")) == MONDAY
    assert due_day(now, ZoneInfo("Pacific/Pago_Pago")) is None
    assert now.astimezone(UTC).date() == date(2026, 11, 22)


def test_the_letter_says_what_until_when_and_where() -> None:
    point = Point("Nobody is named", "Payments, product owner", "Why.", MONDAY, "https://m/x/")
    text = body(CONTACTS, [point], mine="https://m/mine/", rest="https://m/audit/")

    assert CONTACTS.subject([point]) == "One contact needs you"
    assert COVERAGE.subject([point, point]) == "2 shifts in the next 30 days need somebody"
    assert "- Nobody is named: Payments, product owner. Why. Until 23 November." in text
    assert "https://m/x/" in text
    assert "https://m/mine/" in text


def test_a_long_letter_ends() -> None:
    points = [Point("A", f"thing {n}", "", None, "https://m/") for n in range(MOST + 5)]

    assert "And 5 more: https://m/audit/" in body(
        CONTACTS, points, mine="", rest="https://m/audit/"
    )
