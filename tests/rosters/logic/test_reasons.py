"""A reason is a line that somebody can read."""

import pytest

from rosters.logic.reasons import MOST_CHARACTERS, in_one_line

INVISIBLE = ("\u200b", "\u2060", "\u00ad", "\u3164", "\u202e", "\x01", "\x7f", "\u115f", "\ud83d")


@pytest.mark.parametrize("text", ["", " \n\t", "...", "\u2800", *INVISIBLE, "".join(INVISIBLE)])
def test_what_nobody_can_read_is_no_reason(text: str) -> None:
    assert in_one_line(text) == ""


@pytest.mark.parametrize("unseen", INVISIBLE)
def test_what_nobody_sees_is_dropped(unseen: str) -> None:
    assert in_one_line(f"{unseen}Nils{unseen} left{unseen}.") == "Nils left."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  Nils\r\n left\t. ", "Nils left ."),
        ("Nils \u200b left", "Nils left"),
        ("離職", "離職"),
        ("7", "7"),
        ("x" * 300, "x" * MOST_CHARACTERS),
    ],
)
def test_the_rest_stays_in_one_line(text: str, line: str) -> None:
    assert in_one_line(text) == line
