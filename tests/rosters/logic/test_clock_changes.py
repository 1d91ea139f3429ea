"""The nights on which clocks change, zone by zone. Each instant below was worked out by hand."""

from datetime import datetime, timedelta

import pytest

from rosters.logic.rotation import on_call, segments
from tests.rosters.logic.building import ADA, BEN, alone, hours, layer, roster, told, turns
from tests.world import at

# The zone, a hand-over's wall time on that night, and the instant at which it happens.
HANDOVERS = [
    # London skips 01:00 to 02:00 at 01:00 UTC, and has it twice until 01:00 UTC.
    ("Europe/London", "2026-03-29 00:59", "2026-03-29 00:59", "before the gap"),
    ("Europe/London", "2026-03-29 01:00", "2026-03-29 01:00", "the first missing minute"),
    ("Europe/London", "2026-03-29 01:30", "2026-03-29 01:00", "inside the missing hour"),
    ("Europe/London", "2026-03-29 01:59", "2026-03-29 01:00", "the last missing minute"),
    ("Europe/London", "2026-03-29 02:00", "2026-03-29 01:00", "right after the gap"),
    ("Europe/London", "2026-03-29 02:01", "2026-03-29 01:01", "after the gap"),
    ("Europe/London", "2026-10-25 00:59", "2026-10-24 23:59", "before the doubled hour"),
    ("Europe/London", "2026-10-25 01:00", "2026-10-25 00:00", "the first doubled minute"),
    ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30", "inside the doubled hour"),
    ("Europe/London", "2026-10-25 01:59", "2026-10-25 00:59", "the last doubled minute"),
    ("Europe/London", "2026-10-25 02:00", "2026-10-25 02:00", "right after the doubled hour"),
    # New York skips 02:00 to 03:00 at 07:00 UTC; 01:00 to 02:00 is doubled until 06:00 UTC.
    ("America/New_York", "2026-03-08 01:59", "2026-03-08 06:59", "before the gap"),
    ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00", "inside the missing hour"),
    ("America/New_York", "2026-03-08 03:00", "2026-03-08 07:00", "right after the gap"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "inside the doubled hour"),
    ("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00", "right after the doubled hour"),
    # Lord Howe moves by half an hour: 02:00 to 02:30 is missing at 15:30 UTC of the day before,
    # 01:30 to 02:00 is doubled until 15:00 UTC.
    ("Australia/Lord_Howe", "2026-10-04 01:59", "2026-10-03 15:29", "before the missing half"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", "inside the missing half"),
    ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03 15:30", "right after it"),
    ("Australia/Lord_Howe", "2026-04-05 01:29", "2026-04-04 14:29", "before the doubled half"),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "inside the doubled half"),
    ("Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04 15:30", "right after it"),
    # Santiago changes at midnight: 00:00 to 01:00 is missing at 04:00 UTC; 23:00 to 24:00 of the
    # evening before is doubled until 03:00 UTC.
    ("America/Santiago", "2026-09-05 23:59", "2026-09-06 03:59", "before a missing midnight"),
    ("America/Santiago", "2026-09-06 00:00", "2026-09-06 04:00", "a missing midnight"),
    ("America/Santiago", "2026-09-06 00:30", "2026-09-06 04:00", "the missing hour after it"),
    ("America/Santiago", "2026-09-06 01:00", "2026-09-06 04:00", "right after the gap"),
    (
        "America/Santiago",
        "2026-04-04 23:30",
        "2026-04-05 02:30",
        "the doubled hour before midnight",
    ),
    ("America/Santiago", "2026-04-05 00:00", "2026-04-05 04:00", "the midnight after it"),
    # Kolkata has no clock changes.
    ("Asia/Kolkata", "2026-03-29 02:30", "2026-03-28 21:00", "no change in spring"),
    ("Asia/Kolkata", "2026-10-25 02:30", "2026-10-24 21:00", "no change in autumn"),
    # Troll moves by two hours: 01:00 to 03:00 is missing and doubled, at 01:00 UTC.
    ("Antarctica/Troll", "2026-03-29 02:30", "2026-03-29 01:00", "two missing hours"),
    ("Antarctica/Troll", "2026-10-25 02:30", "2026-10-25 00:30", "two doubled hours"),
    # Dublin's winter time is the exception by law, and its clocks are London's all the same.
    ("Europe/Dublin", "2026-03-29 01:30", "2026-03-29 01:00", "saving time below zero, spring"),
    ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30", "saving time below zero, autumn"),
    # Apia left out 30 December 2011: it went from UTC-10 to UTC+14 at 10:00 UTC.
    ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00", "a missing day"),
    ("Pacific/Apia", "2011-12-31 09:00", "2011-12-30 19:00", "the day after it"),
]


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [pytest.param(*row[:3], id=f"{row[0]}, {row[3]}") for row in HANDOVERS],
)
def test_a_daily_hand_over(zone: str, wall: str, instant: str) -> None:
    starts = datetime.fromisoformat(wall) - timedelta(days=3)
    spec = alone(turns(str(starts), 0, 1, 2, 3, 4), zone=zone)
    due = at(instant)

    assert on_call(spec, at=due - timedelta(microseconds=1)) == ((2,),)
    assert on_call(spec, at=due) == ((3,),)


