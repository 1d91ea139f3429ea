"""Texts with places: what fills them is plain text, and nothing else happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic import sandbox

PLACES = {"title": "the title", "next": "whom we call next"}


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        ("Call: {title}.", {"title": "Cards fail"}, "Call: Cards fail."),
        ("{title}[[, then {next}]].", {"title": "A", "next": "Ben"}, "A, then Ben."),
        ("{title}[[, then {next}]].", {"title": "A", "next": ""}, "A."),
        ("[[Pass[[ to {next}]].]]", {}, "Pass."),
        ("[[{title}[[ to {next}]].]]", {"next": "Ben"}, ""),
        ("{title}", {"title": "{next} [[x]]", "next": "Ben"}, "{next} [[x]]"),
        ("[SEV1] {title}", {"title": "A"}, "[SEV1] A"),
        ("100% of {title}: %(next)s %s", {"title": "5%d"}, "100% of 5%d: %(next)s %s"),
        ("{next}{title}", {"title": "A"}, "A"),
        ("{title} {title}", {"next": "", "title": "A"}, "A A"),
    ],
)
def test_fill(text: str, known: dict[str, str], said: str) -> None:
    assert sandbox.fill(text, known) == said


def test_the_same_text_is_laid_out_by_what_is_known_this_time() -> None:
    text = "{title}[[, then {next}]]."

    said = [sandbox.fill(text, {"title": "A", "next": name}) for name in ("Ben", "", "Cem")]

    assert said == ["A, then Ben.", "A.", "A, then Cem."]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{title}", None),
        ("{titel}", "{titel} is no place that we know here. There are {title}, {next}."),
        ("[[{title}", "A part begins with [[ and does not end. Write ]] where it ends."),
        ("{title}]]", "A part ends with ]] and never began. Write [[ where it begins."),
        ("{title.__class__}", "{ and } stand only around a place, such as {title}."),
        ("{{title}}", "{ and } stand only around a place, such as {title}."),
        ("{% load x %}", "{ and } stand only around a place, such as {title}."),
    ],
)
def test_why_not(text: str, why: str | None) -> None:
    assert sandbox.why_not(text, PLACES) == why


@given(st.text(alphabet="{}[] atitlenxv_.%", max_size=60))
def test_whatever_is_typed_is_refused_or_filled(text: str) -> None:
    if sandbox.why_not(text, PLACES) is None:
        said = sandbox.fill(text, {"title": "A", "next": "B"})
        assert "{" not in said
        assert "[[" not in said or "[" in text.replace("[[", "")
