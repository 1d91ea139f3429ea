"""The headline of a scorecard: so many of so many, beside as long before."""

import pytest

from reviews.logic.scoring import Kept
from reviews.logic.verdict import trend, verdict

LAST = " in the last 30 days"


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (Kept(), Kept(3, 3), "No promise of Payments came due in the last 30 days"),
        (Kept(1, 1), None, f"Payments met the one promise that came due{LAST}"),
        (
            Kept(0, 1),
            Kept(1, 1),
            (
                f"Payments missed the one promise that came due{LAST},"
                " after 1 of 1 in the 30 days before"
            ),
        ),
        (Kept(2, 2), Kept(), f"Payments met both promises{LAST}"),
        (
            Kept(7, 7),
            Kept(7, 7),
            f"Payments met all 7 promises{LAST}, as many as in the 30 days before",
        ),
        (
            Kept(6, 7),
            Kept(7, 7),
            f"Payments met 6 of 7 promises{LAST}, one fewer than in the 30 days before",
        ),
        (
            Kept(6, 7),
            Kept(2, 7),
            f"Payments met 6 of 7 promises{LAST}, 4 more than in the 30 days before",
        ),
        (
            Kept(6, 7),
            Kept(8, 8),
            f"Payments met 6 of 7 promises{LAST}, after 8 of 8 in the 30 days before",
        ),
        (Kept(0, 3), None, f"Payments met none of 3 promises{LAST}"),
    ],
    ids=["none", "one", "one missed", "both", "as many", "one fewer", "more", "other", "nothing"],
)
def test_the_headline_is_a_finding(now: Kept, before: Kept | None, words: str) -> None:
    said = verdict("Payments", now, before, days=30)

    assert said.msgid.format(**said.params) == words


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        (Kept(16, 17), Kept(17, 17), "Worse"),
        (Kept(16, 17), Kept(8, 10), "Better"),
        (Kept(13, 26), Kept(5, 10), "The same"),
        (Kept(0, 12), Kept(0, 15), "The same"),
        (Kept(9, 9), Kept(2, 40), "Too few to compare"),
        (Kept(2, 40), Kept(9, 9), "Too few to compare"),
        (Kept(1, 1), None, None),
        (Kept(1, 1), Kept(), None),
        (Kept(), Kept(1, 1), None),
    ],
)
def test_a_share_is_compared_with_a_share(now: Kept, before: Kept | None, word: str | None) -> None:
    moved = trend(now, before, things=min(now.judged, before.judged if before else 0))

    assert (moved.word if moved else None) == word


def test_few_incidents_are_too_few_however_many_promises_they_had() -> None:
    moved = trend(Kept(27, 27), Kept(20, 27), things=9)

    assert moved
    assert (moved.word, moved.symbol) == ("Too few to compare", "")
