"""Wall time next to clock changes: a table of nights."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.walltime import add_months, instant, wall, window
from tests.world import at


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        pytest.param("2026-07-01 09:00", "Europe/London", "2026-07-01 08:00", id="summer"),
        pytest.param("2026-03-29 01:30", "Europe/London", "2026-03-29 01:00", id="London gap"),
        pytest.param("2026-10-25 01:30", "Europe/London", "2026-10-25 00:30", id="London twice"),
        pytest.param("2026-03-29 02:30", "Europe/Berlin", "2026-03-29 01:00", id="Berlin gap"),
        pytest.param("2026-03-29 02:00", "Europe/Berlin", "2026-03-29 01:00", id="gap's edge"),
        pytest.param("2026-03-29 03:00", "Europe/Berlin", "2026-03-29 01:00", id="after the gap"),
        pytest.param("2026-10-25 02:30", "Europe/Berlin", "2026-10-25 00:30", id="Berlin twice"),
        pytest.param("2026-03-08 02:30", "America/New_York", "2026-03-08 07:00", id="New York gap"),
        pytest.param(
            "2026-11-01 01:30", "America/New_York", "2026-11-01 05:30", id="New York twice"
        ),
        pytest.param(
            "2026-10-04 02:10", "Australia/Lord_Howe", "2026-10-03 15:30", id="half an hour's gap"
        ),
        pytest.param(
            "2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04 14:45", id="half an hour twice"
        ),
        pytest.param("2026-03-29 02:30", "Asia/Kolkata", "2026-03-28 21:00", id="no clock change"),
        pytest.param("2011-12-30 12:00", "Pacific/Apia", "2011-12-30 10:00", id="a day left out"),
    ],
)
def test_instant_of_wall_time(local: str, zone: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(local), ZoneInfo(zone)) == at(expected)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        pytest.param("2026-10-25 01:30", "Europe/London", "2026-10-25 01:30", id="the last one"),
        pytest.param("2026-10-25 02:30", "Europe/Berlin", "2026-10-25 01:30", id="Berlin"),
        pytest.param("2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04 15:15", id="30 min"),
        pytest.param("2026-03-29 02:30", "Europe/Berlin", "2026-03-29 01:00", id="gap as ever"),
        pytest.param("2026-07-01 09:00", "Europe/Berlin", "2026-07-01 07:00", id="summer as ever"),
    ],
)
def test_an_end_that_happens_twice_is_the_last_one(local: str, zone: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(local), ZoneInfo(zone), is_end=True) == at(expected)


def test_wall_is_the_local_time_without_a_zone() -> None:
    assert wall(at("2026-10-25 01:30"), ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001  # wall time


@pytest.mark.parametrize(
    ("hours", "length"),
    [
        pytest.param((time(8), time(18)), 10, id="a day's hours"),
        pytest.param((time(22), time(6)), 8, id="over midnight"),
        pytest.param((time(9), time(9)), 24, id="a whole day"),
        pytest.param((time(0), time(0)), 24, id="midnight to midnight"),
    ],
)
def test_window_may_run_into_the_next_day(hours: tuple[time, time], length: int) -> None:
    starts_at, ends_at = window(date(2026, 11, 20), *hours, ZoneInfo("Europe/Berlin"))

    assert (ends_at - starts_at).total_seconds() == length * 3600


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param(0, "2024-01-31", id="anchor"),
        pytest.param(1, "2024-02-29", id="leap February"),
        pytest.param(2, "2024-03-31", id="returns to the 31st"),
        pytest.param(3, "2024-04-30", id="thirty days"),
        pytest.param(11, "2024-12-31", id="December"),
        pytest.param(13, "2025-02-28", id="ordinary February"),
        pytest.param(-1, "2023-12-31", id="backwards"),
    ],
)
def test_add_months_clamps_from_the_anchor(months: int, expected: str) -> None:
    moved = add_months(datetime(2024, 1, 31, 9), months)  # noqa: DTZ001  # wall time

    assert moved == datetime.fromisoformat(f"{expected} 09:00")
