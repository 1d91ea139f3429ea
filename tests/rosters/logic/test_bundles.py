from datetime import datetime, timedelta

import pytest

from rosters.logic import bundles
from rosters.logic.gsm import ALPHABET, SEGMENT
from tests.world import at

TWO = at("2026-11-03 02:00")
MINUTE = timedelta(minutes=1)
LINK = "https://muster.example.com/incidents/INC-1234567/"


@pytest.mark.parametrize(
    ("last", "leaves"),
    [
        pytest.param(None, TWO, id="the first one leaves at once"),
        pytest.param(TWO - MINUTE, TWO + 4 * MINUTE, id="the next waits for the window's end"),
        pytest.param(TWO - bundles.WINDOW, TWO, id="the window is over"),
    ],
)
def test_leaves_at(last: datetime | None, leaves: datetime) -> None:
    assert bundles.leaves_at(TWO, last_sent_at=last) == leaves


def test_a_long_message_names_the_others() -> None:
    said = bundles.written("Cards fail.", ["Mail is late", "Logins fail"], "Payments")

    assert said == "Cards fail.\n\n2 more on Payments:\n- Mail is late\n- Logins fail"


def test_of_very_many_the_first_are_named_and_the_rest_counted() -> None:
    said = bundles.written("Cards fail.", [f"Number {one}" for one in range(107)], "Payments")

    assert "107 more on Payments:" in said
    assert said.endswith("- Number 19\n- and 87 more")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (f"Muster SEV3: Mail is late. It is not contained yet. {LINK}", "Payments"),
        (f"Muster SEV3: {'very ' * 40}late. {LINK}", "The service with the longest name " * 4),
        ("Muster SEV3: " + "x" * 200, "Payments"),
        ("Zażółć gęślą jaźń “quoted” 🔥", "Zahlungen für Köln"),
    ],
    ids=["usual", "everything is long", "no word ends", "odd characters"],
)
def test_a_text_message_stays_one_and_keeps_its_link(body: str, name: str) -> None:
    said = bundles.text(body, 7, name)

    assert len(said) <= SEGMENT
    assert set(said) <= ALPHABET
    assert "7 more on" in said
    assert said.endswith(LINK) or LINK not in body


def test_the_subject_says_how_many_more_and_fits() -> None:
    assert bundles.subject("[SEV3] Mail is late", 7, "Payments") == (
        "[SEV3] Mail is late (and 7 more on Payments)"
    )
    assert len(bundles.subject("x " * 200, 7, "Payments")) <= bundles.SUBJECT_LENGTH
