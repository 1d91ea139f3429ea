"""What changed between two versions, as a table."""

import pytest

from runbooks.logic import StepText, compare

A, B, C = (StepText("Do", text) for text in "ABC")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([], [], []),
        ([A, B], [A, B], ["Same", "Same"]),
        ([A], [A, B], ["Same", "Added"]),
        ([A, B], [B], ["Removed", "Same"]),
        ([A, B], [A, C], ["Same", "Changed"]),
        ([A], [B, C], ["Changed", "Added"]),
        ([A, B], [C], ["Changed", "Removed"]),
    ],
    ids=["empty", "same", "added", "removed", "changed", "one becomes two", "two become one"],
)
def test_compare_says_what_became_of_each_step(
    before: list[StepText], after: list[StepText], words: list[str]
) -> None:
    assert [line.word for line in compare(before, after)] == words


def test_compare_keeps_both_numbers() -> None:
    (removed, same) = compare([A, B], [B])

    assert (removed.number_before, removed.number_after) == (1, None)
    assert (same.number_before, same.number_after) == (2, 1)
