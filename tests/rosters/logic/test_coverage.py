"""Gaps: somebody should be there and nobody is; hours by design are none."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.coverage import Gap, gaps, priorities_open
from rosters.logic.rotation import LayerSpec, RosterSpec, segments
from rosters.logic.shifts import RestrictionSpec, RotationSpec
from tests.world import at

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = at("2026-11-23 00:00", "Europe/Berlin")
WEEK = timedelta(days=7)
OFFICE = tuple(RestrictionSpec(day, time(8), time(18)) for day in range(5))


def turns(*people: int) -> tuple[RotationSpec, ...]:
    return (
        (RotationSpec(datetime.fromisoformat("2026-11-02T09:00"), "week", 1, people),)
        if people
        else ()
    )


def found(
    *layers: LayerSpec, away: dict[int, tuple[tuple[datetime, datetime], ...]] | None = None
) -> tuple[Gap, ...]:
    spec = RosterSpec(BERLIN, layers, away=away or {})
    return gaps(spec, segments(spec, starts_at=MONDAY, ends_at=MONDAY + WEEK))


FRIDAY = (at("2026-11-27 22:00", "Europe/Berlin"), at("2026-11-28 06:00", "Europe/Berlin"))

CASES = {
    "somebody is always there": ([LayerSpec(1, turns(1)), LayerSpec(2, turns(2))], {}, ()),
    "one layer wants no backup": ([LayerSpec(1, turns(1))], {}, ()),
    "the backup is away": (
        [LayerSpec(1, turns(1)), LayerSpec(2, turns(2))],
        {2: (FRIDAY,)},
        (Gap(*FRIDAY, is_backup=True),),
    ),
    "the first is away, so the backup moves up": (
        [LayerSpec(1, turns(1)), LayerSpec(2, turns(2))],
        {1: (FRIDAY,)},
        (Gap(*FRIDAY, is_backup=True),),
    ),
    "both are away": (
        [LayerSpec(1, turns(1)), LayerSpec(2, turns(2))],
        {1: (FRIDAY,), 2: (FRIDAY,)},
        (Gap(*FRIDAY),),
    ),
    "nights are free by design": ([LayerSpec(1, turns(1), OFFICE)], {}, ()),
    "away in the hours": (
        [LayerSpec(1, turns(1), OFFICE)],
        {1: ((FRIDAY[0] - timedelta(hours=6), FRIDAY[1]),)},
        (Gap(FRIDAY[0] - timedelta(hours=6), FRIDAY[0] - timedelta(hours=4)),),
    ),
    "nobody takes turns": ([LayerSpec(1, ())], {}, (Gap(MONDAY, MONDAY + WEEK),)),
    "no layers ask for nobody": ([], {}, ()),
}


@pytest.mark.parametrize(("layers", "away", "expected"), CASES.values(), ids=CASES)
def test_gaps(layers, away, expected):
    assert found(*layers, away=away) == expected


def test_priorities_open_counts_levels_within_their_hours():
    spec = RosterSpec(BERLIN, (LayerSpec(1, turns(1)), LayerSpec(2, turns(2), OFFICE)))

    assert priorities_open(spec, at=MONDAY + timedelta(hours=9)) == 2
    assert priorities_open(spec, at=MONDAY + timedelta(hours=20)) == 1