@pytest.mark.parametrize(
    ("zone", "night", "lasts"),
    [
        ("Europe/London", "2026-03-28", 23),
        ("Europe/London", "2026-10-24", 25),
        ("America/New_York", "2026-03-07", 23),
        ("America/New_York", "2026-10-31", 25),
        ("Australia/Lord_Howe", "2026-10-03", 23.5),
        ("Australia/Lord_Howe", "2026-04-04", 24.5),
        ("America/Santiago", "2026-09-05", 23),
        ("America/Santiago", "2026-04-04", 25),
        ("Asia/Kolkata", "2026-03-28", 24),
        ("Asia/Kolkata", "2026-10-24", 24),
    ],
)
@pytest.mark.parametrize("length", [1, 7])
def test_a_day_is_as_long_as_the_clock_on_the_wall_says(
    zone: str, night: str, lasts: float, length: int
) -> None:
    spec = alone(turns(f"{night} 12:00", ADA, BEN, length=length), zone=zone)
    noon = at(f"{night} 12:00", zone)

    first, *_ = segments(spec, starts_at=noon, ends_at=noon + timedelta(days=9))

    assert first.levels == ((ADA,),)
    assert first.ends_at - first.starts_at == timedelta(hours=lasts + 24 * (length - 1))


@pytest.mark.parametrize(
    ("zone", "starts", "changes"),
    [
        pytest.param(
            "Europe/London",
            "2026-03-28 20:00",
            ["2026-03-28 20:00", "2026-03-29 07:00", "2026-03-29 19:00"],
            id="London spring: eleven hours of night",
        ),
        pytest.param(
            "Europe/London",
            "2026-10-24 20:00",
            ["2026-10-24 19:00", "2026-10-25 08:00", "2026-10-25 20:00"],
            id="London autumn: thirteen hours of night",
        ),
        pytest.param(
            "America/New_York",
            "2026-10-31 20:00",
            ["2026-11-01 00:00", "2026-11-01 13:00", "2026-11-02 01:00"],
            id="New York autumn",
        ),
        pytest.param(
            "America/Santiago",
            "2026-09-05 20:00",
            ["2026-09-06 00:00", "2026-09-06 11:00", "2026-09-06 23:00"],
            id="Santiago spring",
        ),
    ],
)
def test_twelve_hour_turns_keep_eight_and_eight(zone: str, starts: str, changes: list[str]) -> None:
    spec = alone(turns(starts, ADA, BEN, unit="hour", length=12), zone=zone)
    begins = at(changes[0])

    found = segments(spec, starts_at=begins, ends_at=begins + timedelta(hours=36))

    assert [one.starts_at for one in found[:3]] == [at(one) for one in changes]


def test_hourly_turns_in_the_missing_hour_lose_one_turn() -> None:
    spec = alone(turns("2026-03-29 00:00", 1, 2, 3, 4, 5, unit="hour"), zone="Europe/London")

    assert told(spec, "2026-03-29 00:00", "2026-03-29 03:00") == [
        ("2026-03-29 00:00", ((1,),)),
        ("2026-03-29 01:00", ((3,),)),
        ("2026-03-29 02:00", ((4,),)),
    ]


def test_hourly_turns_in_the_doubled_hour_have_one_of_two_hours() -> None:
    spec = alone(turns("2026-10-25 00:00", 1, 2, 3, 4, 5, unit="hour"), zone="Europe/London")

    assert told(spec, "2026-10-24 23:00", "2026-10-25 04:00") == [
        ("2026-10-24 23:00", ((1,),)),
        ("2026-10-25 00:00", ((2,),)),
        ("2026-10-25 02:00", ((3,),)),
        ("2026-10-25 03:00", ((4,),)),
    ]


