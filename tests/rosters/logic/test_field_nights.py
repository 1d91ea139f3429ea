"""Nights, month ends and quarrels that other systems got wrong, worked out on paper.

Every expectation comes from the public rules of a zone and from what a person would read off the
wall, never from the code. Instants are written in UTC, so that a doubled hour says which one.
Clock changes used, all in UTC: London 2026-03-29 01:00 and 2026-10-25 01:00; New York 2026-03-08
07:00 and 2026-11-01 06:00; Lord Howe 2026-04-04 15:00 and 2026-10-03 15:30, by half an hour;
Santiago 2026-04-05 03:00, back over midnight, and 2026-09-06 04:00, from midnight on.
"""

from datetime import UTC, datetime, timedelta

import pytest

from rosters.logic.coverage import Gap, gaps
from rosters.logic.rotation import next_handover, on_call, segments
from rosters.logic.targets import TargetSpec
from tests.rosters.logic.building import (
    ADA,
    BEN,
    CY,
    DEE,
    EVE,
    alone,
    firsts,
    hours,
    roster,
    span,
    turns,
)
from tests.world import at

LONDON, NEW_YORK = "Europe/London", "America/New_York"
LORD_HOWE, SANTIAGO = "Australia/Lord_Howe", "America/Santiago"
KOLKATA = "Asia/Kolkata"
TICK = timedelta(microseconds=1)
THREE = (ADA, BEN, CY)

