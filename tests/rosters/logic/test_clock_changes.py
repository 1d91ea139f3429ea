"""The next nights in which clocks change."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.clock_changes import clock_changes
from tests.world import NOW, at


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/London", [(at("2027-03-28 01:00"), 60), (at("2027-10-31 01:00"), -60)]),
        ("America/New_York", [(at("2027-03-14 07:00"), 60), (at("2027-11-07 06:00"), -60)]),
        ("Australia/Lord_Howe", [(at("2027-04-03 15:00"), -30), (at("2027-10-02 15:30"), 30)]),
        ("Asia/Kolkata", []),
        ("UTC", []),
    ],
)
def test_clock_changes(zone: str, expected: list[tuple[datetime, int]]) -> None:
    found = clock_changes(ZoneInfo(zone), after=NOW)

    assert [(one.at, one.by / timedelta(minutes=1)) for one in found] == expected


@pytest.mark.parametrize(
    ("zone", "skipped", "twice"),
    [
        ("Europe/London", (time(1), time(2)), (time(1), time(2))),
        ("Australia/Lord_Howe", (time(2), time(2, 30)), (time(1, 30), time(2))),
        ("America/Santiago", (time(0), time(1)), (time(23), time(0))),
    ],
)
def test_what_the_clocks_skip_or_show_twice(
    zone: str, skipped: tuple[time, time], twice: tuple[time, time]
) -> None:
    found = {one.is_forward: one for one in clock_changes(ZoneInfo(zone), after=NOW)}

    assert found[True].walls(ZoneInfo(zone)) == skipped
    assert found[False].walls(ZoneInfo(zone)) == twice
    assert found[True].length == found[False].length > timedelta(0)
