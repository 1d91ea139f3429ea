from collections.abc import Mapping
from datetime import datetime

import pytest

from rosters.logic.ways_out import Outage, outage
from tests.world import at

TWO, THREE = at("2026-11-03 02:00"), at("2026-11-03 03:00")


@pytest.mark.parametrize(
    ("out_since", "found"),
    [
        pytest.param({}, None, id="nothing is set up"),
        pytest.param({"email": None, "sms": None}, None, id="all works"),
        pytest.param({"email": TWO, "sms": None}, None, id="what wakes works"),
        pytest.param({"email": None, "sms": TWO, "phone": None}, None, id="one that wakes works"),
        pytest.param({"chat": TWO, "email": None}, None, id="nothing that wakes is set up"),
        pytest.param(
            {"email": None, "sms": TWO, "phone": THREE},
            Outage(THREE, ("sms", "phone"), ("email",)),
            id="nothing wakes, since the last of it went",
        ),
        pytest.param(
            {"email": THREE, "sms": TWO}, Outage(THREE, ("email", "sms"), ()), id="nothing leaves"
        ),
        pytest.param(
            {"chat": THREE, "sms": TWO, "email": None},
            Outage(TWO, ("chat", "sms"), ("email",)),
            id="it counts from when nothing woke",
        ),
        pytest.param({"email": TWO}, Outage(TWO, ("email",), ()), id="the only one"),
    ],
)
def test_outage(out_since: Mapping[str, datetime | None], found: Outage | None) -> None:
    assert outage(out_since) == found


def test_an_outage_says_what_fails_and_what_works() -> None:
    some = Outage(TWO, ("phone", "sms"), ("email", "chat"))
    every = Outage(TWO, ("phone", "sms", "email"), ())

    assert some.sentence == (
        "Muster wakes nobody: phone calls and text messages fail. E-mails and chat messages still"
        " leave."
    )
    assert every.sentence == ("Muster reaches nobody: phone calls, text messages and e-mails fail.")
