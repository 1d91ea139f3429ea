"""Whether a cell may stand: every sentence names its field."""

from datetime import timedelta

import pytest

from rosters.logic.cells import Filling, Known, problems
from rosters.logic.matrix import CellSpec
from tests.world import at

NOW = at("2026-11-20 12:00")
ADA, BEN, NILS = 1, 2, 3
PEOPLE = {
    ADA: Known("Ada Example"),
    BEN: Known("Ben Example", left_at=NOW + timedelta(days=1)),
    NILS: Known("Nils Berg", left_at=NOW),
}


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        pytest.param({}, "person", "name somebody", id="nobody"),
        pytest.param({"backup_id": ADA}, "person", "first, then the backup", id="only a backup"),
        pytest.param({"person_id": ADA, "roster_id": 9}, "roster", "not both", id="and a roster"),
        pytest.param({"person_id": ADA, "backup_id": ADA}, "backup", "cannot be both", id="twice"),
        pytest.param({"person_id": NILS}, "person", "Nils Berg has left", id="left"),
        pytest.param({"person_id": ADA, "backup_id": NILS}, "backup", "has left", id="left too"),
        pytest.param({"person_id": 99}, "person", "nobody here", id="unknown"),
        pytest.param({"person_id": ADA, "and_worse": True}, "severity", "needs", id="worse"),
        pytest.param(
            {"person_id": ADA, "service_id": 1, "team_id": 1}, "team", "not both", id="both places"
        ),
        pytest.param(
            {"person_id": ADA, "valid_from": NOW, "valid_to": NOW}, "valid_to", "end", id="no time"
        ),
    ],
)
def test_problems_name_the_field(facts: dict[str, object], field: str, words: str) -> None:
    cell = CellSpec(1, **facts)  # type: ignore[arg-type]

    found = problems(cell, others=(), people=PEOPLE, at=NOW, today=NOW.date())

    assert [(one.field, words in one.text) for one in found] == [(field, True)]
    assert found[0].text.startswith("“")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"person_id": ADA, "backup_id": BEN}, id="people, one leaves tomorrow"),
        pytest.param({"roster_id": 9}, id="a roster"),
        pytest.param({"person_id": ADA, "severity": 2, "and_worse": True}, id="severities"),
    ],
)
def test_what_may_stand(facts: dict[str, object]) -> None:
    cell = CellSpec(1, **facts)  # type: ignore[arg-type]

    assert not problems(cell, others=(), people=PEOPLE, at=NOW, today=NOW.date())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(Filling(NILS, BEN), Filling(ADA, BEN), id="the person"),
        pytest.param(Filling(BEN, NILS), Filling(BEN, ADA), id="the backup"),
        pytest.param(Filling(NILS, ADA), Filling(ADA, None), id="the backup moves up"),
        pytest.param(Filling(ADA, NILS), Filling(ADA, None), id="nobody backs themselves"),
        pytest.param(Filling(BEN), Filling(BEN), id="not named"),
    ],
)
def test_instead(before: Filling, after: Filling) -> None:
    assert before.instead(NILS, ADA) == after
