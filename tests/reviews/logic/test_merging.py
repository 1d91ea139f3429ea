"""Two texts and what they began from: what settles itself, and what must be asked."""

import pytest

from reviews.logic.merging import Settled, mark, settle


@pytest.mark.parametrize(
    ("mine", "theirs", "base", "settled"),
    [
        ("A", "A", "", Settled.SAME),
        ("A\r\nB ", "A\nB\n", "", Settled.SAME),
        ("Old", "New", mark("Old"), Settled.THEIRS),
        ("New", "Old", mark("Old"), Settled.MINE),
        ("Mine", "Theirs", mark("Old"), Settled.ASK),
        ("", "Theirs", mark(""), Settled.THEIRS),
        ("", "Theirs", mark("Old"), Settled.ASK),
        ("Mine", "", mark("Old"), Settled.ASK),
        ("Old", "New", "", Settled.ASK),
        ("Old", "New", "no mark of ours", Settled.ASK),
    ],
)
def test_settle(mine: str, theirs: str, base: str, settled: Settled) -> None:
    assert settle(mine=mine, theirs=theirs, base=base) is settled


def test_line_ends_make_no_mark() -> None:
    assert mark("A\r\nB\r\n") == mark("A\nB")
    assert mark("A") != mark("B")
