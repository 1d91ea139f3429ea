"""When somebody is asked whether they are still on it, and who may answer."""

from datetime import timedelta

import pytest

from incidents.logic.access import State
from incidents.logic.attention import asked_late, due, is_question, why_not_attend
from incidents.logic.targets import Due
from tests.world import NOW


def after(minutes: float) -> object:
    return NOW + timedelta(minutes=minutes)


def promised(target: float, at_risk: float) -> Due:
    return Due(NOW + timedelta(minutes=target), NOW + timedelta(minutes=at_risk))


@pytest.mark.parametrize(
    ("target", "at_risk", "shift_ends", "asked", "until"),
    [
        (60, 48, None, 48, 60),
        (240, 192, None, 225, 240),
        (60, 48, 30, 30, 42),
        (240, 192, 100, 100, 115),
        (60, 48, 48, 48, 60),
        (60, 48, 55, 48, 60),
    ],
    ids=[
        "at the at-risk point",
        "never more than a quarter of an hour before",
        "when the shift ends",
        "when the shift ends, with a quarter of an hour to answer",
        "when the shift ends as they are asked anyway",
        "a shift that ends later changes nothing",
    ],
)
def test_when_somebody_is_asked(
    target: float, at_risk: float, shift_ends: float | None, asked: float, until: float
) -> None:
    ends_at = None if shift_ends is None else NOW + timedelta(minutes=shift_ends)

    found = due(promised(target, at_risk), shift_ends_at=ends_at)

    assert (found.at_risk_at, found.target_at) == (after(asked), after(until))


@pytest.mark.parametrize(("now", "until"), [(48, 60), (50, 62), (600, 612)])
def test_whoever_is_asked_late_has_as_long_to_answer(now: float, until: float) -> None:
    found = asked_late(promised(60, 48), now=NOW + timedelta(minutes=now))

    assert found.target_at == after(until)


@pytest.mark.parametrize(
    ("resolved", "holder_id", "says"),
    [
        (False, 1, None),
        (True, 1, "INC-1 is resolved. You can rest."),
        (False, None, "Nobody has INC-1 now, and the calls go on. Acknowledge it again."),
        (False, 2, "Alice acknowledged INC-1. Only they can say that they are on it."),
    ],
    ids=["theirs", "over", "lost", "of somebody else"],
)
def test_who_may_say_so(resolved: bool, holder_id: int | None, says: str | None) -> None:
    state = State("INC-1", NOW, NOW, None, NOW if resolved else None)

    found = why_not_attend(state, reader_id=1, holder_id=holder_id, holder="Alice")

    assert found == says


@pytest.mark.parametrize(
    ("purpose", "is_one"),
    [("attention 12", True), ("attention", False), ("", False), ("kind of harm 12", False)],
)
def test_a_question_is_known_by_its_purpose(purpose: str, is_one: bool) -> None:
    assert is_question(purpose) is is_one
