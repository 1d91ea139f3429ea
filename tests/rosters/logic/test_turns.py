"""Whose turn it is: months, weekdays, several people, who begins, until when. By hand."""

from datetime import datetime

import pytest

from rosters.logic.rotation import RotationSpec
from tests.rosters.logic.building import (
    ADA,
    BEN,
    BERLIN,
    CY,
    DEE,
    WORKDAYS,
    alone,
    firsts,
    layer,
    roster,
    told,
    turns,
)
from tests.world import at

MONTHS = [
    pytest.param(
        "2027-01-31 09:00",
        1,
        ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"],
        id="the 31st, an ordinary year",
    ),
    pytest.param(
        "2027-12-31 09:00",
        1,
        ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"],
        id="the 31st, over a leap February",
    ),
    pytest.param(
        "2027-01-30 09:00",
        1,
        ["2027-02-28", "2027-03-30", "2027-04-30", "2027-05-30", "2027-06-30"],
        id="the 30th",
    ),
    pytest.param(
        "2028-02-29 09:00",
        12,
        ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29", "2033-02-28"],
        id="a year from a leap day on",
    ),
    pytest.param(
        "2026-11-30 09:00",
        3,
        ["2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30", "2028-02-29"],
        id="a quarter from the 30th on",
    ),
    pytest.param(
        "2026-10-31 00:00",
        2,
        ["2026-12-31", "2027-02-28", "2027-04-30", "2027-06-30", "2027-08-31"],
        id="two months, midnight",
    ),
]


@pytest.mark.parametrize(("starts", "length", "handovers"), MONTHS)
def test_months_are_clamped_from_the_first_day(
    starts: str, length: int, handovers: list[str]
) -> None:
    spec = alone(turns(starts, 0, 1, 2, 3, 4, 5, unit="month", length=length))
    clock = starts.split()[1]

    found = firsts(spec, starts, f"{handovers[-1]} 23:59", BERLIN)

    days = [starts.split()[0], *handovers]
    assert found == [(f"{day} {clock}", (person,)) for person, day in enumerate(days)]


def test_every_day_of_a_leap_february_has_its_turn() -> None:
    spec = alone(turns("2028-02-27 09:00", ADA, BEN, CY))

    assert firsts(spec, "2028-02-27 09:00", "2028-03-02 09:00", BERLIN) == [
        ("2028-02-27 09:00", (ADA,)),
        ("2028-02-28 09:00", (BEN,)),
        ("2028-02-29 09:00", (CY,)),
        ("2028-03-01 09:00", (ADA,)),
    ]


