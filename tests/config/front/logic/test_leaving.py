"""Whom somebody means who types a name, or its beginning."""

import pytest

from config.front.logic.leaving import meant_by

KNOWN = ["Felix Brandt", "Mei Tan", "Mei Lin", "Felixa Moon"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Felix Brandt", "Felix Brandt"),
        ("  felix   brandt ", "Felix Brandt"),
        ("Felix", "Felix Brandt"),
        ("Mei", None),
        ("Nobody", None),
        ("", None),
    ],
)
def test_a_name_or_its_beginning(typed: str, meant: str | None) -> None:
    assert meant_by(typed, KNOWN) == meant
