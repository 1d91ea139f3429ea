"""What makes a saved view, as tables."""

import pytest

from rosters.logic import saved_views


@pytest.mark.parametrize(
    ("query", "tidy"),
    [
        ("", ""),
        ("service=payments&state=", "service=payments"),
        ("state=open&page=3&format=csv", "state=open"),
        ("b=2&a=1", "a=1&b=2"),
        ("q=EU+cards%26more", "q=EU+cards%26more"),
        ("q=%00", "q="),
    ],
)
def test_tidy_keeps_what_narrows(query: str, tidy: str) -> None:
    assert saved_views.tidy(query) == tidy


@pytest.mark.parametrize(("name", "possible"), [("A", True), (" ", False), ("x" * 61, False)])
def test_why_not_name(name: str, possible: bool) -> None:
    assert (saved_views.why_not_name(name) is None) is possible


@pytest.mark.parametrize(
    ("query", "possible"), [("a=1", True), ("", False), ("q=" + "x" * 500, False)]
)
def test_why_not_query(query: str, possible: bool) -> None:
    assert (saved_views.why_not_query(query) is None) is possible


@pytest.mark.parametrize(("count", "possible"), [(0, True), (19, True), (20, False)])
def test_why_not_more(count: int, possible: bool) -> None:
    assert (saved_views.why_not_more(count) is None) is possible