WEEKDAYS = {
    # November 2026: the 2nd, 9th and 16th are Mondays.
    "turns of a day skip the weekend and lose no turn": (
        turns("2026-11-02 09:00", ADA, BEN, CY, weekdays=WORKDAYS),
        ("2026-11-05 09:00", "2026-11-11 09:00"),
        [
            ("2026-11-05 09:00", (ADA,)),
            ("2026-11-06 09:00", (BEN,)),
            ("2026-11-07 09:00", ()),
            ("2026-11-09 09:00", (CY,)),
            ("2026-11-10 09:00", (ADA,)),
        ],
    ),
    "a turn of two days goes on after the weekend": (
        turns("2026-11-04 09:00", ADA, BEN, length=2, weekdays=WORKDAYS),
        ("2026-11-04 09:00", "2026-11-12 09:00"),
        [
            ("2026-11-04 09:00", (ADA,)),
            ("2026-11-06 09:00", (BEN,)),
            ("2026-11-07 09:00", ()),
            ("2026-11-09 09:00", (BEN,)),
            ("2026-11-10 09:00", (ADA,)),
        ],
    ),
    "a start on a day that does not count waits for one that does": (
        turns("2026-11-07 09:00", ADA, BEN, weekdays=WORKDAYS),
        ("2026-11-07 09:00", "2026-11-11 09:00"),
        [
            ("2026-11-07 09:00", ()),
            ("2026-11-09 09:00", (ADA,)),
            ("2026-11-10 09:00", (BEN,)),
        ],
    ),
    "one weekday alone": (
        turns("2026-11-02 09:00", ADA, BEN, weekdays=(2,)),
        ("2026-11-02 09:00", "2026-11-16 09:00"),
        [
            ("2026-11-02 09:00", ()),
            ("2026-11-04 09:00", (ADA,)),
            ("2026-11-05 09:00", ()),
            ("2026-11-11 09:00", (BEN,)),
            ("2026-11-12 09:00", ()),
        ],
    ),
    "the day of a night hand-over belongs to the weekday on which it begins": (
        turns("2026-11-02 22:00", ADA, BEN, weekdays=(4,)),
        ("2026-11-06 12:00", "2026-11-08 12:00"),
        [
            ("2026-11-06 12:00", ()),
            ("2026-11-06 22:00", (ADA,)),
            ("2026-11-07 22:00", ()),
        ],
    ),
    "turns of a week hold on the working days only": (
        turns("2026-11-02 09:00", ADA, BEN, unit="week", weekdays=WORKDAYS),
        ("2026-11-02 09:00", "2026-11-18 09:00"),
        [
            ("2026-11-02 09:00", (ADA,)),
            ("2026-11-07 09:00", ()),
            ("2026-11-09 09:00", (BEN,)),
            ("2026-11-14 09:00", ()),
            ("2026-11-16 09:00", (ADA,)),
        ],
    ),
    "a week that begins on a Thursday has both its halves": (
        turns("2026-11-05 09:00", ADA, BEN, unit="week", weekdays=WORKDAYS),
        ("2026-11-05 09:00", "2026-11-14 09:00"),
        [
            ("2026-11-05 09:00", (ADA,)),
            ("2026-11-07 09:00", ()),
            ("2026-11-09 09:00", (ADA,)),
            ("2026-11-12 09:00", (BEN,)),
        ],
    ),
    "weekends alone, two weeks to a turn": (
        turns("2026-11-02 09:00", ADA, BEN, unit="week", length=2, weekdays=(5, 6)),
        ("2026-11-02 09:00", "2026-11-24 09:00"),
        [
            ("2026-11-02 09:00", ()),
            ("2026-11-07 09:00", (ADA,)),
            ("2026-11-09 09:00", ()),
            ("2026-11-14 09:00", (ADA,)),
            ("2026-11-16 09:00", ()),
            ("2026-11-21 09:00", (BEN,)),
            ("2026-11-23 09:00", ()),
        ],
    ),
    "turns of a month hold on the working days only": (
        turns("2026-10-31 09:00", ADA, BEN, unit="month", weekdays=WORKDAYS),
        ("2026-11-27 09:00", "2026-12-01 09:00"),
        [
            ("2026-11-27 09:00", (ADA,)),
            ("2026-11-28 09:00", ()),
            ("2026-11-30 09:00", (BEN,)),
        ],
    ),
    "turns of twelve hours are counted in working days": (
        turns("2026-11-06 08:00", ADA, BEN, CY, unit="hour", length=12, weekdays=WORKDAYS),
        ("2026-11-06 08:00", "2026-11-09 23:00"),
        [
            ("2026-11-06 08:00", (ADA,)),
            ("2026-11-06 20:00", (BEN,)),
            ("2026-11-07 08:00", ()),
            ("2026-11-09 08:00", (CY,)),
            ("2026-11-09 20:00", (ADA,)),
        ],
    ),
    "a turn of eighteen hours is cut in two by the weekend": (
        turns("2026-11-05 00:00", ADA, BEN, CY, unit="hour", length=18, weekdays=WORKDAYS),
        ("2026-11-06 00:00", "2026-11-09 18:00"),
        [
            ("2026-11-06 00:00", (BEN,)),
            ("2026-11-06 12:00", (CY,)),
            ("2026-11-07 00:00", ()),
            ("2026-11-09 00:00", (CY,)),
            ("2026-11-09 06:00", (ADA,)),
        ],
    ),
    "the weekend of a clock change": (
        turns("2026-10-19 02:30", ADA, BEN, CY, weekdays=(5, 6)),
        ("2026-10-24 02:30", "2026-10-27 00:00"),
        [
            ("2026-10-24 02:30", (ADA,)),
            ("2026-10-25 02:30", (BEN,)),
            ("2026-10-26 02:30", ()),
        ],
    ),
    "all seven days are every day": (
        turns("2026-11-06 09:00", ADA, BEN, weekdays=tuple(range(7))),
        ("2026-11-06 09:00", "2026-11-08 09:00"),
        [("2026-11-06 09:00", (ADA,)), ("2026-11-07 09:00", (BEN,))],
    ),
}


@pytest.mark.parametrize(("rotation", "window", "expected"), WEEKDAYS.values(), ids=WEEKDAYS)
def test_weekdays(rotation, window, expected):
    assert firsts(alone(rotation), window[0], window[1], BERLIN) == expected


def test_weekdays_seen_from_the_middle_are_the_same():
    rotation = turns("2026-11-05 00:00", ADA, BEN, CY, unit="hour", length=18, weekdays=WORKDAYS)

    assert firsts(alone(rotation), "2026-11-08 13:00", "2026-11-09 07:00", BERLIN) == [
        ("2026-11-08 13:00", ()),
        ("2026-11-09 00:00", (CY,)),
        ("2026-11-09 06:00", (ADA,)),
    ]


