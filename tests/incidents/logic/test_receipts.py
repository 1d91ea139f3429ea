"""What a request was answered, in one line."""

from typing import Any

import pytest

from incidents.logic.receipts import Said, in_words, parts


def one(outcome: str, message: str, **more: str) -> dict[str, str]:
    return {"outcome": outcome, "message": message, **more}


OPENED = one("created", "Opened an incident.", alert="Disk full", incident="INC-7", key="k")
IGNORED = one("ignored", "Nothing to do.", alert="Disk full")
CHANGE = one("noted", "Kept as a change.", change="Payments 4.12")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param({"message": "It is broken."}, "It is broken", id="refused"),
        pytest.param({"alerts": []}, "There was nothing in it", id="empty"),
        pytest.param({}, "There was nothing in it", id="nothing"),
        pytest.param({"alerts": "x"}, "There was nothing in it", id="no list"),
        pytest.param({"alerts": [OPENED]}, "Opened an incident", id="names no incident's alert"),
        pytest.param({"alerts": [IGNORED]}, "Disk full: nothing to do", id="apart"),
        pytest.param({"alerts": [CHANGE]}, "Payments 4.12: kept as a change", id="change"),
        pytest.param({"alerts": [OPENED, OPENED, CHANGE]}, "2 opened, 1 noted", id="several"),
        pytest.param({"alerts": [IGNORED, CHANGE]}, "1 noted", id="what says more"),
        pytest.param({"alerts": [IGNORED, IGNORED]}, "2 with nothing to do", id="nothing else"),
    ],
)
def test_in_words(answer: dict[str, Any], words: str) -> None:
    assert in_words(answer) == words


def test_parts_name_each_alert_and_its_incident() -> None:
    assert parts({"alerts": [OPENED, CHANGE]}) == [
        Said("Disk full", "k", "Opened an incident.", "INC-7"),
        Said("Payments 4.12", "", "Kept as a change."),
    ]
