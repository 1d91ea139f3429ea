"""So many of so many, each with a sentence."""

from datetime import timedelta

import pytest

from reviews.logic.figures import compared, figures
from reviews.logic.scoring import ActionCount, Kept, Score, Timing

NOTHING = Score(0, {}, Timing(), Timing(), Timing(), 0, Kept(), ActionCount())
SOME = Score(
    8,
    {1: 8},
    Timing(timedelta(minutes=7), 7, Kept(6, 7)),
    Timing(timedelta(minutes=70), 1, Kept(1, 1)),
    Timing(),
    1,
    Kept(3, 5),
    ActionCount(2, 3, 1),
)


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (NOTHING, ["There is no time to measure yet."] * 3 + [
            "Nobody had to be asked.",
            "No review has been due yet.",
            "There are no actions.",
        ]),
        (SOME, [
            "Half of {count} incidents took {middle_age_minutes} or less.",
            "The one incident took {middle_age_minutes}.",
            "There is no time to measure yet.",
            "1 needed more people. To ask is never wrong.",
            "{number} were late or still are.",
            "{done} done in this period, {open} open now.",
        ]),
    ],
    ids=["nothing", "some"],
)  # fmt: skip
def test_figures_say_what_they_count(score: Score, said: list[str]) -> None:
    found = figures(score)

    assert [figure.sentence.msgid for figure in found] == said
    assert all(figure.number <= figure.total for figure in found)


def test_asking_for_more_people_is_never_held_against_anybody() -> None:
    escalated = next(one for one in figures(SOME) if one.name == "Escalated")

    assert (escalated.number, escalated.total, escalated.is_judged) == (1, 8, False)
    moved = {one.figure.name: one.trend for one in compared(figures(SOME), figures(SOME))}
    assert moved["Escalated"] is None
    assert moved["Acknowledged in time"]
