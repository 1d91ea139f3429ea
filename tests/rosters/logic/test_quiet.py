"""Quiet hours on every clock, the nights of the clock changes included."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic.quiet import QuietHours, quiet_hours, why_not_quiet
from tests.world import at

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
NIGHT = (time(22), time(7))

CASES = {
    "an evening before": (NIGHT, BERLIN, "2026-11-20 21:59", "2026-11-20 21:59"),
    "it begins": (NIGHT, BERLIN, "2026-11-20 22:00", "2026-11-21 07:00"),
    "after midnight": (NIGHT, BERLIN, "2026-11-21 03:00", "2026-11-21 07:00"),
    "it ends: half-open": (NIGHT, BERLIN, "2026-11-21 07:00", "2026-11-21 07:00"),
    "a nap by day": ((time(13), time(14)), BERLIN, "2026-11-21 13:30", "2026-11-21 14:00"),
    "the short night": (NIGHT, BERLIN, "2026-03-29 01:30", "2026-03-29 07:00"),
    "the long night": (NIGHT, BERLIN, "2026-10-25 01:30", "2026-10-25 07:00"),
    "the end is skipped": ((time(22), time(2, 30)), BERLIN, "2026-03-29 01:00", "2026-03-29 03:00"),
    "New York in spring": (NIGHT, NEW_YORK, "2026-03-08 01:30", "2026-03-08 07:00"),
    "half an hour on Lord Howe": (NIGHT, LORD_HOWE, "2026-04-05 01:00", "2026-04-05 07:00"),
}


@pytest.mark.parametrize(("hours", "zone", "asked", "leaves"), CASES.values(), ids=CASES)
def test_released(hours: tuple[time, time], zone: str, asked: str, leaves: str) -> None:
    quiet = QuietHours(*hours, ZoneInfo(zone))

    assert quiet.released(at(asked, zone)) == at(leaves, zone)


def test_an_end_that_comes_twice_is_the_later_one() -> None:
    quiet = QuietHours(time(22), time(2, 30), ZoneInfo(BERLIN))

    assert quiet.released(at("2026-10-25 00:00", BERLIN)) == at("2026-10-25 01:30")


WALL = st.times().map(lambda one: one.replace(second=0, microsecond=0))
INSTANTS = st.integers(0, 60 * 24 * 730).map(
    lambda minutes: at("2026-01-01 00:00") + timedelta(minutes=minutes)
)


@given(WALL, WALL, st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, "Asia/Kolkata"]), INSTANTS)
def test_what_waits_leaves_within_a_day_and_outside_of_the_hours(begin, end, zone, asked) -> None:
    hours = quiet_hours(begin, end, ZoneInfo(zone))
    if hours is None:
        assert begin == end
        return

    leaves = hours.released(asked)

    assert asked <= leaves <= asked + timedelta(hours=26)
    assert hours.end_of(leaves) is None
    assert hours.released(leaves) == leaves


def test_nobody_is_quiet_by_half() -> None:
    assert why_not_quiet(time(22), None) == "Write both times, or leave both empty."
    assert "two different times" in str(why_not_quiet(time(22), time(22)))
    assert why_not_quiet(None, None) is None
    assert quiet_hours(None, None, ZoneInfo(BERLIN)) is None


HOLIDAYS = {
    "a holiday": ("DE", "2026-10-03 12:00", "2026-10-04 00:00"),
    "the evening before": ("DE", "2026-10-02 23:59", "2026-10-02 23:59"),
    "two in a row": ("DE", "2026-12-25 09:00", "2026-12-27 00:00"),
    "no holiday there": ("US", "2026-10-03 12:00", "2026-10-03 12:00"),
    "a part of the country": ("DE-BE", "2026-03-08 12:00", "2026-03-09 00:00"),
}


@pytest.mark.parametrize(("region", "asked", "leaves"), HOLIDAYS.values(), ids=HOLIDAYS)
def test_public_holidays_are_quiet_from_midnight_to_midnight(
    region: str, asked: str, leaves: str
) -> None:
    quiet = quiet_hours(None, None, ZoneInfo(BERLIN), region=region)

    assert quiet is not None
    assert quiet.released(at(asked, BERLIN)) == at(leaves, BERLIN)


def test_after_a_holiday_the_hours_hold() -> None:
    quiet = quiet_hours(*NIGHT, ZoneInfo(BERLIN), region="DE")

    assert quiet is not None
    assert quiet.released(at("2026-10-03 12:00", BERLIN)) == at("2026-10-04 07:00", BERLIN)
    assert quiet.why(at("2026-10-03 12:00", BERLIN)) == "holiday"
    assert quiet.why(at("2026-10-04 03:00", BERLIN)) == "quiet"
    assert quiet.why(at("2026-10-04 12:00", BERLIN)) == ""
