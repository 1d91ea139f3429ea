"""Who may take command, as a table of who they are and whether somebody leads."""

from dataclasses import replace

import pytest

from incidents.logic.access import Standing, State, why_not_take_command
from tests.world import NOW

OPEN = State("INC-7", NOW)
OVER = replace(OPEN, resolved_at=NOW)

PEOPLE = {
    "told": Standing(is_told=True),
    "in a role": Standing(has_role=True),
    "on the service": Standing(is_responder=True),
    "administrator": Standing(is_administrator=True),
    "commander": Standing(is_commander=True),
    "reader who was told": Standing(is_told=True, only_reads=True),
}


@pytest.mark.parametrize("standing", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("commander", ["", "Carol Example"], ids=["nobody", "somebody"])
def test_those_with_a_part_may_lead_whoever_leads_now(standing: Standing, commander: str) -> None:
    assert why_not_take_command(standing, OPEN, commander=commander) is None


@pytest.mark.parametrize(
    ("standing", "commander", "sentence"),
    [
        (Standing(), "", None),
        (Standing(), "Carol Example", "Carol Example commands INC-7. Only the people we called"),
        (Standing(only_reads=True), "", "Your role is to read along, so you cannot command INC-7."),
        (Standing(only_reads=True), "Carol Example", "Carol Example commands INC-7."),
    ],
    ids=["anybody able", "taking over", "reader", "reader taking over"],
)
def test_others_may_lead_where_nobody_does(
    standing: Standing, commander: str, sentence: str | None
) -> None:
    why_not = why_not_take_command(standing, OPEN, commander=commander)

    assert (why_not or "").startswith(sentence or "")
    assert (why_not is None) is (sentence is None)


@pytest.mark.parametrize("standing", [*PEOPLE.values(), Standing()], ids=[*PEOPLE, "stranger"])
def test_what_is_resolved_needs_no_commander(standing: Standing) -> None:
    why_not = why_not_take_command(standing, OVER, commander="")

    assert why_not == "INC-7 is resolved. It needs no commander."
