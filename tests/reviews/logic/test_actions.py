"""What can be an action item."""

from datetime import date, timedelta

import pytest

from reviews.logic.actions import FAR, Owner, why_not_due, why_not_owner, why_not_title

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("title", "is_possible"),
    [("Alert", True), ("", False), (" \n", False), ("x" * 160, True), ("x" * 161, False)],
)
def test_titles(title: str, is_possible: bool) -> None:
    assert (why_not_title(title) is None) is is_possible


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        (Owner("Mei Tan"), None),
        (Owner("Mei Tan", has_left=True), "Mei Tan has left"),
        (Owner("Mei Tan", may_read=False), "Mei Tan may not read"),
    ],
)
def test_owners(owner: Owner, sentence: str | None) -> None:
    why_not = why_not_owner(owner)

    assert why_not is None if sentence is None else sentence in (why_not or "")


@pytest.mark.parametrize(
    ("due_date", "is_possible"),
    [
        (TODAY, True),
        (TODAY - timedelta(days=1), False),
        (TODAY + FAR, True),
        (TODAY + FAR + timedelta(days=1), False),
        (date.max, False),
        (date.min, False),
    ],
)
def test_days(due_date: date, is_possible: bool) -> None:
    assert (why_not_due(due_date, today=TODAY) is None) is is_possible
