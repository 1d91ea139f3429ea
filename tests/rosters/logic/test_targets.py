"""Gaps against what is declared, and what the layers ask for where nothing is. By hand."""

from datetime import timedelta

import pytest

from rosters.logic.coverage import Gap, gaps, is_closed, priorities_open
from rosters.logic.rotation import RosterSpec, segments
from rosters.logic.targets import TargetSpec
from tests.rosters.logic.building import (
    ADA,
    BEN,
    BERLIN,
    CY,
    WORKDAYS,
    hours,
    layer,
    roster,
    span,
    temporary,
    turns,
)
from tests.world import at

# Friday 20 to Monday 23 November 2026, in Berlin.
WINDOW = span("2026-11-20 00:00", "2026-11-23 00:00", BERLIN)
ALWAYS = TargetSpec("always")
OFFICE = TargetSpec("hours", hours("09:00-17:00", *WORKDAYS))
NIGHTS = TargetSpec("hours", hours("22:00-06:00"))
NONE = TargetSpec("none")


def gap(starts: str, ends: str, level: int = 0) -> Gap:
    return Gap(*span(starts, ends, BERLIN), is_backup=level > 0, level=level)


def missing(spec: RosterSpec) -> list[Gap]:
    stretches = segments(spec, starts_at=WINDOW[0], ends_at=WINDOW[1])
    return list(gaps(spec, stretches))


ADA_ALWAYS = turns("2026-01-05 00:00", ADA)
BEN_ALWAYS = turns("2026-01-05 00:00", BEN)
IN_OFFICE_HOURS = layer(1, ADA_ALWAYS, restrictions=hours("09:00-17:00", *WORKDAYS))
ON_WORKDAYS = layer(1, turns("2026-01-05 00:00", ADA, BEN, weekdays=WORKDAYS))
SATURDAY = span("2026-11-21 00:00", "2026-11-22 00:00", BERLIN)
HOLIDAY = temporary(SATURDAY, (CY, "2026-11-21 09:00", "2026-11-21 12:00"), zone=BERLIN)
WEEKEND = [gap("2026-11-21 00:00", "2026-11-23 00:00")]
HOLES = [
    gap("2026-11-21 00:00", "2026-11-21 09:00"),
    gap("2026-11-21 12:00", "2026-11-22 00:00"),
]

