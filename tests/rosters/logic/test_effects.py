"""What a change of a roster does to each of its people."""

from datetime import UTC, datetime, timedelta

from rosters.logic.effects import Effect, effects
from rosters.logic.rotation import Segment

MON = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ANN, BEN, CLEO = 1, 2, 3


def line(*days: tuple[tuple[int, ...], ...]) -> list[Segment]:
    """One stretch for each day, from Monday on."""
    return [
        Segment(MON + number * DAY, MON + (number + 1) * DAY, levels)
        for number, levels in enumerate(days)
    ]


def test_what_stays_is_nobodys_effect() -> None:
    same = line(((ANN,), (BEN,)), ((BEN,), (ANN,)))

    assert effects(same, same) == []


def test_whoever_goes_comes_and_moves_up_has_one_each() -> None:
    before = line(((ANN,), (BEN,)), ((ANN,), (BEN,)), ((ANN,), (BEN,)))
    after = line(((ANN,), (BEN,)), ((BEN,), (CLEO,)), ((BEN,), (CLEO,)))

    found = effects(before, after)

    window = (MON + DAY, MON + 3 * DAY)
    assert found == [
        Effect(ANN, *window, 0, None),
        Effect(BEN, *window, 1, 0),
        Effect(CLEO, *window, None, 1),
    ]
    assert [one.said for one in found] == [
        "you are no longer on call",
        "you move up and are first on call",
        "you are the backup",
    ]


def test_other_cuts_of_the_same_change_nothing() -> None:
    whole = [Segment(MON, MON + 2 * DAY, ((ANN,),))]

    assert effects(whole, line(((ANN,),), ((ANN,),))) == []


def test_urgent_is_who_is_called_for_more_within_two_hours() -> None:
    comes, goes = Effect(ANN, MON, MON + DAY, None, 0), Effect(BEN, MON, MON + DAY, 0, None)
    soon = timedelta(hours=2)

    assert comes.is_urgent(MON - soon)
    assert not comes.is_urgent(MON - soon - timedelta(minutes=1))
    assert not goes.is_urgent(MON)
    assert not Effect(ANN, MON, MON + DAY, 0, 1).is_urgent(MON)