SEVERAL = {
    "two and then one": (((ADA, BEN), CY), [(ADA, BEN), (CY,), (ADA, BEN)]),
    "pairs that overlap": (((ADA, BEN), (BEN, CY)), [(ADA, BEN), (BEN, CY), (ADA, BEN)]),
    "the same pair twice": (
        ((ADA, BEN), (ADA, BEN), CY),
        [(ADA, BEN), (CY,), (ADA, BEN)],
    ),
    "one person twice in a turn is there once": (((ADA, ADA), BEN), [(ADA,), (BEN,), (ADA,)]),
    "a place of nobody is a hole": ((ADA, ()), [(ADA,), (), (ADA,)]),
}


@pytest.mark.parametrize(("people", "expected"), SEVERAL.values(), ids=SEVERAL)
def test_several_people_have_a_turn_together(people, expected):
    spec = alone(turns("2026-11-02 09:00", *people))

    found = firsts(spec, "2026-11-02 09:00", "2026-11-06 09:00", BERLIN)

    assert [one for _, one in found][:3] == expected


@pytest.mark.parametrize(("first", "expected"), [(0, ADA), (1, BEN), (2, CY), (3, ADA), (5, CY)])
def test_the_first_turn_is_the_first_places(first: int, expected: int) -> None:
    spec = alone(turns("2026-11-02 09:00", ADA, BEN, CY, first=first))

    assert firsts(spec, "2026-11-02 09:00", "2026-11-02 10:00", BERLIN) == [
        ("2026-11-02 09:00", (expected,))
    ]


UNTIL = {
    "on a hand-over": ("2026-11-04 09:00", [(ADA,), (BEN,), ()]),
    "in the middle of a turn": ("2026-11-03 12:00", [(ADA,), (BEN,), ()]),
    "at the start": ("2026-11-02 09:00", [()]),
    "before the start": ("2026-11-01 09:00", [()]),
    "a microsecond after a hand-over": ("2026-11-04 09:00:00.000001", [(ADA,), (BEN,), (CY,), ()]),
}


@pytest.mark.parametrize(("ends", "expected"), UNTIL.values(), ids=UNTIL)
def test_until(ends, expected):
    spec = alone(turns("2026-11-02 09:00", ADA, BEN, CY, ends=ends))

    found = told(spec, "2026-11-02 09:00", "2026-11-06 09:00", BERLIN)

    assert [levels[0] if levels else () for _, levels in found] == expected


def test_one_rotation_follows_another_without_a_hole_or_an_overlap():
    spec = roster(
        layer(
            1,
            turns("2026-11-02 09:00", ADA, BEN, ends="2026-11-05 09:00"),
            turns("2026-11-05 09:00", CY, DEE, first=1),
        )
    )

    assert firsts(spec, "2026-11-03 09:00", "2026-11-07 09:00", BERLIN) == [
        ("2026-11-03 09:00", (BEN,)),
        ("2026-11-04 09:00", (ADA,)),
        ("2026-11-05 09:00", (DEE,)),
        ("2026-11-06 09:00", (CY,)),
    ]


NINE = datetime.fromisoformat("2026-11-02 09:00")
WRONG = {
    "an unknown unit": ({"unit": "fortnight"}, "hours, days, weeks or months"),
    "no length": ({"length": 0}, "at least one"),
    "the eighth day of the week": ({"weekdays": (7,)}, "from 0, Monday"),
    "a start in a zone": ({"starts_at": at("2026-11-02 09:00")}, "without a zone"),
    "an end in a zone": ({"ends_at": at("2026-11-02 09:00")}, "without a zone"),
}


@pytest.mark.parametrize(("wrong", "sentence"), WRONG.values(), ids=WRONG)
def test_a_rotation_that_means_nothing_is_refused(wrong, sentence):
    right = {"starts_at": NINE, "unit": "day", "length": 1, "people": (ADA,)}

    with pytest.raises(ValueError, match=sentence):
        RotationSpec(**{**right, **wrong})


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("weekdays", [(), WORKDAYS, (6,)])
@pytest.mark.parametrize("length", [1, 3, 25])
def test_a_turn_holds_its_own_beginning(unit, weekdays, length):
    rotation = turns("2026-01-31 09:00", ADA, unit=unit, length=length, weekdays=weekdays)

    assert [rotation.turn_number(rotation.turn_starts_at(one)) for one in range(60)] == [*range(60)]