CASES = {
    "office hours, not declared": (roster(IN_OFFICE_HOURS), []),
    "office hours where day and night are declared": (
        roster(IN_OFFICE_HOURS, target=ALWAYS),
        [
            gap("2026-11-20 00:00", "2026-11-20 09:00"),
            gap("2026-11-20 17:00", "2026-11-23 00:00"),
        ],
    ),
    "office hours as declared": (roster(IN_OFFICE_HOURS, target=OFFICE), []),
    "office hours where nights are declared": (
        roster(IN_OFFICE_HOURS, target=NIGHTS),
        [
            gap("2026-11-20 00:00", "2026-11-20 06:00"),
            gap("2026-11-20 22:00", "2026-11-21 06:00"),
            gap("2026-11-21 22:00", "2026-11-22 06:00"),
            gap("2026-11-22 22:00", "2026-11-23 00:00"),
        ],
    ),
    "nobody, by design": (roster(layer(1), target=NONE), []),
    "nobody, and it is declared": (roster(target=ALWAYS), [gap("2026-11-20", "2026-11-23")]),
    "hours without any are none": (roster(target=TargetSpec("hours")), []),
    "turns on working days, not declared": (roster(ON_WORKDAYS), []),
    "turns on working days where day and night are declared": (
        roster(ON_WORKDAYS, target=ALWAYS),
        WEEKEND,
    ),
    "turns on working days beside others on the weekend": (
        roster(
            layer(
                1,
                turns("2026-01-05 00:00", ADA, weekdays=WORKDAYS),
                turns("2026-01-05 00:00", BEN, weekdays=(5, 6), ends="2026-11-22 00:00"),
            )
        ),
        [gap("2026-11-22 00:00", "2026-11-23 00:00")],
    ),
    "one of two rotations is every day": (
        roster(
            layer(
                1,
                turns("2026-01-05 00:00", ADA, weekdays=WORKDAYS),
                turns("2026-01-05 00:00", BEN, ends="2026-11-01 00:00"),
            )
        ),
        WEEKEND,
    ),
    "a temporary schedule with holes, not declared": (
        roster(layer(1, ADA_ALWAYS), temporaries=[HOLIDAY]),
        HOLES,
    ),
    "a temporary schedule with holes outside the layer's hours": (
        roster(IN_OFFICE_HOURS, temporaries=[HOLIDAY]),
        HOLES,
    ),
    "a temporary schedule with holes outside what is declared": (
        roster(layer(1, ADA_ALWAYS), temporaries=[HOLIDAY], target=OFFICE),
        [],
    ),
    "a temporary schedule asks for no backup": (
        roster(layer(1, ADA_ALWAYS), layer(2, BEN_ALWAYS), temporaries=[HOLIDAY]),
        HOLES,
    ),
    "two levels declared, one there": (
        roster(layer(1, ADA_ALWAYS), target=TargetSpec("always", levels=2)),
        [gap("2026-11-20", "2026-11-23", level=1)],
    ),
    "one level declared, two layers, one away": (
        roster(layer(1, ADA_ALWAYS), layer(2, BEN_ALWAYS), target=ALWAYS, away={ADA: [SATURDAY]}),
        [],
    ),
    "three levels declared, two there": (
        roster(layer(1, ADA_ALWAYS), layer(2, BEN_ALWAYS), target=TargetSpec("always", levels=3)),
        [gap("2026-11-20", "2026-11-23", level=2)],
    ),
    "three levels declared, and then one": (
        roster(
            layer(1, ADA_ALWAYS),
            layer(2, BEN_ALWAYS),
            target=TargetSpec("always", levels=3),
            away={BEN: [SATURDAY]},
        ),
        [
            gap("2026-11-20", "2026-11-21", level=2),
            gap("2026-11-21", "2026-11-22", level=1),
            gap("2026-11-22", "2026-11-23", level=2),
        ],
    ),
    "who rides along covers nothing and is not asked for": (
        roster(layer(1, ADA_ALWAYS, is_shadow=True), layer(2, is_shadow=True)),
        [],
    ),
    "who rides along covers nothing that is declared": (
        roster(layer(1, ADA_ALWAYS, is_shadow=True), target=ALWAYS),
        [gap("2026-11-20", "2026-11-23")],
    ),
    "a layer asks while it is valid": (
        roster(layer(1, valid_from=SATURDAY[0], valid_until=SATURDAY[1])),
        [gap("2026-11-21", "2026-11-22")],
    ),
    "a layer asks in its own zone": (
        roster(layer(1, restrictions=hours("09:00-10:00", 5), zone="Asia/Kolkata")),
        [gap("2026-11-21 04:30", "2026-11-21 05:30")],
    ),
}


@pytest.mark.parametrize(("spec", "expected"), CASES.values(), ids=CASES)
def test_gaps_are_what_is_declared_and_missing(spec: RosterSpec, expected: list[Gap]) -> None:
    assert missing(spec) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [(None, 1), (ALWAYS, 1), (OFFICE, 0), (NONE, 0), (TargetSpec("always", levels=2), 2)],
)
def test_how_many_levels_are_asked_for_on_a_saturday(
    target: TargetSpec | None, expected: int
) -> None:
    spec = roster(layer(1, ADA_ALWAYS), target=target)

    assert priorities_open(spec, at=at("2026-11-21 10:00")) == expected


def test_declared_hours_on_the_night_the_clock_goes_back_are_longer() -> None:
    target = TargetSpec("hours", hours("22:00-06:00", 5))
    spec = roster(target=target)
    evening = at("2026-10-24 12:00")

    (found,) = gaps(spec, segments(spec, starts_at=evening, ends_at=evening + timedelta(days=1)))

    assert found.ends_at - found.starts_at == timedelta(hours=9)


CLOSED = {
    "outside the layer's hours": (roster(IN_OFFICE_HOURS), True),
    "outside what is declared": (roster(layer(1, ADA_ALWAYS), target=OFFICE), True),
    "none by design, without layers": (roster(target=NONE), True),
    "a layer that is always open": (roster(layer(1)), False),
    "no layers, and always is declared": (roster(target=ALWAYS), False),
    "a roster that nobody has finished": (roster(), False),
    "in a temporary schedule": (roster(IN_OFFICE_HOURS, temporaries=[HOLIDAY]), False),
}


@pytest.mark.parametrize(("spec", "expected"), CLOSED.values(), ids=CLOSED)
def test_a_roster_is_closed_where_nobody_is_asked_for(spec: RosterSpec, expected: bool) -> None:
    assert is_closed(spec, at=at("2026-11-21 13:00")) is expected


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="declared always"):
        TargetSpec("sometimes")
