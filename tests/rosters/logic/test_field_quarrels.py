"""Who wins: overrides, swaps, layers and temporary schedules at odds, worked out on paper.

And what means nothing is refused in a sentence.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.layers import LayerSpec, ShiftSpec
from rosters.logic.overrides import OverrideSpec
from rosters.logic.rotation import RosterSpec, on_call
from rosters.logic.shifts import RestrictionSpec, RotationSpec
from rosters.logic.targets import TargetSpec
from tests.rosters.logic.building import (
    ADA,
    BEN,
    CY,
    DEE,
    EVE,
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

LONDON, NEW_YORK = "Europe/London", "America/New_York"
LORD_HOWE, SANTIAGO = "Australia/Lord_Howe", "America/Santiago"
KOLKATA = "Asia/Kolkata"
TICK = timedelta(microseconds=1)
THREE = (ADA, BEN, CY)

EVER = turns("2020-01-01 00:00", ADA, unit="month")


def over(
    person: int | None,
    instead_of: int | None,
    starts: str,
    ends: str,
    *,
    is_swap: bool = False,
    kind: str = "replace",
) -> OverrideSpec:
    return OverrideSpec(kind, at(starts), at(ends), person, instead_of, is_swap=is_swap)


A_DAY = ("2026-11-20 00:00", "2026-11-21 00:00")
ONE = (layer(1, EVER),)
TWO = (layer(1, EVER), layer(2, turns("2020-01-01 00:00", BEN, unit="month")))
SWAPPED = over(BEN, ADA, "2026-11-20 08:00", "2026-11-20 20:00", is_swap=True)
OVERRIDDEN = over(CY, ADA, "2026-11-20 10:00", "2026-11-20 12:00")
QUARRELS = {
    "an override over a swap over a layer": (
        roster(*ONE, overrides=[SWAPPED, OVERRIDDEN]),
        [("00:00", (ADA,)), ("08:00", (BEN,)), ("10:00", (CY,)), ("12:00", (BEN,)),
         ("20:00", (ADA,))],
    ),
    "also where the swap came later": (
        roster(*ONE, overrides=[OVERRIDDEN, SWAPPED]),
        [("00:00", (ADA,)), ("08:00", (BEN,)), ("10:00", (CY,)), ("12:00", (BEN,)),
         ("20:00", (ADA,))],
    ),
    "it names who the layer has, not who swapped": (
        roster(*ONE, overrides=[SWAPPED, over(DEE, BEN, *A_DAY)]),
        [("00:00", (ADA,)), ("08:00", (BEN,)), ("20:00", (ADA,))],
    ),
    "instead of everybody wins over both": (
        roster(*ONE, overrides=[SWAPPED, over(DEE, None, "2026-11-20 09:00", "2026-11-20 21:00")]),
        [("00:00", (ADA,)), ("08:00", (BEN,)), ("09:00", (DEE,)), ("21:00", (ADA,))],
    ),
    "one follows another at the same instant": (
        roster(*ONE, overrides=[
            over(BEN, ADA, "2026-11-20 10:00", "2026-11-20 12:00"),
            over(CY, ADA, "2026-11-20 12:00", "2026-11-20 14:00"),
        ]),
        [("00:00", (ADA,)), ("10:00", (BEN,)), ("12:00", (CY,)), ("14:00", (ADA,))],
    ),
    "of two that overlap the later one made holds": (
        roster(*ONE, overrides=[
            over(BEN, ADA, "2026-11-20 10:00", "2026-11-20 14:00"),
            over(CY, ADA, "2026-11-20 12:00", "2026-11-20 16:00"),
        ]),
        [("00:00", (ADA,)), ("10:00", (BEN,)), ("12:00", (CY,)), ("16:00", (ADA,))],
    ),
    "two that trade places": (
        roster(*TWO, overrides=[
            over(BEN, ADA, "2026-11-20 10:00", "2026-11-20 12:00"),
            over(ADA, BEN, "2026-11-20 10:00", "2026-11-20 12:00"),
        ]),
        [("00:00", (ADA,)), ("10:00", (BEN,)), ("12:00", (ADA,))],
    ),
    "no time at all": (
        roster(*ONE, overrides=[over(BEN, ADA, "2026-11-20 10:00", "2026-11-20 10:00")]),
        [("00:00", (ADA,))],
    ),
    "an end before its start": (
        roster(*ONE, overrides=[over(BEN, ADA, "2026-11-20 12:00", "2026-11-20 10:00")]),
        [("00:00", (ADA,))],
    ),
    "one more where nobody is": (
        roster(overrides=[over(DEE, None, "2026-11-20 10:00", "2026-11-20 12:00", kind="add")]),
        [("00:00", ()), ("10:00", (DEE,)), ("12:00", ())],
    ),
    "instead of everybody, where nobody is": (
        roster(overrides=[over(DEE, None, "2026-11-20 10:00", "2026-11-20 12:00")]),
        [("00:00", ()), ("10:00", (DEE,)), ("12:00", ())],
    ),
    "one fewer, and the backup moves up": (
        roster(*TWO, overrides=[
            over(None, ADA, "2026-11-20 10:00", "2026-11-20 12:00", kind="remove"),
        ]),
        [("00:00", (ADA,)), ("10:00", (BEN,)), ("12:00", (ADA,))],
    ),
    "one fewer and one more": (
        roster(*ONE, overrides=[
            over(None, ADA, "2026-11-20 10:00", "2026-11-20 12:00", kind="remove"),
            over(DEE, None, "2026-11-20 10:00", "2026-11-20 12:00", kind="add"),
        ]),
        [("00:00", (ADA,)), ("10:00", (DEE,)), ("12:00", (ADA,))],
    ),
    "whoever stands in is away, so the backup moves up": (
        roster(*TWO, overrides=[over(CY, ADA, "2026-11-20 10:00", "2026-11-20 14:00")],
               away={CY: [span("2026-11-20 11:00", "2026-11-20 12:00")]}),
        [("00:00", (ADA,)), ("10:00", (CY,)), ("11:00", (BEN,)), ("12:00", (CY,)),
         ("14:00", (ADA,))],
    ),
    "both are away": (
        roster(*TWO, away={
            ADA: [span("2026-11-20 10:00", "2026-11-20 14:00")],
            BEN: [span("2026-11-20 12:00", "2026-11-20 14:00")],
        }),
        [("00:00", (ADA,)), ("10:00", (BEN,)), ("12:00", ()), ("14:00", (ADA,))],
    ),
    "away in a zone of one's own": (
        roster(*TWO, away={ADA: [span("2026-11-20 10:00", "2026-11-20 12:00", KOLKATA)]}),
        [("00:00", (ADA,)), ("04:30", (BEN,)), ("06:30", (ADA,))],
    ),
    "a temporary schedule wins over override, swap and layer, and its hole is one": (
        roster(*TWO, overrides=[SWAPPED, OVERRIDDEN], temporaries=[
            temporary(
                span("2026-11-20 09:00", "2026-11-20 15:00"),
                (EVE, "2026-11-20 09:00", "2026-11-20 11:00"),
                (DEE, "2026-11-20 13:00", "2026-11-20 18:00"),
            )
        ]),
        [("00:00", (ADA,)), ("08:00", (BEN,)), ("09:00", (EVE,)), ("11:00", ()),
         ("13:00", (DEE,)), ("15:00", (BEN,)), ("20:00", (ADA,))],
    ),
    "one temporary schedule follows another": (
        roster(*ONE, temporaries=[
            temporary(span("2026-11-20 06:00", "2026-11-20 12:00"),
                      (DEE, "2026-11-20 00:00", "2026-11-21 00:00")),
            temporary(span("2026-11-20 12:00", "2026-11-20 18:00"),
                      (EVE, "2026-11-20 00:00", "2026-11-21 00:00")),
        ]),
        [("00:00", (ADA,)), ("06:00", (DEE,)), ("12:00", (EVE,)), ("18:00", (ADA,))],
    ),
    "a temporary schedule of no time": (
        roster(*ONE, temporaries=[temporary(span("2026-11-20 06:00", "2026-11-20 06:00"))]),
        [("00:00", (ADA,))],
    ),
    "layers of one priority are on call together": (
        roster(
            layer(1, EVER), layer(1, turns("2026-11-20 06:00", BEN, unit="week")), zone="UTC",
        ),
        [("00:00", (ADA,)), ("06:00", (ADA, BEN))],
    ),
    "priorities need not be neighbors": (
        roster(
            layer(7, EVER), layer(3, turns("2026-11-20 06:00", BEN, unit="week")), zone="UTC",
        ),
        [("00:00", (ADA,)), ("06:00", (BEN,))],
    ),
    "a fixed shift of no time": (
        roster(LayerSpec(1, shifts=(ShiftSpec(DEE, *span(A_DAY[0], A_DAY[0])),)), *TWO[1:]),
        [("00:00", (BEN,))],
    ),
    "a layer that is valid for no time": (
        roster(layer(1, EVER, valid_from=at(A_DAY[0]), valid_until=at(A_DAY[0])), *TWO[1:]),
        [("00:00", (BEN,))],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), QUARRELS.values(), ids=QUARRELS)
def test_quarrels(spec, expected):
    wanted = [(f"2026-11-20 {when}", people) for when, people in expected]

    assert firsts(spec, *A_DAY) == wanted
    for when, people in wanted:
        assert on_call(spec, at=at(when))[:1] == ((people,) if people else ())


def test_two_layers_swap_their_priority_in_the_night_of_a_clock_change():
    spec = roster(
        layer(1, EVER, valid_until=at("2026-10-25 00:30")),
        layer(2, turns("2020-01-01 00:00", BEN), valid_until=at("2026-10-25 00:30")),
        layer(2, EVER, valid_from=at("2026-10-25 00:30")),
        layer(1, turns("2020-01-01 00:00", BEN), valid_from=at("2026-10-25 00:30")),
        zone=LONDON,
    )

    assert told(spec, "2026-10-24 12:00", "2026-10-25 12:00") == [
        ("2026-10-24 12:00", ((ADA,), (BEN,))),
        ("2026-10-25 00:30", ((BEN,), (ADA,))),
    ]


def test_three_regions_over_the_night_on_which_one_changes_its_clocks():
    ever = [turns("2026-01-05 00:00", person, unit="week") for person in THREE]
    spec = roster(
        layer(1, ever[0], zone=KOLKATA, restrictions=hours("05:30-13:30")),
        layer(1, ever[1], zone=LONDON, restrictions=hours("08:00-16:00")),
        layer(1, ever[2], zone=NEW_YORK, restrictions=hours("11:00-19:00")),
        zone="UTC",
    )

    assert firsts(spec, "2026-03-28 00:00", "2026-03-30 00:00") == [
        ("2026-03-28 00:00", (ADA,)),
        ("2026-03-28 08:00", (BEN,)),
        ("2026-03-28 15:00", (BEN, CY)),
        ("2026-03-28 16:00", (CY,)),
        ("2026-03-28 23:00", ()),
        ("2026-03-29 00:00", (ADA,)),
        ("2026-03-29 07:00", (ADA, BEN)),
        ("2026-03-29 08:00", (BEN,)),
        ("2026-03-29 15:00", (CY,)),
        ("2026-03-29 23:00", ()),
    ]


def test_a_temporary_schedule_over_a_clock_change():
    window = span("2026-03-28 09:00", "2026-03-30 09:00", LONDON)
    shifts = [
        (DEE, "2026-03-28 09:00", "2026-03-29 09:00"),
        (EVE, "2026-03-29 09:00", "2026-03-30 09:00"),
    ]
    spec = roster(*ONE, zone=LONDON, temporaries=[temporary(window, *shifts, zone=LONDON)])

    assert firsts(spec, "2026-03-28 00:00", "2026-03-31 00:00") == [
        ("2026-03-28 00:00", (ADA,)),
        ("2026-03-28 09:00", (DEE,)),
        ("2026-03-29 08:00", (EVE,)),
        ("2026-03-30 08:00", (ADA,)),
    ]


def test_an_override_begins_with_its_first_moment_and_ends_before_its_last():
    spec = roster(*ONE, overrides=[over(BEN, ADA, "2026-11-20 10:00", "2026-11-20 12:00")])
    moments = [at("2026-11-20 10:00") - TICK, at("2026-11-20 10:00"), at("2026-11-20 12:00") - TICK]

    found = [on_call(spec, at=one) for one in (*moments, at("2026-11-20 12:00"))]

    assert found == [((ADA,),), ((BEN,),), ((BEN,),), ((ADA,),)]


def test_a_swap_over_a_hand_over_takes_one_persons_part_alone():
    spec = roster(
        layer(1, turns("2026-11-02 09:00", ADA, CY)),
        zone="UTC",
        overrides=[over(BEN, ADA, "2026-11-02 12:00", "2026-11-03 12:00", is_swap=True)],
    )

    assert firsts(spec, "2026-11-02 09:00", "2026-11-04 10:00") == [
        ("2026-11-02 09:00", (ADA,)),
        ("2026-11-02 12:00", (BEN,)),
        ("2026-11-03 09:00", (CY,)),
        ("2026-11-04 09:00", (ADA,)),
    ]


ROTATION: Any = RotationSpec
ROSTER: Any = RosterSpec
LAYER: Any = LayerSpec
HOURS: Any = RestrictionSpec
ON_CALL: Any = on_call
UTC_ZONE = ZoneInfo("UTC")
NOON = datetime.fromisoformat("2026-11-20 12:00")
REFUSED = {
    "a naive instant": (lambda: ON_CALL(ROSTER(UTC_ZONE), at=NOON), "names no instant"),
    "a day for an instant": (
        lambda: ON_CALL(ROSTER(UTC_ZONE), at=NOON.date()), "is a datetime",
    ),
    "an instant at the end of the calendar": (
        lambda: ON_CALL(ROSTER(UTC_ZONE), at=datetime.max.replace(tzinfo=UTC)), "2 to 9998",
    ),
    "an instant beyond it": (
        lambda: ON_CALL(ROSTER(UTC_ZONE), at=datetime.max.replace(tzinfo=ZoneInfo(NEW_YORK))),
        "outside the calendar",
    ),
    "a zone by its name": (lambda: ROSTER(LONDON), "a ZoneInfo, not 'Europe/London'"),
    "a layer's zone by its name": (lambda: LAYER(1, zone=LONDON), "is a ZoneInfo"),
    "a naive absence": (lambda: ROSTER(UTC_ZONE, away={1: [(NOON, NOON)]}), "no instant"),
    "a weekday beyond Sunday": (lambda: HOURS(7, time(9), time(10)), "to 6, Sunday"),
    "a time of day as text": (lambda: HOURS(None, "09:00", "10:00"), "a time of day"),
    "a time of day in a zone": (
        lambda: HOURS(None, time(9, tzinfo=UTC), time(10)), "without a zone",
    ),
    "half a day": (lambda: ROTATION(NOON, "day", 0.5, (ADA,)), "whole hours, days"),
    "more days than there are": (lambda: ROTATION(NOON, "day", 10**9, (ADA,)), "whole hours"),
    "a day for a start": (lambda: ROTATION(NOON.date(), "day", 1, (ADA,)), "at wall time"),
    "no level": (lambda: TargetSpec(levels=0), "one level at least"),
}  # fmt: skip


@pytest.mark.parametrize(("ask", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_means_nothing_is_refused_in_a_sentence(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_plain_lists_do_for_tuples():
    rotation = ROTATION(NOON, "day", 1, [[ADA, BEN], CY], None, [4, 5])
    spec = ROSTER(UTC_ZONE, [LAYER(1, [rotation])])

    assert ON_CALL(spec, at=NOON.replace(tzinfo=UTC)) == ((ADA, BEN),)