# Hours of a night, and from when until when they count, in UTC.
NIGHTS = [
    ("Europe/London", "2026-03-28", "22:00-06:00", "2026-03-28 22:00", "2026-03-29 05:00"),
    ("Europe/London", "2026-10-24", "22:00-06:00", "2026-10-24 21:00", "2026-10-25 06:00"),
    ("Europe/London", "2026-10-24", "22:00-01:30", "2026-10-24 21:00", "2026-10-25 01:30"),
    ("Europe/London", "2026-10-25", "01:30-06:00", "2026-10-25 00:30", "2026-10-25 06:00"),
    ("Europe/London", "2026-10-25", "01:10-01:50", "2026-10-25 00:10", "2026-10-25 01:50"),
    ("Europe/London", "2026-03-28", "22:00-01:30", "2026-03-28 22:00", "2026-03-29 01:00"),
    ("Europe/London", "2026-03-29", "01:30-06:00", "2026-03-29 01:00", "2026-03-29 05:00"),
    ("America/New_York", "2026-10-31", "22:00-01:30", "2026-11-01 02:00", "2026-11-01 06:30"),
    ("America/New_York", "2026-03-07", "22:00-02:30", "2026-03-08 03:00", "2026-03-08 07:00"),
    ("Australia/Lord_Howe", "2026-04-04", "22:00-01:45", "2026-04-04 11:00", "2026-04-04 15:15"),
    ("Australia/Lord_Howe", "2026-10-03", "22:00-02:15", "2026-10-03 11:30", "2026-10-03 15:30"),
    ("America/Santiago", "2026-04-04", "18:00-23:30", "2026-04-04 21:00", "2026-04-05 03:30"),
    ("America/Santiago", "2026-04-04", "18:00-00:00", "2026-04-04 21:00", "2026-04-05 04:00"),
    ("America/Santiago", "2026-04-04", "23:30-06:00", "2026-04-05 02:30", "2026-04-05 10:00"),
    ("America/Santiago", "2026-09-05", "18:00-00:00", "2026-09-05 22:00", "2026-09-06 04:00"),
    ("America/Santiago", "2026-09-06", "00:00-06:00", "2026-09-06 04:00", "2026-09-06 09:00"),
    ("Asia/Kolkata", "2026-03-28", "22:00-06:00", "2026-03-28 16:30", "2026-03-29 00:30"),
    ("Pacific/Apia", "2011-12-29", "22:00-06:00", "2011-12-30 08:00", "2011-12-30 10:00"),
]


@pytest.mark.parametrize(
    ("zone", "day", "text", "opens", "closes"),
    NIGHTS,
    ids=[f"{row[0]} {row[1]} {row[2]}" for row in NIGHTS],
)
def test_hours_of_a_night(zone: str, day: str, text: str, opens: str, closes: str) -> None:
    weekday = at(f"{day} 12:00").weekday()
    spec = alone(turns("2010-01-04 00:00", ADA), zone=zone, restrictions=hours(text, weekday))
    opens_at, closes_at, tick = at(opens), at(closes), timedelta(microseconds=1)

    found = segments(
        spec, starts_at=opens_at - timedelta(hours=9), ends_at=closes_at + timedelta(hours=9)
    )

    assert [(one.starts_at, one.ends_at) for one in found if one.levels] == [(opens_at, closes_at)]
    asked = (opens_at - tick, opens_at, closes_at - tick, closes_at)
    assert [bool(on_call(spec, at=one)) for one in asked] == [False, True, True, False]


@pytest.mark.parametrize(
    ("zone", "day", "clock"),
    [
        ("Europe/London", "2026-10-25", "01:30"),
        ("Europe/London", "2026-03-29", "01:30"),
        ("America/New_York", "2026-11-01", "01:30"),
        ("America/New_York", "2026-03-08", "02:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15"),
        ("America/Santiago", "2026-04-04", "23:30"),
        ("America/Santiago", "2026-09-06", "00:30"),
    ],
)
def test_hours_that_meet_inside_a_clock_change_leave_no_hole(
    zone: str, day: str, clock: str
) -> None:
    spec = roster(
        layer(1, turns("2026-01-01 00:00", ADA), restrictions=hours(f"12:00-{clock}")),
        layer(1, turns("2026-01-01 00:00", BEN), restrictions=hours(f"{clock}-12:00")),
        zone=zone,
    )
    noon = at(f"{day} 12:00", zone)

    found = segments(spec, starts_at=noon - timedelta(days=1), ends_at=noon + timedelta(days=1))

    assert all(one.levels for one in found)


def test_a_rotation_that_ends_in_a_doubled_hour_ends_where_the_next_begins() -> None:
    spec = roster(
        layer(1, turns("2026-01-01 09:00", ADA, ends="2026-10-25 01:30")),
        layer(1, turns("2026-10-25 01:30", BEN)),
        zone="Europe/London",
    )

    assert told(spec, "2026-10-25 00:00", "2026-10-25 03:00") == [
        ("2026-10-25 00:00", ((ADA,),)),
        ("2026-10-25 00:30", ((BEN,),)),
    ]
