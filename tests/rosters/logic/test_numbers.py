"""Who may see the numbers of whom."""

import pytest

from rosters.logic.numbers import Closeness, why_not_see_numbers

REASONS = ["is_self", "is_administrator", "shares_team", "shares_roster", "are_both_on_call"]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_enough(reason: str) -> None:
    assert why_not_see_numbers(Closeness(**{reason: True}), name="Mei") is None


def test_without_a_reason_a_sentence_says_who_can_and_what_to_do() -> None:
    why_not = why_not_see_numbers(Closeness(), name="Mei")

    assert why_not
    assert "the same team" in why_not
    assert "Muster calls Mei for you" in why_not
