"""What a line of the scorecard counts, and what it says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reviews.logic.scoring import ActionFacts, IncidentFacts, Kept, score, sentences

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
STARTED = NOW - timedelta(days=3)
TARGETS = {"acknowledge": 5, "contain": 60, "resolve": 240}


def incident(
    acknowledge: int | None = 3,
    contain: int | None = 50,
    resolve: int | None = 200,
    *,
    started_at: datetime = STARTED,
    **changed: Any,
) -> IncidentFacts:
    """An incident with the minutes that each step took; None is a step not reached."""
    took = {"acknowledge": acknowledge, "contain": contain, "resolve": resolve}
    return IncidentFacts(
        severity=changed.pop("severity", 1),
        detected_at=started_at,
        reached_at={
            step: started_at + timedelta(minutes=minutes)
            for step, minutes in took.items()
            if minutes is not None
        },
        target_at={
            step: started_at + timedelta(minutes=minutes) for step, minutes in TARGETS.items()
        },
        **changed,
    )


@pytest.mark.parametrize(
    ("minutes", "median", "kept"),
    [
        ([], None, Kept(0, 0)),
        ([3], 3, Kept(1, 1)),
        ([5], 5, Kept(1, 1)),
        ([6], 6, Kept(0, 1)),
        ([1, 9, 4], 4, Kept(2, 3)),
        ([2, 4], 3, Kept(2, 2)),
        ([2, None], 2, Kept(1, 2)),
    ],
    ids=["none", "one", "on the minute", "late", "odd", "even", "never reached"],
)
def test_a_median_comes_with_its_count(
    minutes: list[int | None], median: int | None, kept: Kept
) -> None:
    timing = score([incident(one) for one in minutes], [], now=NOW, today=TODAY).acknowledge

    assert timing.median == (None if median is None else timedelta(minutes=median))
    assert timing.count == sum(one is not None for one in minutes)
    assert timing.kept == kept


def test_a_step_that_still_has_time_is_not_judged() -> None:
    running = incident(3, None, None, started_at=NOW - timedelta(minutes=30))

    found = score([running], [], now=NOW, today=TODAY)

    assert (found.acknowledge.kept, found.contain.kept) == (Kept(1, 1), Kept(0, 0))


def test_a_step_without_a_promise_has_a_median_only() -> None:
    unpromised = IncidentFacts(
        4, STARTED, {"acknowledge": STARTED + timedelta(minutes=9)}, target_at={}
    )

    timing = score([unpromised], [], now=NOW, today=TODAY).acknowledge

    assert (timing.median, timing.kept) == (timedelta(minutes=9), Kept(0, 0))


@pytest.mark.parametrize(
    ("due_in", "published_in", "kept"),
    [
        (2, None, Kept(0, 0)),
        (-2, None, Kept(0, 1)),
        (-2, -3, Kept(1, 1)),
        (-2, -1, Kept(0, 1)),
        (2, -1, Kept(1, 1)),
        (None, None, Kept(0, 0)),
    ],
    ids=["to come", "overdue", "in time", "late", "early", "none needed"],
)
def test_reviews_published_in_time(
    due_in: int | None, published_in: int | None, kept: Kept
) -> None:
    def days(number: int | None) -> datetime | None:
        return None if number is None else NOW + timedelta(days=number)

    facts = incident(review_due_at=days(due_in), published_at=days(published_in))

    assert score([facts], [], now=NOW, today=TODAY).reviews == kept


def test_severities_escalations_and_actions_are_counted() -> None:
    incidents = [incident(), incident(severity=2, is_escalated=True), incident()]
    actions = [
        ActionFacts(TODAY - timedelta(days=1), is_done=False),
        ActionFacts(TODAY, is_done=False),
        ActionFacts(TODAY - timedelta(days=9), is_done=True),
    ]

    found = score(incidents, actions, now=NOW, today=TODAY)

    assert found.by_severity == {1: 2, 2: 1}
    assert found.escalated == 1
    assert (found.actions.done, found.actions.open, found.actions.late) == (1, 2, 1)


@pytest.mark.parametrize(
    ("incidents", "late_actions", "said"),
    [
        ([], 0, ["No incidents in this period."]),
        ([], 2, ["No incidents in this period.", "{number} actions are late."]),
        ([incident()], 0, ["Every target was met."]),
        ([incident(9)], 0, ["The one incident was not acknowledged in time."]),
        ([incident(9), incident()], 0, ["1 of {count} was not acknowledged in time."]),
        ([incident(9, 99), incident(3, 99)], 1,
         ["{missed} of {count} were not contained in time.", "1 action is late."]),
        ([incident(None, None, None, started_at=NOW)], 0, ["No target has been reached yet."]),
        ([incident(review_due_at=STARTED)], 0, ["Every target was met.", "1 review was late."]),
    ],
    ids=["calm", "late action", "met", "alone", "one late", "worst step", "new", "review"],
)  # fmt: skip
def test_a_line_in_plain_words(
    incidents: list[IncidentFacts], late_actions: int, said: list[str]
) -> None:
    actions = [ActionFacts(TODAY - timedelta(days=1), is_done=False)] * late_actions

    found = sentences(score(incidents, actions, now=NOW, today=TODAY))

    assert [sentence.msgid for sentence in found] == said