HAND_OVERS = {
    # zone, rotation, when it is first seen, what follows
    "London: 01:30 is missing": (
        LONDON,
        turns("2026-03-27 01:30", *THREE),
        [("03-27 01:30", ADA), ("03-28 01:30", BEN), ("03-29 01:00", CY), ("03-30 00:30", ADA)],
    ),
    "London: 09:00 in spring": (
        LONDON,
        turns("2026-03-28 09:00", *THREE),
        [("03-28 09:00", ADA), ("03-29 08:00", BEN), ("03-30 08:00", CY)],
    ),
    "London: twelve hours in spring": (
        LONDON,
        turns("2026-03-28 06:00", ADA, BEN, unit="hour", length=12),
        [("03-28 06:00", ADA), ("03-28 18:00", BEN), ("03-29 05:00", ADA), ("03-29 17:00", BEN)],
    ),
    "London: hourly over the missing hour": (
        LONDON,
        turns("2026-03-29 00:00", *THREE, unit="hour"),
        [("03-29 00:00", ADA), ("03-29 01:00", CY), ("03-29 02:00", ADA)],
    ),
    "London: every three hours over the missing one": (
        LONDON,
        turns("2026-03-29 00:00", ADA, BEN, unit="hour", length=3),
        [("03-29 00:00", ADA), ("03-29 02:00", BEN), ("03-29 05:00", ADA)],
    ),
    "London: a week begins in the missing hour": (
        LONDON,
        turns("2026-03-22 01:30", ADA, BEN, unit="week"),
        [("03-22 01:30", ADA), ("03-29 01:00", BEN), ("04-05 00:30", ADA)],
    ),
    "London: thirty-six hours in spring": (
        LONDON,
        turns("2026-03-28 00:00", ADA, BEN, unit="hour", length=36),
        [("03-28 00:00", ADA), ("03-29 11:00", BEN), ("03-30 23:00", ADA)],
    ),
    "London: 01:30 happens twice": (
        LONDON,
        turns("2026-10-24 01:30", *THREE),
        [("10-24 00:30", ADA), ("10-25 00:30", BEN), ("10-26 01:30", CY)],
    ),
    "London: 02:00 happens once": (
        LONDON,
        turns("2026-10-24 02:00", *THREE),
        [("10-24 01:00", ADA), ("10-25 02:00", BEN), ("10-26 02:00", CY)],
    ),
    "London: hourly over the doubled hour": (
        LONDON,
        turns("2026-10-25 00:00", *THREE, unit="hour"),
        [("10-24 23:00", ADA), ("10-25 00:00", BEN), ("10-25 02:00", CY), ("10-25 03:00", ADA)],
    ),
    "London: every two hours over the doubled one": (
        LONDON,
        turns("2026-10-25 00:00", ADA, BEN, unit="hour", length=2),
        [("10-24 23:00", ADA), ("10-25 02:00", BEN), ("10-25 04:00", ADA)],
    ),
    "London: day and night in autumn": (
        LONDON,
        turns("2026-10-24 18:00", ADA, BEN, unit="hour", length=12),
        [("10-24 17:00", ADA), ("10-25 06:00", BEN), ("10-25 18:00", ADA)],
    ),
    "London: it starts in the doubled hour": (
        LONDON,
        turns("2026-10-25 01:30", ADA, BEN),
        [("10-25 00:30", ADA), ("10-26 01:30", BEN)],
    ),
    "Dublin, whose winter is the time set back": (
        "Europe/Dublin",
        turns("2026-10-24 01:30", *THREE),
        [("10-24 00:30", ADA), ("10-25 00:30", BEN), ("10-26 01:30", CY)],
    ),
    "New York: 02:30 is missing": (
        NEW_YORK,
        turns("2026-03-06 02:30", *THREE),
        [("03-06 07:30", ADA), ("03-07 07:30", BEN), ("03-08 07:00", CY), ("03-09 06:30", ADA)],
    ),
    "New York: 02:00 is the edge of the gap": (
        NEW_YORK,
        turns("2026-03-01 02:00", ADA, BEN, unit="week"),
        [("03-01 07:00", ADA), ("03-08 07:00", BEN), ("03-15 06:00", ADA)],
    ),
    "New York: hourly over the missing hour": (
        NEW_YORK,
        turns("2026-03-08 01:00", *THREE, unit="hour"),
        [("03-08 06:00", ADA), ("03-08 07:00", CY), ("03-08 08:00", ADA)],
    ),
    "New York: 01:30 happens twice": (
        NEW_YORK,
        turns("2026-10-31 01:30", *THREE),
        [("10-31 05:30", ADA), ("11-01 05:30", BEN), ("11-02 06:30", CY)],
    ),
    "New York: 02:00 comes after the doubled hour": (
        NEW_YORK,
        turns("2026-10-31 02:00", *THREE),
        [("10-31 06:00", ADA), ("11-01 07:00", BEN), ("11-02 07:00", CY)],
    ),
    "New York: hourly over the doubled hour": (
        NEW_YORK,
        turns("2026-11-01 00:00", *THREE, unit="hour"),
        [("11-01 04:00", ADA), ("11-01 05:00", BEN), ("11-01 07:00", CY)],
    ),
    "Lord Howe: 02:15 is missing": (
        LORD_HOWE,
        turns("2026-10-02 02:15", *THREE),
        [("10-01 15:45", ADA), ("10-02 15:45", BEN), ("10-03 15:30", CY), ("10-04 15:15", ADA)],
    ),
    "Lord Howe: 01:45 happens twice": (
        LORD_HOWE,
        turns("2026-04-03 01:45", *THREE),
        [("04-02 14:45", ADA), ("04-03 14:45", BEN), ("04-04 14:45", CY), ("04-05 15:15", ADA)],
    ),
    "Lord Howe: an hourly turn of half an hour": (
        LORD_HOWE,
        turns("2026-10-04 00:00", *THREE, unit="hour"),
        [("10-03 13:30", ADA), ("10-03 14:30", BEN), ("10-03 15:30", CY), ("10-03 16:00", ADA)],
    ),
    "Lord Howe: an hourly turn of an hour and a half": (
        LORD_HOWE,
        turns("2026-04-05 00:00", *THREE, unit="hour"),
        [("04-04 13:00", ADA), ("04-04 14:00", BEN), ("04-04 15:30", CY), ("04-04 16:30", ADA)],
    ),
    "Santiago: midnight is missing": (
        SANTIAGO,
        turns("2026-09-04 00:00", *THREE),
        [("09-04 04:00", ADA), ("09-05 04:00", BEN), ("09-06 04:00", CY), ("09-07 03:00", ADA)],
    ),
    "Santiago: the clock goes back over midnight": (
        SANTIAGO,
        turns("2026-04-03 00:00", *THREE),
        [("04-03 03:00", ADA), ("04-04 03:00", BEN), ("04-05 04:00", CY)],
    ),
    "Santiago: 23:30 happens twice": (
        SANTIAGO,
        turns("2026-04-03 23:30", *THREE),
        [("04-04 02:30", ADA), ("04-05 02:30", BEN), ("04-06 03:30", CY)],
    ),
    "Santiago: hourly over the doubled hour before midnight": (
        SANTIAGO,
        turns("2026-04-04 22:00", *THREE, unit="hour"),
        [("04-05 01:00", ADA), ("04-05 02:00", BEN), ("04-05 04:00", CY)],
    ),
    "Kolkata never changes its clocks": (
        KOLKATA,
        turns("2026-03-28 09:00", *THREE),
        [("03-28 03:30", ADA), ("03-29 03:30", BEN), ("03-30 03:30", CY)],
    ),
    "Troll jumps by two hours": (
        "Antarctica/Troll",
        turns("2026-03-28 02:00", *THREE),
        [("03-28 02:00", ADA), ("03-29 01:00", BEN), ("03-30 00:00", CY)],
    ),
    "Chatham, three quarters of an hour apart": (
        "Pacific/Chatham",
        turns("2026-09-25 03:00", *THREE),
        [("09-24 14:15", ADA), ("09-25 14:15", BEN), ("09-26 14:00", CY), ("09-27 13:15", ADA)],
    ),
    "a day that holds the leap day": (
        "UTC",
        turns("2028-02-28 09:00", *THREE),
        [("02-28 09:00", ADA), ("02-29 09:00", BEN), ("03-01 09:00", CY)],
    ),
    "a week that holds the leap day": (
        "UTC",
        turns("2028-02-24 09:00", ADA, BEN, unit="week"),
        [("02-24 09:00", ADA), ("03-02 09:00", BEN)],
    ),
    "2100 is no leap year": (
        "UTC",
        turns("2100-02-28 09:00", *THREE),
        [("02-28 09:00", ADA), ("03-01 09:00", BEN), ("03-02 09:00", CY)],
    ),
    "the 31st at midnight, through September and the end of summer time": (
        LONDON,
        turns("2026-08-31 00:00", *THREE, unit="month"),
        [("08-30 23:00", ADA), ("09-29 23:00", BEN), ("10-31 00:00", CY), ("11-30 00:00", ADA)],
    ),
    "a month begins in the doubled hour": (
        LONDON,
        turns("2026-09-25 01:30", *THREE, unit="month"),
        [("09-25 00:30", ADA), ("10-25 00:30", BEN), ("11-25 01:30", CY)],
    ),
    "a month begins in the missing hour, after a clamped one": (
        LONDON,
        turns("2026-01-29 01:30", *THREE, unit="month"),
        [("01-29 01:30", ADA), ("02-28 01:30", BEN), ("03-29 01:00", CY), ("04-29 00:30", ADA)],
    ),
    "the third person begins": (
        "UTC",
        turns("2026-11-02 09:00", *THREE, unit="week", first=2),
        [("11-02 09:00", CY), ("11-09 09:00", ADA), ("11-16 09:00", BEN)],
    ),
    "Sundays from 01:30 to 01:30, in autumn": (
        LONDON,
        turns("2026-10-24 01:30", ADA, BEN, weekdays=(6,)),
        [("10-24 00:30", None), ("10-25 00:30", ADA), ("10-26 01:30", None)],
    ),
    "Saturdays in Santiago, whose Saturday has 25 hours": (
        SANTIAGO,
        turns("2026-04-03 00:00", ADA, BEN, weekdays=(5,)),
        [("04-03 03:00", None), ("04-04 03:00", ADA), ("04-05 04:00", None)],
    ),
    "Sundays in Santiago, where one begins at 01:00": (
        SANTIAGO,
        turns("2026-09-05 00:00", ADA, BEN, weekdays=(6,)),
        [("09-05 04:00", None), ("09-06 04:00", ADA), ("09-07 03:00", None)],
    ),
    "working days: Friday's person is followed on Monday, in winter time": (
        LONDON,
        turns("2026-10-22 09:00", *THREE, weekdays=(0, 1, 2, 3, 4)),
        [
            ("10-22 08:00", ADA),
            ("10-23 08:00", BEN),
            ("10-24 08:00", None),
            ("10-26 09:00", CY),
        ],
    ),
    "until a hand-over": (
        "UTC",
        turns("2026-11-02 09:00", ADA, BEN, ends="2026-11-04 09:00"),
        [("11-02 09:00", ADA), ("11-03 09:00", BEN), ("11-04 09:00", None)],
    ),
    "until the 31st, a month's boundary": (
        "UTC",
        turns("2026-01-31 00:00", *THREE, unit="month", ends="2026-03-31 00:00"),
        [("01-31 00:00", ADA), ("02-28 00:00", BEN), ("03-31 00:00", None)],
    ),
    "until a time in the missing hour": (
        LONDON,
        turns("2026-03-28 09:00", ADA, ends="2026-03-29 01:30"),
        [("03-28 09:00", ADA), ("03-29 01:00", None)],
    ),
    "until a time that happens twice: the first": (
        LONDON,
        turns("2026-10-24 09:00", ADA, ends="2026-10-25 01:30"),
        [("10-24 08:00", ADA), ("10-25 00:30", None)],
    ),
    "until its own start": (
        "UTC",
        turns("2026-11-02 09:00", ADA, ends="2026-11-02 09:00"),
        [("11-02 09:00", None)],
    ),
}


