"""Layers beside each other, and what wins over them: tables of cases, worked out by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.layers import LayerSpec, ShiftSpec
from rosters.logic.overrides import OverrideSpec, TemporarySpec
from rosters.logic.rotation import next_handover, on_call, segments
from tests.rosters.logic.building import (
    ADA,
    BEN,
    BERLIN,
    CY,
    DEE,
    EVE,
    alone,
    firsts,
    hours,
    layer,
    roster,
    span,
    temporary,
    told,
    turns,
)
from tests.world import at

ALWAYS = "2026-01-05 09:00"
NOON = at("2026-11-20 12:00")
DAY = span("2026-11-20 00:00", "2026-11-21 00:00")


def always(*people: int):
    """One turn that never ends."""
    return turns(ALWAYS, people, unit="month", length=366)


def replaced(person: int, instead_of: int | None = None, *, is_swap: bool = False):
    return OverrideSpec("replace", *DAY, person, instead_of, is_swap=is_swap)


FOLLOWING = (
    layer(1, turns(ALWAYS, ADA), zone="Asia/Tokyo", restrictions=hours("09:00-17:00")),
    layer(1, turns(ALWAYS, BEN), zone="Europe/London", restrictions=hours("08:00-16:00")),
    layer(1, turns(ALWAYS, CY), zone="America/New_York", restrictions=hours("11:00-19:00")),
)
"""Three regions that make up a day while all have winter time."""


def test_three_regions_follow_the_sun():
    spec = roster(*FOLLOWING, zone="UTC")

    assert told(spec, "2026-11-20 00:00", "2026-11-21 00:00") == [
        ("2026-11-20 00:00", ((ADA,),)),
        ("2026-11-20 08:00", ((BEN,),)),
        ("2026-11-20 16:00", ((CY,),)),
    ]


def test_regions_that_change_their_clocks_at_different_times_overlap_and_leave_a_hole():
    spec = roster(*FOLLOWING, zone="UTC")

    assert told(spec, "2026-03-16 00:00", "2026-03-17 00:00") == [
        ("2026-03-16 00:00", ((ADA,),)),
        ("2026-03-16 08:00", ((BEN,),)),
        ("2026-03-16 15:00", ((BEN, CY),)),
        ("2026-03-16 16:00", ((CY,),)),
        ("2026-03-16 23:00", ()),
    ]


def test_a_layer_hands_over_in_its_own_zone():
    spec = roster(
        layer(1, turns("2026-11-16 09:00", ADA, BEN), zone="Asia/Kolkata"),
        layer(2, turns("2026-11-16 09:00", CY, DEE)),
    )

    assert told(spec, "2026-11-17 00:00", "2026-11-18 00:00") == [
        ("2026-11-17 00:00", ((ADA,), (CY,))),
        ("2026-11-17 03:30", ((BEN,), (CY,))),
        ("2026-11-17 08:00", ((BEN,), (DEE,))),
    ]


CUT = at("2026-11-20 12:00")
VALIDITY = {
    "a layer begins in the middle of a turn": (
        [layer(1, turns("2026-11-18 09:00", ADA, BEN, CY), valid_from=CUT)],
        [(), ((CY,),)],
    ),
    "a layer is closed in the middle of a turn": (
        [layer(1, turns("2026-11-18 09:00", ADA, BEN, CY), valid_until=CUT)],
        [((CY,),), ()],
    ),
    "one is closed and another opened": (
        [
            layer(1, turns("2026-11-18 09:00", ADA, BEN, CY), valid_until=CUT),
            layer(1, turns("2026-11-18 09:00", DEE, EVE), valid_from=CUT),
        ],
        [((CY,),), ((DEE,),)],
    ),
    "two layers swap their priority": (
        [
            layer(1, always(ADA), valid_until=CUT),
            layer(2, always(BEN), valid_until=CUT),
            layer(2, always(ADA), valid_from=CUT),
            layer(1, always(BEN), valid_from=CUT),
        ],
        [((ADA,), (BEN,)), ((BEN,), (ADA,))],
    ),
    "a layer that is valid for no time": (
        [layer(1, always(ADA), valid_from=CUT, valid_until=CUT)],
        [(), ()],
    ),
    "hours are cut too": (
        [
            layer(2, always(ADA)),
            layer(1, always(BEN), valid_until=CUT, restrictions=hours("10:00-18:00")),
        ],
        [((BEN,), (ADA,)), ((ADA,),)],
    ),
}


@pytest.mark.parametrize(("layers", "expected"), VALIDITY.values(), ids=VALIDITY)
def test_a_layer_counts_while_it_is_valid(layers, expected):
    spec = roster(*layers)
    before, after = expected

    assert on_call(spec, at=CUT - timedelta(microseconds=1)) == before
    assert on_call(spec, at=CUT) == after
    assert [
        one.levels
        for one in segments(
            spec, starts_at=CUT - timedelta(hours=1), ends_at=CUT + timedelta(hours=1)
        )
    ] == ([before, after] if before != after else [before])


def test_closing_a_layer_leaves_the_past_as_it_was():
    old = layer(1, turns("2026-11-02 09:00", ADA, BEN, CY))
    closed = layer(1, turns("2026-11-02 09:00", ADA, BEN, CY), valid_until=CUT)
    fresh = layer(1, turns("2026-11-16 18:00", DEE, EVE, unit="week"), valid_from=CUT)
    window = {"starts_at": at("2026-11-02 00:00"), "ends_at": CUT}

    assert segments(roster(closed, fresh), **window) == segments(roster(old), **window)


def test_who_rides_along_is_never_on_call():
    spec = roster(
        layer(1, always(ADA)),
        layer(1, always(BEN), is_shadow=True),
        layer(2, always(CY), is_shadow=True),
        overrides=[OverrideSpec("shadow", *DAY, DEE)],
    )

    assert on_call(spec, at=NOON) == ((ADA,),)
    assert told(spec, "2026-11-19 00:00", "2026-11-22 00:00") == [("2026-11-19 00:00", ((ADA,),))]
    assert on_call(spec.shadows, at=NOON) == ((BEN, DEE), (CY,))
    assert on_call(spec.shadows, at=DAY[1]) == ((BEN,), (CY,))
    assert spec.people == {ADA, BEN, CY, DEE}


def test_who_rides_along_is_replaced_by_nobodys_override():
    spec = roster(
        layer(1, always(ADA)),
        layer(1, always(BEN), is_shadow=True),
        overrides=[replaced(DEE, BEN), replaced(EVE, ADA)],
    )

    assert on_call(spec, at=NOON) == ((EVE,),)
    assert on_call(spec.shadows, at=NOON) == ((BEN,),)


def test_fixed_shifts_stand_in_their_layer():
    spec = roster(
        layer(
            1,
            shifts=(
                ShiftSpec(ADA, at("2026-11-20 08:00"), at("2026-11-20 12:00")),
                ShiftSpec(BEN, at("2026-11-20 10:00"), at("2026-11-20 14:00")),
                ShiftSpec(CY, at("2026-11-20 16:00"), at("2026-11-20 16:00")),
            ),
        ),
        layer(2, always(DEE)),
    )

    assert told(spec, "2026-11-20 00:00", "2026-11-21 00:00") == [
        ("2026-11-20 00:00", ((DEE,),)),
        ("2026-11-20 08:00", ((ADA,), (DEE,))),
        ("2026-11-20 10:00", ((ADA, BEN), (DEE,))),
        ("2026-11-20 12:00", ((BEN,), (DEE,))),
        ("2026-11-20 14:00", ((DEE,),)),
    ]


RANKS = {
    "an override over a layer": ([replaced(BEN, ADA)], BEN),
    "a swap over a layer": ([replaced(CY, ADA, is_swap=True)], CY),
    "an override over a swap": ([replaced(CY, ADA, is_swap=True), replaced(BEN, ADA)], BEN),
    "an override over a swap made later": (
        [replaced(BEN, ADA), replaced(CY, ADA, is_swap=True)],
        BEN,
    ),
    "the later of two swaps": (
        [replaced(BEN, ADA, is_swap=True), replaced(CY, ADA, is_swap=True)],
        CY,
    ),
    "the later of two overrides": ([replaced(BEN, ADA), replaced(CY, ADA)], CY),
    "an override of who came by a swap does nothing": (
        [replaced(CY, ADA, is_swap=True), replaced(BEN, CY)],
        CY,
    ),
}


@pytest.mark.parametrize(("overrides", "expected"), RANKS.values(), ids=RANKS)
def test_override_over_swap_over_layer(overrides, expected):
    spec = roster(layer(1, always(ADA)), overrides=overrides)

    assert on_call(spec, at=NOON) == ((expected,),)
    assert told(spec, "2026-11-20 11:00", "2026-11-20 13:00") == [
        ("2026-11-20 11:00", ((expected,),))
    ]


HOLIDAYS = temporary(
    DAY,
    (CY, "2026-11-20 06:00", "2026-11-20 12:00"),
    (DEE, "2026-11-20 10:00", "2026-11-20 14:00"),
    (EVE, "2026-11-20 20:00", "2026-11-21 09:00"),
)


def test_a_temporary_schedule_replaces_everything_and_its_holes_are_real():
    spec = roster(
        layer(1, always(ADA)),
        layer(2, always(BEN)),
        overrides=[replaced(BEN, ADA), replaced(ADA, CY), OverrideSpec("add", *DAY, ADA)],
        temporaries=[HOLIDAYS],
    )

    assert told(spec, "2026-11-19 23:00", "2026-11-21 02:00") == [
        ("2026-11-19 23:00", ((ADA,), (BEN,))),
        ("2026-11-20 00:00", ()),
        ("2026-11-20 06:00", ((CY,),)),
        ("2026-11-20 10:00", ((CY, DEE),)),
        ("2026-11-20 12:00", ((DEE,),)),
        ("2026-11-20 14:00", ()),
        ("2026-11-20 20:00", ((EVE,),)),
        ("2026-11-21 00:00", ((ADA,), (BEN,))),
    ]


def test_somebody_away_counts_as_nobody_in_a_temporary_schedule_too():
    spec = roster(layer(1, always(ADA)), temporaries=[HOLIDAYS], away={DEE: [DAY]})

    assert on_call(spec, at=at("2026-11-20 11:00")) == ((CY,),)
    assert on_call(spec, at=at("2026-11-20 13:00")) == ()


def test_a_temporary_schedule_may_have_levels():
    shifts = (ShiftSpec(CY, *DAY, level=2), ShiftSpec(DEE, *DAY), ShiftSpec(EVE, *DAY, level=2))
    spec = roster(layer(1, always(ADA)), temporaries=[TemporarySpec(*DAY, shifts)])

    assert on_call(spec, at=NOON) == ((DEE,), (CY, EVE))
    assert segments(spec, starts_at=DAY[0], ends_at=DAY[1])[0].levels == ((DEE,), (CY, EVE))


def test_of_two_temporary_schedules_the_one_made_later_holds():
    first = temporary(DAY, (CY, "2026-11-20 00:00", "2026-11-21 00:00"))
    later = temporary(
        span("2026-11-20 10:00", "2026-11-20 14:00"), (DEE, "2026-11-20 10:00", "2026-11-20 12:00")
    )

    assert told(
        roster(layer(1, always(ADA)), temporaries=[first, later]),
        "2026-11-20 08:00",
        "2026-11-20 16:00",
    ) == [
        ("2026-11-20 08:00", ((CY,),)),
        ("2026-11-20 10:00", ((DEE,),)),
        ("2026-11-20 12:00", ()),
        ("2026-11-20 14:00", ((CY,),)),
    ]


def test_what_ends_before_it_begins_holds_never():
    backwards = (DAY[1], DAY[0])
    spec = roster(
        layer(1, always(ADA)),
        overrides=[OverrideSpec("replace", *backwards, BEN, ADA)],
        temporaries=[TemporarySpec(*backwards)],
        away={ADA: [backwards]},
    )

    assert told(spec, "2026-11-18 00:00", "2026-11-24 00:00") == [("2026-11-18 00:00", ((ADA,),))]
    assert on_call(spec, at=NOON) == ((ADA,),)


def test_the_next_hand_over_is_of_the_first_on_call():
    spec = roster(
        layer(1, turns("2026-11-16 09:00", ADA, BEN, unit="week")),
        layer(2, turns("2026-11-16 09:00", CY, DEE)),
        overrides=[
            OverrideSpec("replace", *span("2026-11-24 09:00", "2026-11-24 12:00"), EVE, BEN)
        ],
    )

    found = next_handover(spec, at=NOON, within=timedelta(days=30))

    assert found is not None
    assert (found.starts_at, found.levels[0]) == (at("2026-11-23 08:00"), (BEN,))
    after = next_handover(spec, at=found.starts_at, within=timedelta(days=30))
    assert after is not None
    assert (after.starts_at, after.ends_at) == span("2026-11-24 09:00", "2026-11-24 12:00")
    assert next_handover(spec, at=NOON, within=timedelta(days=2)) is None


def test_the_next_hand_over_may_be_to_nobody():
    spec = alone(turns("2026-11-16 09:00", ADA, ends="2027-06-01 09:00"))

    found = next_handover(spec, at=NOON, within=timedelta(days=400))

    assert found is not None
    assert (found.starts_at, found.levels) == (at("2027-06-01 07:00"), ())


def test_instants_may_come_in_any_zone():
    london = ZoneInfo("Europe/London")
    first = datetime(2026, 10, 25, 1, 30, tzinfo=london)
    second = first.replace(fold=1)
    spec = roster(
        layer(1, always(ADA)), overrides=[OverrideSpec("replace", first, second, BEN, ADA)]
    )

    assert on_call(spec, at=first) == ((BEN,),)
    assert on_call(spec, at=second) == ((ADA,),)
    assert firsts(spec, "2026-10-25 00:00", "2026-10-25 02:00") == [
        ("2026-10-25 00:00", (ADA,)),
        ("2026-10-25 00:30", (BEN,)),
        ("2026-10-25 01:30", (ADA,)),
    ]
    assert segments(spec, starts_at=first, ends_at=second)[0].starts_at.tzinfo is UTC


NAIVE = datetime.fromisoformat("2026-11-20 12:00")
REFUSED = {
    "an override at a naive time": lambda: OverrideSpec("add", NAIVE, NOON, ADA),
    "a shift at a naive time": lambda: ShiftSpec(ADA, NOON, NAIVE),
    "a temporary schedule at a naive time": lambda: TemporarySpec(NOON, NAIVE),
    "a layer valid from a naive time": lambda: LayerSpec(1, valid_from=NAIVE),
    "asking at a naive time": lambda: on_call(roster(), at=NAIVE),
    "a window from a naive time": lambda: segments(roster(), starts_at=NAIVE, ends_at=NOON),
    "an unknown kind": lambda: OverrideSpec("double", *DAY, ADA),
    "nobody added": lambda: OverrideSpec("add", *DAY),
    "somebody added instead of another": lambda: OverrideSpec("add", *DAY, ADA, BEN),
    "nobody removed": lambda: OverrideSpec("remove", *DAY),
    "somebody removed for another": lambda: OverrideSpec("remove", *DAY, ADA, BEN),
    "replaced by nobody": lambda: OverrideSpec("replace", *DAY, None, ADA),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_what_means_nothing_is_refused(make):
    with pytest.raises(ValueError, match=r"\.$"):
        make()


def test_the_zone_of_the_reader_changes_nothing():
    spec = alone(turns("2026-11-16 09:00", ADA, BEN))
    window = span("2026-11-16 00:00", "2026-11-20 00:00", BERLIN)
    elsewhere = tuple(one.astimezone(ZoneInfo("Asia/Kolkata")) for one in window)

    here = segments(spec, starts_at=window[0], ends_at=window[1])

    assert segments(spec, starts_at=elsewhere[0], ends_at=elsewhere[1]) == here
