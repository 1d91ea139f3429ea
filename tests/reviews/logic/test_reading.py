"""A published review in one paragraph, as a table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reviews.logic.reading import Facts, paragraph
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

    assert words.startswith("Payments was in trouble from ")
    assert "Customers felt it for 50. All was back to normal after 120." in words
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
        ({"open_actions": 2}, "We agreed on 2 changes; all are still to come."),
    ],
    ids=["none", "one open", "one made", "all made", "all open"],
)
def test_paragraph_counts_changes(change: dict[str, Any], end: str) -> None:
    assert said(replace(WHOLE, **change)).endswith(end)


def test_paragraph_leaves_out_what_nobody_knows() -> None:
    bare = Facts("", NOW, contained_at=None, resolved_at=None)

    assert said(bare).startswith("It was noticed at ")
    assert "Customers" not in said(bare)
