"""Who is on call: tables of nights, then properties."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.rotation import (
    LayerSpec,
    Levels,
    OverrideSpec,
    RosterSpec,
    Segment,
    Span,
    on_call,
    segments,
)
from rosters.logic.shifts import RestrictionSpec, RotationSpec
from tests.world import at

ADA, BEN, CY, DEE, EVE, MEI = 1, 2, 3, 4, 5, 6
BERLIN = "Europe/Berlin"


def rotation(
    starts: str, *people: int, unit: str = "week", length: int = 1, ends: str | None = None
) -> RotationSpec:
    return RotationSpec(
        datetime.fromisoformat(starts),
        unit,
        length,
        people,
        datetime.fromisoformat(ends) if ends else None,
    )


def layer(
    priority: int, *rotations: RotationSpec, hours: Sequence[RestrictionSpec] = ()
) -> LayerSpec:
    return LayerSpec(priority, rotations, tuple(hours))


def roster(
    *layers: LayerSpec,
    zone: str = BERLIN,
    overrides: Iterable[OverrideSpec] = (),
    away: Mapping[int, Sequence[Span]] | None = None,
) -> RosterSpec:
    return RosterSpec(ZoneInfo(zone), layers, tuple(overrides), away or {})


def simple(*people: int, zone: str = BERLIN, unit: str = "day", starts: str) -> RosterSpec:
    return roster(layer(1, rotation(starts, *people, unit=unit)), zone=zone)


@pytest.mark.parametrize(
    ("zone", "starts", "handover"),
    [
        pytest.param("Europe/London", "2026-03-27 09:00", "2026-03-29 09:00", id="London spring"),
        pytest.param("Europe/London", "2026-10-23 09:00", "2026-10-25 09:00", id="London autumn"),
        pytest.param(
            "America/New_York", "2026-03-06 09:00", "2026-03-08 09:00", id="New York spring"
        ),
        pytest.param(
            "America/New_York", "2026-10-30 09:00", "2026-11-01 09:00", id="New York autumn"
        ),
        pytest.param(
            "Australia/Lord_Howe", "2026-10-02 09:00", "2026-10-04 09:00", id="Lord Howe spring"
        ),
        pytest.param(
            "Australia/Lord_Howe", "2026-04-03 09:00", "2026-04-05 09:00", id="Lord Howe autumn"
        ),
        pytest.param("Asia/Kolkata", "2026-03-27 09:00", "2026-03-29 09:00", id="Kolkata"),
        pytest.param(BERLIN, "2026-03-27 09:00", "2026-03-29 09:00", id="Berlin spring"),
        pytest.param(BERLIN, "2026-10-23 09:00", "2026-10-25 09:00", id="Berlin autumn"),
        pytest.param(BERLIN, "2024-02-27 09:00", "2024-02-29 09:00", id="leap day"),
    ],
)
def test_the_handover_keeps_its_wall_time(zone: str, starts: str, handover: str) -> None:
    spec = simple(ADA, BEN, CY, zone=zone, starts=starts)
    instant = at(handover, zone)

    assert on_call(spec, at=instant - timedelta(seconds=1)) == ((BEN,),)
    assert on_call(spec, at=instant) == ((CY,),)


@pytest.mark.parametrize(
    ("unit", "starts", "when", "expected"),
    [
        pytest.param("day", "2026-03-28 02:30", "2026-03-29 00:59:59", ADA, id="before the gap"),
        pytest.param("day", "2026-03-28 02:30", "2026-03-29 01:00", BEN, id="after the gap"),
        pytest.param("day", "2026-10-24 02:30", "2026-10-25 00:29:59", ADA, id="before the first"),
        pytest.param("day", "2026-10-24 02:30", "2026-10-25 00:30", BEN, id="the first 02:30"),
        pytest.param("day", "2026-10-24 02:30", "2026-10-25 01:10", BEN, id="02:10 comes again"),
        pytest.param("hour", "2026-03-29 00:00", "2026-03-29 00:30", BEN, id="hourly, 01:30"),
        pytest.param("hour", "2026-03-29 00:00", "2026-03-29 01:00", ADA, id="hourly, 03:00"),
        pytest.param("hour", "2026-10-25 00:00", "2026-10-25 00:10", CY, id="hourly, 02:10"),
        pytest.param("hour", "2026-10-25 00:00", "2026-10-25 01:50", CY, id="hourly, 02:50 again"),
        pytest.param("hour", "2026-10-25 00:00", "2026-10-25 02:00", ADA, id="hourly, 03:00 late"),
    ],
)
def test_a_turn_at_a_wall_time_that_is_missing_or_doubled(
    unit: str, starts: str, when: str, expected: int
) -> None:
    spec = simple(ADA, BEN, CY, unit=unit, starts=starts)

    assert on_call(spec, at=at(when)) == ((expected,),)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2024-02-29 08:59", ADA, id="leap February, before"),
        pytest.param("2024-02-29 09:00", BEN, id="leap February"),
        pytest.param("2024-03-31 08:59", BEN, id="back on the 31st, before"),
        pytest.param("2024-03-31 09:00", CY, id="back on the 31st"),
        pytest.param("2024-04-30 09:00", ADA, id="the 30th"),
        pytest.param("2025-02-28 09:00", BEN, id="ordinary February"),
    ],
)
def test_a_monthly_handover_on_the_31st_is_clamped_from_its_anchor(
    when: str, expected: int
) -> None:
    spec = simple(ADA, BEN, CY, unit="month", starts="2024-01-31 09:00")

    assert on_call(spec, at=at(when, BERLIN)) == ((expected,),)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-11-02 08:59:59", (), id="before the start"),
        pytest.param("2026-11-02 09:00", ((ADA,),), id="the start belongs to it"),
        pytest.param("2026-11-16 08:59:59", ((BEN,),), id="before the end"),
        pytest.param("2026-11-16 09:00", (), id="the end does not"),
    ],
)
def test_before_the_start_and_from_the_end_on_there_is_nobody(when: str, expected: Levels) -> None:
    spec = roster(layer(1, rotation("2026-11-02 09:00", ADA, BEN, ends="2026-11-16 09:00")))

    assert on_call(spec, at=at(when, BERLIN)) == expected


def test_a_person_may_hold_several_places_of_a_rotation() -> None:
    spec = simple(ADA, BEN, ADA, starts="2026-11-02 09:00")

    days = [on_call(spec, at=at(f"2026-11-0{day} 10:00", BERLIN)) for day in (2, 3, 4, 5)]

    assert days == [((ADA,),), ((BEN,),), ((ADA,),), ((ADA,),)]


NIGHT = [RestrictionSpec(day, time(22), time(6)) for day in range(7)]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("2026-10-24 19:59:59", ((BEN,),), id="before it opens"),
        pytest.param("2026-10-24 20:00", ((ADA,), (BEN,)), id="Saturday 22:00"),
        pytest.param("2026-10-25 04:59:59", ((ADA,), (BEN,)), id="Sunday 05:59, an hour longer"),
        pytest.param("2026-10-25 05:00", ((BEN,),), id="Sunday 06:00"),
    ],
)
def test_hours_run_over_midnight_and_a_clock_change(when: str, expected: Levels) -> None:
    spec = roster(
        layer(1, rotation("2026-01-05 09:00", ADA), hours=NIGHT),
        layer(2, rotation("2026-01-05 09:00", BEN)),
    )

    assert on_call(spec, at=at(when)) == expected


@pytest.mark.parametrize(
    ("hours", "when", "counts"),
    [
        pytest.param((1, 2), "2026-10-25 00:30", True, id="doubled end, the first time"),
        pytest.param((1, 2), "2026-10-25 01:30", False, id="02:00 is past, 02:30 again"),
        pytest.param((1, 2.5), "2026-10-25 01:20", True, id="ends at the last 02:30"),
        pytest.param((1, 2.5), "2026-10-25 01:30", False, id="and not later"),
        pytest.param((2.5, 4), "2026-10-25 00:30", True, id="starts at the first 02:30"),
        pytest.param((2.5, 4), "2026-03-29 00:59", False, id="a missing start: not before the gap"),
        pytest.param((2.5, 4), "2026-03-29 01:00", True, id="a missing start: right after the gap"),
        pytest.param((1, 2.5), "2026-03-29 00:59", True, id="a missing end: up to the gap"),
        pytest.param((1, 2.5), "2026-03-29 01:00", False, id="a missing end: not after the gap"),
    ],
)
def test_hours_next_to_a_clock_change_overlap_rather_than_leave_a_hole(
    hours: tuple[float, float], when: str, counts: bool
) -> None:
    opens, closes = (time(int(hour), int(hour % 1 * 60)) for hour in hours)
    spec = roster(
        layer(1, rotation("2026-01-05 09:00", ADA), hours=[RestrictionSpec(6, opens, closes)])
    )

    assert bool(on_call(spec, at=at(when))) is counts


def test_hours_that_begin_while_the_clock_goes_back_over_midnight_have_begun() -> None:
    spec = roster(
        layer(1, rotation("2010-01-04 00:00", ADA), hours=[RestrictionSpec(6, time(0), time(6))]),
        zone="America/St_Johns",
    )
    sunday_began_once = at("2010-11-07 02:30:30")
    saturday_came_back = at("2010-11-07 02:31:30")

    assert on_call(spec, at=sunday_began_once) == ((ADA,),)
    assert on_call(spec, at=saturday_came_back) == ((ADA,),)


def test_equal_priority_is_on_call_together_and_lower_waits() -> None:
    spec = roster(
        layer(2, rotation("2026-01-05 09:00", CY)),
        layer(1, rotation("2026-01-05 09:00", ADA)),
        layer(1, rotation("2026-01-05 09:00", BEN), rotation("2026-01-05 09:00", ADA)),
    )

    assert on_call(spec, at=at("2026-11-20 12:00")) == ((ADA, BEN), (CY,))


DAY = (at("2026-11-20 00:00"), at("2026-11-21 00:00"))
NOON = at("2026-11-20 12:00")


def replace(person: int | None, instead_of: int | None = None) -> OverrideSpec:
    return OverrideSpec("replace", *DAY, person, instead_of)


def add(person: int) -> OverrideSpec:
    return OverrideSpec("add", *DAY, person)


def remove(person: int) -> OverrideSpec:
    return OverrideSpec("remove", *DAY, None, person)


@pytest.mark.parametrize(
    ("overrides", "away", "expected"),
    [
        pytest.param([], (), ((ADA,), (BEN,), (CY,)), id="none"),
        pytest.param([replace(DEE, ADA)], (), ((DEE,), (BEN,), (CY,)), id="one instead of another"),
        pytest.param([replace(DEE, BEN)], (), ((ADA,), (DEE,), (CY,)), id="at the second level"),
        pytest.param([replace(DEE, EVE)], (), ((ADA,), (BEN,), (CY,)), id="who is not on call"),
        pytest.param(
            [replace(BEN, ADA), replace(CY, BEN)], (), ((BEN,), (CY,), (CY,)), id="not transitive"
        ),
        pytest.param(
            [replace(BEN, ADA), replace(ADA, BEN)], (), ((BEN,), (ADA,), (CY,)), id="swap"
        ),
        pytest.param(
            [replace(DEE, ADA), replace(EVE, ADA)], (), ((EVE,), (BEN,), (CY,)), id="later holds"
        ),
        pytest.param([replace(DEE)], (), ((DEE,), (BEN,), (CY,)), id="instead of everybody"),
        pytest.param(
            [replace(DEE)], (ADA,), ((DEE,), (CY,)), id="everybody means those who are on call"
        ),
        pytest.param([replace(DEE)], (DEE,), ((BEN,), (CY,)), id="who comes is away"),
        pytest.param([replace(DEE)], (ADA, BEN, CY), ((DEE,),), id="when nobody is there"),
        pytest.param([add(DEE)], (), ((ADA, DEE), (BEN,), (CY,)), id="one more"),
        pytest.param([add(DEE)], (ADA,), ((BEN, DEE), (CY,)), id="one more takes nobody off"),
        pytest.param([add(DEE)], (ADA, BEN, CY), ((DEE,),), id="one more and nobody else"),
        pytest.param([add(ADA)], (), ((ADA,), (BEN,), (CY,)), id="one more who is there already"),
        pytest.param([remove(ADA)], (), ((BEN,), (CY,)), id="one fewer: the next moves up"),
        pytest.param([remove(ADA), add(ADA)], (), ((BEN, ADA), (CY,)), id="one fewer, one more"),
        pytest.param(
            [replace(ADA, BEN), remove(ADA)], (), ((ADA,), (CY,)), id="removed only where scheduled"
        ),
        pytest.param([], (ADA,), ((BEN,), (CY,)), id="away: the next moves up"),
        pytest.param([], (ADA, BEN, CY), (), id="everybody away"),
        pytest.param([replace(DEE, ADA)], (ADA,), ((DEE,), (BEN,), (CY,)), id="covers the absence"),
        pytest.param([replace(DEE, ADA)], (DEE,), ((BEN,), (CY,)), id="the cover is away too"),
    ],
)
def test_overrides_and_absences(
    overrides: list[OverrideSpec], away: tuple[int, ...], expected: Levels
) -> None:
    spec = roster(
        *(layer(n, rotation("2026-01-05 09:00", one)) for n, one in enumerate((ADA, BEN, CY), 1)),
        overrides=overrides,
        away={person: [DAY] for person in away},
    )

    assert on_call(spec, at=NOON) == expected
    assert on_call(spec, at=DAY[1]) == ((ADA,), (BEN,), (CY,))
    assert segments(spec, starts_at=DAY[0], ends_at=DAY[1]) == [Segment(*DAY, expected)]


def test_a_swap_over_a_handover_changes_each_persons_own_turn_only() -> None:
    spec = roster(
        layer(1, rotation("2026-11-02 09:00", ADA, BEN)),
        overrides=[
            OverrideSpec("replace", at("2026-11-08 08:00"), at("2026-11-10 08:00"), BEN, ADA),
            OverrideSpec("replace", at("2026-11-08 08:00"), at("2026-11-10 08:00"), ADA, BEN),
        ],
    )

    found = segments(spec, starts_at=at("2026-11-07 08:00"), ends_at=at("2026-11-11 08:00"))

    assert found == [
        Segment(at("2026-11-07 08:00"), at("2026-11-08 08:00"), ((ADA,),)),
        Segment(at("2026-11-08 08:00"), at("2026-11-09 08:00"), ((BEN,),)),
        Segment(at("2026-11-09 08:00"), at("2026-11-10 08:00"), ((ADA,),)),
        Segment(at("2026-11-10 08:00"), at("2026-11-11 08:00"), ((BEN,),)),
    ]


def test_a_gap_is_a_segment_without_people() -> None:
    spec = roster(layer(1, rotation("2026-11-02 09:00", ADA, ends="2026-11-09 09:00")))

    found = segments(spec, starts_at=at("2026-11-01 00:00"), ends_at=at("2026-11-12 00:00"))

    assert [one.levels for one in found] == [(), ((ADA,),), ()]


def test_segments_of_an_empty_window_are_none() -> None:
    assert segments(roster(), starts_at=NOON, ends_at=NOON) == []


def test_a_roster_without_layers_has_nobody() -> None:
    spec = roster(layer(1), layer(2, rotation("2026-01-05 09:00")))

    assert on_call(spec, at=NOON) == ()
    assert segments(spec, starts_at=DAY[0], ends_at=DAY[1]) == [Segment(*DAY, ())]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", BERLIN])
@pytest.mark.parametrize("unit", ["hour", "day", "week", "month"])
@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        pytest.param("0001-01-01 00:00", ((ADA,),), id="year 1"),
        pytest.param("9999-12-31 23:59", (), id="year 9999"),
    ],
)
def test_a_year_mistyped_is_no_fault_of_the_engine(
    zone: str, unit: str, starts: str, expected: Levels
) -> None:
    spec = simple(ADA, zone=zone, unit=unit, starts=starts)

    assert on_call(spec, at=NOON) == expected
    assert segments(spec, starts_at=DAY[0], ends_at=DAY[1]) == [Segment(*DAY, expected)]
