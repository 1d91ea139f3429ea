"""What is true of every roster, however odd; and it agrees with a slow and plain way."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rosters.logic.bookings import Shift, shifts
from rosters.logic.coverage import gaps, priorities_open
from rosters.logic.layers import LayerSpec, ShiftSpec
from rosters.logic.overrides import OverrideSpec, TemporarySpec
from rosters.logic.rotation import RosterSpec, on_call, segments
from rosters.logic.shifts import RestrictionSpec, RotationSpec
from rosters.logic.targets import TargetSpec
from rosters.logic.walltime import instant
from tests.rosters.logic import plain

ZONES = st.sampled_from(
    [
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kolkata",
        "Europe/Berlin",
        "America/St_Johns",
        "America/Havana",
        "Antarctica/Troll",
        "Africa/Casablanca",
        "Pacific/Apia",
    ]
).map(ZoneInfo)
NIGHTS = ("2026-03-07", "2026-03-28", "2026-04-04", "2026-09-05", "2026-10-03", "2026-10-24")
"""Evenings before clock changes in some of these zones."""
UNITS = st.sampled_from(["hour", "day", "week", "month"])
WEEKDAYS = st.just(()) | st.sets(st.integers(0, 6), min_size=1).map(tuple)
PERSON = st.integers(1, 6)
PLACES = st.lists(PERSON | st.lists(PERSON, max_size=3).map(tuple), min_size=1, max_size=5)
# Wall times: any minute of two months, and with luck one next to a clock change.
MINUTES = st.integers(-60 * 24 * 30, 60 * 24 * 30).map(lambda one: timedelta(minutes=one))
CLOSE = st.integers(-12, 60).map(lambda one: timedelta(minutes=30 * one))
WALL = st.builds(
    lambda night, apart: datetime.fromisoformat(night) + apart,
    st.sampled_from(NIGHTS),
    MINUTES | CLOSE,
)
INSTANTS = WALL.map(lambda one: one.replace(tzinfo=UTC))
SPANS = st.tuples(INSTANTS, st.integers(1, 60 * 24 * 30)).map(
    lambda pair: (pair[0], pair[0] + timedelta(minutes=pair[1]))
)
TIMES = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))
RESTRICTIONS = st.builds(RestrictionSpec, st.none() | st.integers(0, 6), TIMES, TIMES)
ROTATIONS = st.builds(
    RotationSpec,
    WALL,
    UNITS,
    st.integers(1, 30),
    PLACES.map(tuple),
    st.none() | WALL,
    WEEKDAYS,
    st.integers(0, 5),
)
SHIFTS = st.builds(
    lambda span, person, level: ShiftSpec(person, span[0], span[1], level),
    SPANS,
    PERSON,
    st.integers(1, 3),
)
LAYERS = st.builds(
    LayerSpec,
    st.integers(1, 3),
    st.lists(ROTATIONS, max_size=2).map(tuple),
    st.lists(RESTRICTIONS, max_size=2).map(tuple),
    st.none() | ZONES,
    st.none() | INSTANTS,
    st.none() | INSTANTS,
    st.sampled_from([False, False, False, True]),
    st.lists(SHIFTS, max_size=1).map(tuple),
)
OTHERS = st.integers(1, 8)
OVERRIDES = st.one_of(
    st.builds(
        lambda span, person, other, is_swap: OverrideSpec(
            "replace", span[0], span[1], person, other, is_swap=is_swap
        ),
        SPANS,
        OTHERS,
        st.none() | PERSON,
        st.booleans(),
    ),
    st.builds(lambda span, one: OverrideSpec("add", span[0], span[1], one), SPANS, OTHERS),
    st.builds(lambda span, one: OverrideSpec("shadow", span[0], span[1], one), SPANS, OTHERS),
    st.builds(lambda span, one: OverrideSpec("remove", span[0], span[1], None, one), SPANS, PERSON),
)
TEMPORARIES = st.builds(
    lambda span, found: TemporarySpec(span[0], span[1], tuple(found)),
    SPANS,
    st.lists(SHIFTS, max_size=3),
)
TARGETS = st.builds(
    TargetSpec,
    st.sampled_from(["always", "hours", "none"]),
    st.lists(RESTRICTIONS, max_size=3).map(tuple),
    st.integers(1, 3),
)
ROSTERS = st.builds(
    RosterSpec,
    ZONES,
    st.lists(LAYERS, max_size=3).map(tuple),
    st.lists(OVERRIDES, max_size=4).map(tuple),
    st.dictionaries(OTHERS, st.lists(SPANS, max_size=2), max_size=3),
    st.lists(TEMPORARIES, max_size=1).map(tuple),
    st.none() | TARGETS,
)
TICK = timedelta(microseconds=1)


@given(spec=ROSTERS, when=INSTANTS)
def test_on_call_is_what_the_plain_way_says(spec: RosterSpec, when: datetime) -> None:
    for at in (when - TICK, when, when + timedelta(minutes=7)):
        assert on_call(spec, at=at) == plain.on_call(spec, at)


@given(rotation=ROTATIONS, zone=ZONES, ahead=st.integers(0, 60 * 24 * 25))
def test_a_turn_is_what_the_plain_way_says(
    rotation: RotationSpec, zone: ZoneInfo, ahead: int
) -> None:
    spec = RosterSpec(zone, (LayerSpec(1, (rotation,)),))
    at = plain.instant(rotation.starts_at, zone) + timedelta(minutes=ahead)

    said = plain.turn(rotation, zone, at)

    assert on_call(spec, at=at) == ((tuple(dict.fromkeys(said)),) if said else ())


@given(spec=ROSTERS, starts_at=INSTANTS, days=st.integers(1, 40))
def test_segments_tile_the_window_and_agree_with_on_call(
    spec: RosterSpec, starts_at: datetime, days: int
) -> None:
    ends_at = starts_at + timedelta(days=days)

    found = segments(spec, starts_at=starts_at, ends_at=ends_at)

    assert found[0].starts_at == starts_at
    assert found[-1].ends_at == ends_at
    for one, following in pairwise(found):
        assert one.ends_at == following.starts_at
        assert one.levels != following.levels
    for one in found:
        assert one.starts_at < one.ends_at
        middle = one.starts_at + (one.ends_at - one.starts_at) / 2
        for at in (one.starts_at, middle, one.ends_at - TICK):
            assert on_call(spec, at=at) == one.levels


@given(spec=ROSTERS, starts_at=INSTANTS, minutes=st.tuples(*[st.integers(1, 60 * 24 * 30)] * 2))
def test_cutting_a_window_in_two_changes_nothing(
    spec: RosterSpec, starts_at: datetime, minutes: tuple[int, int]
) -> None:
    cut = starts_at + timedelta(minutes=minutes[0])
    ends_at = cut + timedelta(minutes=minutes[1])

    whole = segments(spec, starts_at=starts_at, ends_at=ends_at)
    left = segments(spec, starts_at=starts_at, ends_at=cut)
    right = segments(spec, starts_at=cut, ends_at=ends_at)

    cutting = next((one for one in whole if one.starts_at < cut < one.ends_at), None)
    if cutting is None:
        assert [*left, *right] == whole
    else:
        assert left[-1].levels == right[0].levels == cutting.levels
        assert [*left[:-1], cutting, *right[1:]] == whole


@given(
    spec=ROSTERS,
    starts_at=INSTANTS,
    days=st.integers(1, 20),
    steps=st.lists(st.integers(0, 20 * 48)),
)
def test_coverage_is_exactly_as_declared(
    spec: RosterSpec, starts_at: datetime, days: int, steps: list[int]
) -> None:
    ends_at = starts_at + timedelta(days=days)
    stretches = segments(spec, starts_at=starts_at, ends_at=ends_at)

    found = gaps(spec, stretches)

    edges = [edge for gap in found for edge in (gap.starts_at, gap.ends_at - TICK)]
    asked = [starts_at + one * timedelta(minutes=30) for one in steps]
    for at in [*edges, *(one for one in asked if one < ends_at)]:
        reached, wanted = len(on_call(spec, at=at)), priorities_open(spec, at=at)
        if spec.target is None:
            wanted = min(wanted, 2)
        here = [gap for gap in found if gap.holds(at)]
        assert [gap.level for gap in here] == ([reached] if reached < wanted else [])
    for one, following in pairwise(found):
        assert one.ends_at <= following.starts_at
        assert (one.ends_at, one.level) != (following.starts_at, following.level)


@given(rotation=ROTATIONS, zone=ZONES, when=INSTANTS)
def test_a_rotation_never_has_two_turns_at_once(
    rotation: RotationSpec, zone: ZoneInfo, when: datetime
) -> None:
    spec = RosterSpec(zone, (LayerSpec(1, (rotation,)),))
    places = {one if isinstance(one, tuple) else (one,) for one in rotation.people}
    allowed = {tuple(dict.fromkeys(place)) for place in places}

    found = segments(spec, starts_at=when, ends_at=when + timedelta(days=40))

    assert all(len(one.levels) <= 1 for one in found)
    assert {level for one in found for level in one.levels} <= allowed


@given(rotation=ROTATIONS, zone=ZONES, when=INSTANTS)
def test_a_rotation_without_days_off_has_somebody_from_its_start_to_its_end(
    rotation: RotationSpec, zone: ZoneInfo, when: datetime
) -> None:
    everybody = tuple(range(len(rotation.people)))
    rotation = replace(rotation, weekdays=(), people=everybody)
    spec = RosterSpec(zone, (LayerSpec(1, (rotation,)),))

    has_begun = instant(rotation.starts_at, zone) <= when
    has_ended = rotation.ends_at is not None and instant(rotation.ends_at, zone) <= when
    assert len(on_call(spec, at=when)) == int(has_begun and not has_ended)


@given(
    unit=UNITS,
    length=st.integers(1, 9),
    people=st.integers(1, 7),
    first=st.integers(0, 6),
    weekdays=WEEKDAYS,
    turns=st.tuples(st.integers(0, 50), st.integers(1, 50)),
)
def test_everybodys_share_is_fair_to_one_shift(  # a case
    unit: str,
    length: int,
    people: int,
    first: int,
    weekdays: tuple[int, ...],
    turns: tuple[int, int],
) -> None:
    start = datetime.fromisoformat("2026-01-31 09:00")
    rotation = RotationSpec(start, unit, length, tuple(range(people)), None, weekdays, first)
    zone = ZoneInfo("Europe/Berlin")
    window = [
        instant(rotation.turn_starts_at(one), zone) for one in (turns[0], turns[0] + turns[1])
    ]

    spec = RosterSpec(zone, (LayerSpec(1, (rotation,)),))
    held = Counter(rotation.turn_people(one)[0] for one in range(turns[0], turns[0] + turns[1]))

    shares = [held[person] for person in range(people)]
    assert max(shares) - min(shares) <= 1
    seen = {one.person for one in shifts(segments(spec, starts_at=window[0], ends_at=window[1]))}
    assert seen <= set(held)


@given(spec=ROSTERS, person=st.integers(9, 10), when=INSTANTS)
def test_one_more_never_takes_anybody_off(spec: RosterSpec, person: int, when: datetime) -> None:
    window = (when, when + timedelta(hours=1))
    more = RosterSpec(
        spec.zone, spec.layers, (*spec.overrides, OverrideSpec("add", *window, person)), spec.away
    )
    spec = RosterSpec(spec.zone, spec.layers, spec.overrides, spec.away)

    before, after = on_call(spec, at=when), on_call(more, at=when)

    assert set(before[0] if before else ()) <= set(after[0] if after else ())


@given(spec=ROSTERS, when=INSTANTS)
def test_nobody_who_is_away_is_on_call(spec: RosterSpec, when: datetime) -> None:
    levels = on_call(spec, at=when)

    away = {
        person
        for person, spans in spec.away.items()
        if any(starts_at <= when < ends_at for starts_at, ends_at in spans)
    }
    assert not away & {person for level in levels for person in level}
    assert all(levels)


@given(spec=ROSTERS, starts_at=INSTANTS, days=st.integers(1, 30))
def test_shifts_are_the_segments_told_by_person(
    spec: RosterSpec, starts_at: datetime, days: int
) -> None:
    stretches = segments(spec, starts_at=starts_at, ends_at=starts_at + timedelta(days=days))

    found = shifts(stretches)

    for stretch in stretches:
        there = {(one.person, one.level) for one in found if holds(one, stretch.starts_at)}
        assert there == {
            (person, number) for number, level in enumerate(stretch.levels) for person in level
        }
    places = Counter((one.person, one.level, one.starts_at) for one in found)
    assert set(places.values()) <= {1}


def holds(one: Shift, at: datetime) -> bool:
    return one.starts_at <= at < one.ends_at
