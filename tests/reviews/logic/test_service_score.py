"""The words of one service's scorecard, as tables."""

from datetime import timedelta
from typing import Any

import pytest

from reviews.logic import scoring, service_score
from reviews.logic.scoring import ActionFacts
from reviews.logic.service_score import DrillFacts, Timed
from tests.world import NOW

DRILLED = DrillFacts(finished=1, passed=1, days_since=10)


def timed(number: int, minutes: int, *, severity: int = 1, target: int | None = 5) -> Timed:
    return Timed(
        f"INC-{number}",
        "Card payments fail",
        severity,
        NOW,
        {"acknowledge": timedelta(minutes=minutes)},
        {"acknowledge": timedelta(minutes=target)} if target else {},
    )


def said(sentences: Any) -> str:
    found = sentences if isinstance(sentences, tuple) else (sentences,)
    return " ".join(one.msgid.format(**one.params) for one in found)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], set()),
        ([("A", "Cards fail", ""), ("B", "cards  FAIL", "")], {"B"}),
        ([("A", "x", "key"), ("B", "y", "key"), ("C", "z", "")], {"B"}),
        ([("A", "x", ""), ("B", "y", ""), ("C", "X", ""), ("D", "x", "")], {"C", "D"}),
    ],
    ids=["none", "title", "alert", "twice"],
)
def test_repeats_share_a_title_or_an_alert(
    rows: list[tuple[str, str, str]], found: set[str]
) -> None:
    assert service_score.repeats(rows) == found


def test_rows_show_three_levels_always_and_the_fourth_if_used() -> None:
    rows = service_score.rows_of([timed(1, 7, severity=4)], "acknowledge")

    assert [row.level for row in rows] == [1, 2, 3, 4]
    assert [mark.is_late for mark in rows[3].marks] == [True]
    assert len(service_score.rows_of([], "contain")) == 3


@pytest.mark.parametrize(
    ("incidents", "words"),
    [
        ([], "There is no time to measure yet."),
        ([timed(1, 3)], "The SEV1 incident was acknowledged after 3. It met its target."),
        ([timed(1, 3, target=None)], "The SEV1 incident was acknowledged after 3."),
        (
            [timed(1, 3), timed(2, 9)],
            "Half of SEV1 incidents were acknowledged within 6. One took 9, past its target.",
        ),
        (
            [timed(1, 8), timed(2, 9), timed(3, 1)],
            (
                "Half of SEV1 incidents were acknowledged within 8."
                " 2 of 3 missed the target, the slowest took 9."
            ),
        ),
    ],
    ids=["none", "one", "no target", "one late", "two late"],
)
def test_caption_says_the_figure(incidents: list[Timed], words: str) -> None:
    rows = service_score.rows_of(incidents, "acknowledge")

    assert said(service_score.caption(rows, "acknowledge")) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 3, "Payments had no incidents in the last 90 days."),
        (1, 0, "Payments had 1 incident, 1 more than in the 90 days before."),
        (3, 5, "Payments had 3 incidents, 2 fewer than in the 90 days before."),
        (3, 3, "Payments had 3 incidents, as many as in the 90 days before."),
        (3, None, "Payments had 3 incidents in the last 90 days."),
    ],
)
def test_opening_compares(now: int, before: int | None, words: str) -> None:
    assert said(service_score.opening("Payments", now=now, before=before, days=90)) == words


@pytest.mark.parametrize(
    ("incidents", "late_action", "repeated", "drills", "words"),
    [
        ([timed(1, 9)], True, 0, DRILLED, "how soon somebody answers a SEV1: the only one"),
        (
            [timed(1, 9), timed(2, 1)],
            False,
            0,
            DRILLED,
            "answers a SEV1: 1 of 2 missed its target.",
        ),
        ([timed(1, 1)], True, 2, DRILLED, "what comes again: 2 of 0"),
        ([timed(1, 1)], True, 0, DRILLED, "the actions: 1 is late."),
        ([timed(1, 1)], False, 0, DrillFacts(), "a drill: there has been none yet."),
        ([timed(1, 1)], False, 0, DRILLED, "Nothing stands out."),
    ],
    ids=["late", "one of two", "repeats", "actions", "drill", "nothing"],
)
def test_thing_to_fix_names_one_thing(
    incidents: list[Timed], late_action: bool, repeated: int, drills: DrillFacts, words: str
) -> None:
    today = NOW.date()
    actions = [ActionFacts(today - timedelta(days=1), is_done=False)] if late_action else []
    found = scoring.score([], actions, now=NOW, today=today)
    plots = {"acknowledge": service_score.rows_of(incidents, "acknowledge")}

    fix = service_score.thing_to_fix(plots, found, repeated=repeated, drills=drills)

    assert words in said(fix)


@pytest.mark.parametrize(("count", "doubts"), [(0, False), (1, True), (19, True), (20, False)])
def test_doubt_until_there_are_twenty(count: int, doubts: bool) -> None:
    assert bool(service_score.doubt(count)) is doubts


def still_open(number: int, minutes: int, *, severity: int = 1, target: int = 5) -> Timed:
    return Timed(
        f"INC-{number}",
        "Card payments fail",
        severity,
        NOW - timedelta(minutes=minutes),
        target={"acknowledge": timedelta(minutes=target)},
        lasted=timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("incidents", "words"),
    [
        ([still_open(1, 4)], "There is no time to measure yet."),
        ([still_open(1, 5)], "There is no time to measure yet."),
        ([still_open(1, 6)], "1 of 1 missed the target. 1 is still not acknowledged."),
        (
            [timed(1, 3), still_open(2, 60)],
            (
                "The SEV1 incident was acknowledged after 3. 1 of 2 missed the target."
                " 1 is still not acknowledged."
            ),
        ),
        (
            [timed(1, 3), timed(2, 9), still_open(3, 60), still_open(4, 2)],
            (
                "Half of SEV1 incidents were acknowledged within 6."
                " 2 of 3 missed the target, the slowest took 9. 1 is still not acknowledged."
            ),
        ),
    ],
    ids=["in time", "on the minute", "past it", "beside one", "among others"],
)
def test_an_open_incident_counts_as_missed_once_its_target_passed(
    incidents: list[Timed], words: str
) -> None:
    rows = service_score.rows_of(incidents, "acknowledge")

    assert said(service_score.caption(rows, "acknowledge")) == words


def test_an_open_incident_counts_the_same_in_the_picture_and_in_the_score() -> None:
    minutes, target = range(3, 8), 5
    for number in minutes:
        one = still_open(1, number, target=target)
        kept = scoring.kept_of(None, one.detected_at + timedelta(minutes=target), now=NOW)

        assert one.is_late("acknowledge") == bool(kept.missed), number


def test_an_open_incident_has_no_part_in_the_median() -> None:
    row = service_score.rows_of([timed(1, 3), still_open(2, 600)], "acknowledge")[0]

    assert (row.median_minutes, row.open_count, len(row.missed)) == (3, 1, 1)