def whole(found: list[tuple[str, int | None]], year: int) -> list[tuple[str, tuple[int, ...]]]:
    """The table's short form: instants of one year, one person or nobody."""
    return [(f"{year}-{when}", () if person is None else (person,)) for when, person in found]


@pytest.mark.parametrize(("zone", "rotation", "expected"), HAND_OVERS.values(), ids=HAND_OVERS)
def test_hand_overs(zone, rotation, expected):
    wanted = whole(expected, rotation.starts_at.year)
    last = datetime.fromisoformat(wanted[-1][0]).replace(tzinfo=UTC) + timedelta(minutes=1)

    found = firsts(alone(rotation, zone=zone), wanted[0][0], f"{last:%Y-%m-%d %H:%M}")

    assert found == wanted
    before = at(wanted[0][0]) - TICK
    assert on_call(alone(rotation, zone=zone), at=before) == ()


EVER = turns("2020-01-01 00:00", ADA, unit="month")
OPEN = {
    "London: 22:00 to 06:00 has seven hours in spring": (
        LONDON, hours("22:00-06:00"), "2026-03-28 12:00", "2026-03-29 12:00",
        ("2026-03-28 22:00", "2026-03-29 05:00"),
    ),
    "London: and nine in autumn": (
        LONDON, hours("22:00-06:00"), "2026-10-24 12:00", "2026-10-25 12:00",
        ("2026-10-24 21:00", "2026-10-25 06:00"),
    ),
    "London: a quarter of an hour lasts five of them": (
        LONDON, hours("01:30-01:45"), "2026-10-24 12:00", "2026-10-25 12:00",
        ("2026-10-25 00:30", "2026-10-25 01:45"),
    ),
    "London: an end that happens twice": (
        LONDON, hours("00:30-01:30"), "2026-10-24 12:00", "2026-10-25 12:00",
        ("2026-10-24 23:30", "2026-10-25 01:30"),
    ),
    "London: hours inside the missing hour do not happen": (
        LONDON, hours("01:15-01:45"), "2026-03-28 12:00", "2026-03-29 12:00", (),
    ),
    "London: hours that meet in the missing hour": (
        LONDON, hours("00:00-01:30") + hours("01:30-06:00"), "2026-03-28 12:00",
        "2026-03-29 12:00", ("2026-03-29 00:00", "2026-03-29 05:00"),
    ),
    "London: hours that meet in the doubled hour": (
        LONDON, hours("00:00-01:30") + hours("01:30-06:00"), "2026-10-24 12:00",
        "2026-10-25 12:00", ("2026-10-24 23:00", "2026-10-25 06:00"),
    ),
    "London: a whole Sunday of 23 hours": (
        LONDON, hours("00:00-00:00", 6), "2026-03-28 00:00", "2026-03-31 00:00",
        ("2026-03-29 00:00", "2026-03-29 23:00"),
    ),
    "London: a whole Sunday of 25 hours": (
        LONDON, hours("00:00-00:00", 6), "2026-10-24 00:00", "2026-10-27 00:00",
        ("2026-10-24 23:00", "2026-10-26 00:00"),
    ),
    "New York: a night of eleven hours": (
        NEW_YORK, hours("20:00-08:00", 5), "2026-03-07 00:00", "2026-03-09 00:00",
        ("2026-03-08 01:00", "2026-03-08 12:00"),
    ),
    "New York: a night of thirteen hours": (
        NEW_YORK, hours("20:00-08:00", 5), "2026-10-31 00:00", "2026-11-02 00:00",
        ("2026-11-01 00:00", "2026-11-01 13:00"),
    ),
    "Lord Howe: a night of seven hours and a half": (
        LORD_HOWE, hours("22:00-06:00", 5), "2026-10-03 00:00", "2026-10-05 00:00",
        ("2026-10-03 11:30", "2026-10-03 19:00"),
    ),
    "Lord Howe: a night of eight hours and a half": (
        LORD_HOWE, hours("22:00-06:00", 5), "2026-04-04 00:00", "2026-04-06 00:00",
        ("2026-04-04 11:00", "2026-04-04 19:30"),
    ),
    "Santiago: a Saturday of 25 hours": (
        SANTIAGO, hours("00:00-00:00", 5), "2026-04-03 00:00", "2026-04-07 00:00",
        ("2026-04-04 03:00", "2026-04-05 04:00"),
    ),
    "Santiago: a Sunday that begins at 01:00": (
        SANTIAGO, hours("00:00-00:00", 6), "2026-09-05 00:00", "2026-09-08 00:00",
        ("2026-09-06 04:00", "2026-09-07 03:00"),
    ),
    "Kolkata: half hours": (
        KOLKATA, hours("09:30-18:30"), "2026-03-29 00:00", "2026-03-30 00:00",
        ("2026-03-29 04:00", "2026-03-29 13:00"),
    ),
    "Friday's night belongs to Friday": (
        "UTC", hours("22:00-06:00", 4), "2026-11-19 12:00", "2026-11-22 12:00",
        ("2026-11-20 22:00", "2026-11-21 06:00"),
    ),
    "from Monday 09:00 to Tuesday 09:00": (
        "UTC", hours("09:00-09:00", 0), "2026-11-15 00:00", "2026-11-20 00:00",
        ("2026-11-16 09:00", "2026-11-17 09:00"),
    ),
    "hours that touch leave no hole": (
        "UTC", hours("09:00-12:00") + hours("12:00-17:00"), "2026-11-16 00:00",
        "2026-11-17 00:00", ("2026-11-16 09:00", "2026-11-16 17:00"),
    ),
    "the night of a leap day": (
        "UTC", hours("22:00-06:00", 1), "2028-02-28 00:00", "2028-03-03 00:00",
        ("2028-02-29 22:00", "2028-03-01 06:00"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "open_hours", "since", "until", "span_"), OPEN.values(), ids=OPEN)
def test_hours(zone, open_hours, since, until, span_):
    spec = alone(EVER, zone=zone, restrictions=open_hours)

    found = segments(spec, starts_at=at(since), ends_at=at(until))

    on = [(one.starts_at, one.ends_at) for one in found if one.levels]
    assert on == ([(at(span_[0]), at(span_[1]))] if span_ else [])


@pytest.mark.parametrize("cut", ["2026-10-25 00:10", "2026-10-25 00:59:59", "2026-10-25 01:45"])
def test_a_window_cut_inside_the_doubled_hour(cut):
    spec = alone(turns("2026-10-24 01:30", *THREE, unit="hour", length=6), zone=LONDON)
    since, until = span("2026-10-24 12:00", "2026-10-25 12:00")

    whole_day = segments(spec, starts_at=since, ends_at=until)
    left = segments(spec, starts_at=since, ends_at=at(cut))
    right = segments(spec, starts_at=at(cut), ends_at=until)

    assert left[-1].levels == right[0].levels
    assert [one.starts_at for one in [*left, *right[1:]]] == [one.starts_at for one in whole_day]


FAR = {
    # Four hundred years are 146,097 days, 20,871 weeks and 4,800 months: three people come round
    # whole in days and weeks, two do not; five come round whole in months.
    "days, three people": (turns("2026-01-05 09:00", *THREE), "2426-01-05 09:00", ADA),
    "days, two people": (turns("2026-01-05 09:00", ADA, BEN), "2426-01-05 09:00", BEN),
    "weeks, three people": (
        turns("2026-01-05 09:00", *THREE, unit="week"), "2426-01-05 09:00", ADA,
    ),
    "months, five people": (
        turns("2026-01-31 09:00", *THREE, DEE, EVE, unit="month"), "2426-01-31 09:00", ADA,
    ),
    "months, from the 31st into February": (
        turns("2026-01-31 09:00", *THREE, DEE, EVE, unit="month"), "2426-02-28 09:00", BEN,
    ),
    "eight thousand years on": (turns("2026-01-05 09:00", ADA), "9998-12-31 23:00", ADA),
    "a turn longer than the calendar": (
        turns("2026-01-05 09:00", ADA, BEN, unit="month", length=100_000), "9000-01-01 00:00", ADA,
    ),
    "the day before it began": (turns("2026-01-05 09:00", ADA), "2026-01-05 08:59", None),
    "long before it began": (turns("2026-01-05 09:00", ADA), "0002-01-01 00:00", None),
}  # fmt: skip


@pytest.mark.parametrize(("rotation", "when", "expected"), FAR.values(), ids=FAR)
def test_very_far_dates(rotation, when, expected):
    spec = alone(rotation, zone="UTC")
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC)
    wanted = () if expected is None else ((expected,),)

    assert on_call(spec, at=moment) == wanted
    [found, *_] = segments(spec, starts_at=moment, ends_at=moment + timedelta(minutes=1))
    assert found.levels == wanted


def test_the_next_hand_over_from_inside_the_doubled_hour():
    spec = alone(turns("2026-10-24 02:00", ADA, BEN), zone=LONDON)

    found = next_handover(spec, at=at("2026-10-25 01:30"), within=timedelta(days=2))

    assert found is not None
    assert (found.starts_at, found.levels) == (at("2026-10-25 02:00"), ((BEN,),))


def test_hours_that_are_declared_are_missed_for_as_long_as_they_last_that_night():
    night = TargetSpec("hours", hours("00:00-06:00", 6))
    spec = roster(zone=LONDON, target=night)

    found = [
        gaps(spec, segments(spec, starts_at=at(f"{day} 12:00"), ends_at=at(f"{following} 12:00")))
        for day, following in (("2026-03-28", "2026-03-29"), ("2026-10-24", "2026-10-25"))
    ]

    assert found == [
        (Gap(*span("2026-03-29 00:00", "2026-03-29 05:00")),),
        (Gap(*span("2026-10-24 23:00", "2026-10-25 06:00")),),
    ]
