"""Who may change a roster, and whom to ask."""

import pytest

from rosters.logic.roster_keeping import RosterKeeper, why_not_keep_roster


@pytest.mark.parametrize(
    "keeper",
    [
        RosterKeeper(is_administrator=True),
        RosterKeeper(keeps_rosters=True),
        RosterKeeper(leads_the_team=True),
    ],
    ids=["an administrator", "a roster manager", "a lead"],
)
def test_those_who_may_read_no_reason(keeper: RosterKeeper) -> None:
    assert why_not_keep_roster(keeper) is None


@pytest.mark.parametrize(
    ("leads", "end"),
    [
        ((), "can change this roster."),
        (("Mei Tan",), "can change this roster. Ask Mei Tan."),
        (("Jo Li", "Mei Tan", "Zoe Hall"), "can change this roster. Ask Jo Li or Mei Tan."),
    ],
    ids=["nobody leads", "one leads", "three lead"],
)
def test_the_others_read_whom_to_ask(leads: tuple[str, ...], end: str) -> None:
    assert (why_not_keep_roster(RosterKeeper(leads=leads)) or "").endswith(end)
