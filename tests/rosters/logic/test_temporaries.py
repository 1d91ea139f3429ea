"""Shifts of a temporary schedule that change hands."""

from datetime import UTC, datetime, timedelta

import pytest

from rosters.logic.temporaries import Hand, ShiftPlan, TemporaryPlan

START = datetime(2026, 12, 24, tzinfo=UTC)
ANN, BEN, CID = 1, 2, 3


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def shift(person: int, first: int, last: int, level: int = 1) -> ShiftPlan:
    return ShiftPlan(person, at(first), at(last), level)


def hand(first: int, last: int, comes: int | None, goes: int | None = None) -> Hand:
    return Hand((at(first), at(last)), comes, goes)


ANN_THEN_BEN = (shift(ANN, 0, 12), shift(BEN, 12, 24))
CASES = {
    "a whole shift": (ANN_THEN_BEN, [hand(0, 12, CID, ANN)], (shift(CID, 0, 12), ANN_THEN_BEN[1])),
    "the middle of one": (
        (shift(ANN, 0, 12),),
        [hand(4, 8, CID, ANN)],
        (shift(ANN, 0, 4), shift(CID, 4, 8), shift(ANN, 8, 12)),
    ),
    "what begins before the shift and ends after it": (
        ANN_THEN_BEN,
        [hand(-5, 40, CID, ANN)],
        (shift(CID, 0, 12), ANN_THEN_BEN[1]),
    ),
    "each other's, all at once": (
        ANN_THEN_BEN,
        [hand(0, 12, BEN, ANN), hand(12, 24, ANN, BEN)],
        (shift(BEN, 0, 12), shift(ANN, 12, 24)),
    ),
    "first and backup change places": (
        (shift(ANN, 0, 12), shift(BEN, 0, 12, 2)),
        [hand(0, 12, BEN, ANN), hand(0, 12, ANN, BEN)],
        (shift(BEN, 0, 12), shift(ANN, 0, 12, 2)),
    ),
    "beside one's own it is one shift": (
        ANN_THEN_BEN,
        [hand(6, 12, BEN, ANN)],
        (shift(ANN, 0, 6), shift(BEN, 6, 24)),
    ),
    "who is there already is there once": (
        (shift(ANN, 0, 12), shift(BEN, 0, 12)),
        [hand(0, 12, BEN, ANN)],
        (shift(BEN, 0, 12),),
    ),
    "nobody comes": (ANN_THEN_BEN, [hand(0, 12, None, ANN)], ANN_THEN_BEN[1:]),
    "one more, inside the window alone": (
        (shift(ANN, 0, 12),),
        [hand(12, 40, CID)],
        (shift(ANN, 0, 12), shift(CID, 12, 24)),
    ),
    "somebody who has no shift": (ANN_THEN_BEN, [hand(0, 24, ANN, CID)], ANN_THEN_BEN),
    "a window that only touches": (ANN_THEN_BEN, [hand(12, 24, CID, ANN)], ANN_THEN_BEN),
}


@pytest.mark.parametrize(("shifts", "hands", "after"), CASES.values(), ids=CASES)
def test_shifts_change_hands(
    shifts: tuple[ShiftPlan, ...], hands: list[Hand], after: tuple[ShiftPlan, ...]
) -> None:
    plan = TemporaryPlan("Christmas", at(0), at(24), shifts)

    assert plan.handed(hands).shifts == after


@pytest.mark.parametrize(
    ("one", "is_there"),
    [
        (hand(0, 6, CID, ANN), True),
        (hand(12, 24, CID, ANN), False),
        (hand(20, 40, CID), True),
        (hand(24, 40, CID), False),
    ],
    ids=["their shift", "after it", "room for one more", "after the schedule"],
)
def test_whether_a_hand_finds_anything(one: Hand, is_there: bool) -> None:
    assert TemporaryPlan("Christmas", at(0), at(24), ANN_THEN_BEN).has(one) is is_there
