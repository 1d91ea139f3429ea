"""When a layer hands over, and who has the turn after a change."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from rosters.logic.changeovers import beginning_with, carrying_on, next_handover, whose_turn
from rosters.logic.plans import LayerPlan
from tests.world import at

BERLIN = ZoneInfo("Europe/Berlin")
A, B, C, D = 1, 2, 3, 4
WEEKLY = LayerPlan("First on call", ((A,), (B,), (C,)), date(2026, 11, 2), time(9))
NOW = at("2026-11-18 12:00")  # the third week: C


@pytest.mark.parametrize(
    ("plan", "now", "expected"),
    [
        (WEEKLY, NOW, at("2026-11-23 09:00", "Europe/Berlin")),
        (WEEKLY, at("2026-11-23 08:00"), at("2026-11-30 09:00", "Europe/Berlin")),
        (WEEKLY, at("2026-10-01 00:00"), at("2026-11-02 09:00", "Europe/Berlin")),
        (replace(WEEKLY, unit="day"), NOW, at("2026-11-19 09:00", "Europe/Berlin")),
        (replace(WEEKLY, unit="hour", length=5), NOW, at("2026-11-18 15:00", "Europe/Berlin")),
        (
            replace(WEEKLY, starts_on=date(2026, 10, 31), unit="month"),
            NOW,
            at("2026-11-30 09:00", "Europe/Berlin"),
        ),
        (replace(WEEKLY, ends_on=date(2026, 11, 23)), NOW, None),
        (replace(WEEKLY, turns=()), NOW, None),
        (
            replace(WEEKLY, time_zone="America/New_York"),
            NOW,
            at("2026-11-23 09:00", "America/New_York"),
        ),
        (
            replace(WEEKLY, unit="day", weekdays=(0, 4)),
            NOW,
            at("2026-11-20 09:00", "Europe/Berlin"),
        ),
    ],
    ids=[
        "week",
        "at the hand-over",
        "before the start",
        "day",
        "hours",
        "month end",
        "it ends then",
        "nobody",
        "own zone",
        "some days",
    ],
)
def test_next_handover(plan: LayerPlan, now: object, expected: object) -> None:
    assert next_handover(plan, BERLIN, now=now) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (((A,), (B,), (C,), (D,)), (C,)),
        (((C,), (A,)), (C,)),
        (((D,), (A,), (B,)), (A,)),
        (((A,), (C, D)), (C, D)),
        (((D,),), (D,)),
        (((C, D), (C,)), (C,)),
    ],
    ids=["one more", "moved", "gone: who follows", "joined", "all new", "alone before together"],
)
@pytest.mark.parametrize("changes", [{}, {"length": 2}, {"handover_at": time(13)}])
def test_whoever_has_the_turn_keeps_it(
    turns: tuple[tuple[int, ...], ...], expected: tuple[int, ...], changes: dict[str, object]
) -> None:
    plan = replace(WEEKLY, turns=turns, **changes)  # type: ignore[arg-type]

    first = carrying_on(plan, WEEKLY, BERLIN, at=NOW)

    assert whose_turn(replace(plan, first=first), BERLIN, at=NOW) == expected


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_a_chosen_turn_begins(turn: int) -> None:
    first = beginning_with(WEEKLY, turn, BERLIN, at=NOW)

    assert whose_turn(replace(WEEKLY, first=first), BERLIN, at=NOW) == WEEKLY.turns[turn]
