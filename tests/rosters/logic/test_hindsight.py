"""A roster as it is arranged at one instant, as if it had always been so."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic.hindsight import as_if_always, begun_by, settled_at
from rosters.logic.rotation import OverrideSpec, on_call
from rosters.logic.shifts import RotationSpec, on_turn
from tests.rosters.logic.building import (
    ADA,
    BEN,
    BERLIN,
    CY,
    DEE,
    WORKDAYS,
    alone,
    layer,
    roster,
    turns,
)
from tests.world import at

NOW = at("2026-11-20 12:00", BERLIN)
SINCE = at("2026-08-01 00:00", BERLIN)
MONDAY = "2026-11-16 09:00"

BACKWARDS = {
    # rotation that began on Monday 16 November, an instant before, who it would have been
    "weeks": (turns(MONDAY, ADA, BEN, unit="week"), "2026-11-09 09:00", BEN),
    "weeks, before the clock changed": (
        turns(MONDAY, ADA, BEN, CY, unit="week"),
        "2026-10-25 08:59",
        CY,
    ),
    "the night it changed": (turns(MONDAY, ADA, BEN, unit="day"), "2026-10-25 10:00", ADA),
    "days": (turns(MONDAY, ADA, BEN, CY), "2026-11-15 08:00", BEN),
    "working days alone": (
        turns(MONDAY, ADA, BEN, CY, weekdays=WORKDAYS),
        "2026-11-13 10:00",
        CY,
    ),
    "hours": (turns("2026-11-16 08:00", ADA, BEN, unit="hour", length=12), "2026-11-15 21:00", BEN),
    "months from the 31st": (
        turns("2026-10-31 09:00", ADA, BEN, unit="month"),
        "2026-10-01 12:00",
        BEN,
    ),
    "two at once": (turns(MONDAY, (ADA, BEN), CY, unit="week"), "2026-11-02 09:00", (ADA, BEN)),
}


@pytest.mark.parametrize(("rotation", "moment", "who"), BACKWARDS.values(), ids=BACKWARDS)
def test_turns_are_counted_backwards(
    rotation: RotationSpec, moment: str, who: int | tuple[int, ...]
) -> None:
    found = as_if_always(alone(rotation), at=NOW, since=SINCE)

    people = who if isinstance(who, tuple) else (who,)
    assert on_call(found, at=at(moment, BERLIN)) == (people,)


STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001  # wall time
ROTATIONS = st.builds(
    RotationSpec,
    starts_at=STARTS.map(lambda one: one.replace(minute=0, second=0, microsecond=0)),
    unit=st.sampled_from(["hour", "day", "week", "month"]),
    length=st.integers(1, 14),
    people=st.lists(st.integers(1, 5), min_size=1, max_size=5).map(tuple),
    weekdays=st.sets(st.integers(0, 6), max_size=6).map(lambda days: tuple(sorted(days))),
    first=st.integers(0, 4),
)


@given(ROTATIONS, STARTS, st.integers(0, 20_000), st.sampled_from([BERLIN, "Asia/Kolkata"]))
def test_nobody_else_is_on_call_afterwards(
    rotation: RotationSpec, start: datetime, hours_later: int, zone: str
) -> None:
    moved, there = begun_by(rotation, start), ZoneInfo(zone)
    later = rotation.starts_at.replace(tzinfo=UTC) + timedelta(days=2, hours=hours_later)

    assert moved.starts_at <= max(start, rotation.starts_at)
    assert on_turn(moved, there, at=later) == on_turn(rotation, there, at=later)


def test_what_is_planned_counts_and_what_ends_does_not() -> None:
    monday = at("2026-11-30 09:00", BERLIN)
    changing = roster(
        layer(1, turns("2026-01-05 09:00", ADA, BEN, unit="week"), valid_until=monday),
        layer(1, turns("2026-11-30 09:00", CY, unit="week"), valid_from=monday),
        layer(2, turns("2026-01-05 09:00", DEE, unit="week")),
    )

    assert settled_at(changing, now=NOW) == monday
    later = as_if_always(changing, at=monday, since=SINCE)
    assert on_call(later, at=at("2026-09-01 03:00", BERLIN)) == ((CY,), (DEE,))
    today = as_if_always(changing, at=NOW, since=SINCE)
    assert on_call(today, at=at("2026-09-01 03:00", BERLIN))[1] == (DEE,)


def test_without_a_plan_it_stands_as_it_is_now() -> None:
    assert settled_at(alone(turns(MONDAY, ADA)), now=NOW) == NOW


def test_swaps_of_that_time_are_left_out_and_absences_stay() -> None:
    week = (at("2026-11-09 09:00", BERLIN), at("2026-11-16 09:00", BERLIN))
    spec = roster(
        layer(1, turns(MONDAY, ADA, unit="week")),
        layer(2, turns(MONDAY, BEN, unit="week")),
        overrides=[OverrideSpec("replace", *week, CY, ADA)],
        away={BEN: [week]},
    )

    found = as_if_always(spec, at=NOW, since=SINCE)

    assert on_call(found, at=week[0]) == ((ADA,),)


def test_an_empty_roster_stays_empty() -> None:
    noon = datetime.combine(date(2026, 9, 1), time(12), UTC)

    assert on_call(as_if_always(roster(), at=NOW, since=SINCE), at=noon) == ()
