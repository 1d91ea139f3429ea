"""A published review in one paragraph, as a table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reviews.logic.reading import Facts, calls_heading, changes_heading, paragraph
from tests.world import NOW

WHOLE = Facts(
    "Payments",
    NOW,
    contained_at=NOW + timedelta(minutes=50),
    resolved_at=NOW + timedelta(hours=2),
    factors=2,
    actions=2,
    open_actions=1,
)


def said(facts: Facts) -> str:
    return " ".join(one.msgid.format(**one.params) for one in paragraph(facts))


def test_paragraph_says_what_happened_and_what_comes_of_it() -> None:
    words = said(WHOLE)

    assert words.startswith("Payments had a problem from ")
    assert "Customers noticed it for 50. All was back to normal after 120." in words
    assert words.endswith(
        "2 things together made it possible. We agreed on 2 changes; 1 is still to come."
    )


@pytest.mark.parametrize(
    ("change", "end"),
    [
        ({"actions": 0, "open_actions": 0}, "made it possible."),
        ({"actions": 1, "open_actions": 1}, "We agreed on 1 change; it is still to come."),
        ({"actions": 1, "open_actions": 0}, "We agreed on 1 change; it is made."),
        ({"open_actions": 0}, "We agreed on 2 changes; all are made."),
        ({"open_actions": 2}, "We agreed on 2 changes; none is made yet."),
    ],
    ids=["none", "one open", "one made", "all made", "all open"],
)
def test_paragraph_counts_changes(change: dict[str, Any], end: str) -> None:
    assert said(replace(WHOLE, **change)).endswith(end)


def test_paragraph_leaves_out_what_nobody_knows() -> None:
    bare = Facts("", NOW, contained_at=None, resolved_at=None)

    assert said(bare).startswith("It was noticed at ")
    assert "Customers" not in said(bare)


@pytest.mark.parametrize(
    ("actions", "open_actions", "words"),
    [
        (1, 1, "We agreed on 1 change. It is still to come"),
        (1, 0, "We agreed on 1 change. It is made"),
        (2, 2, "We agreed on 2 changes. None is made yet"),
        (2, 0, "All 2 changes that we agreed on are made"),
        (3, 2, "1 of 3 changes is made"),
        (3, 1, "2 of 3 changes are made"),
    ],
)
def test_the_list_of_changes_says_how_far_they_are(
    actions: int, open_actions: int, words: str
) -> None:
    one = changes_heading(replace(WHOLE, actions=actions, open_actions=open_actions))

    assert one.msgid.format(**one.params) == words


@pytest.mark.parametrize(
    ("calls", "before", "minutes", "words"),
    [
        (0, 0, None, "Nobody was called"),
        (2, 1, 4, "1 call until somebody acknowledged, after 4"),
        (1, 1, 0, "1 call until somebody acknowledged, within a minute"),
        (6, 5, 17, "5 calls until somebody acknowledged, after 17"),
        (2, 0, 3, "Somebody acknowledged before anybody was called"),
        (2, 0, None, "2 calls, and nobody acknowledged"),
    ],
)
def test_the_list_of_calls_says_how_they_went(
    calls: int, before: int, minutes: int | None, words: str
) -> None:
    one = calls_heading(calls, before=before, acknowledged_minutes=minutes)

    assert one.msgid.format(**one.params) == words
