"""Addresses that suit their channels."""

import pytest

from rosters.forms.numbers import why_not_address


@pytest.mark.parametrize(
    ("channel", "address", "suits"),
    [
        pytest.param("email", "mei@example.org", True, id="mailbox"),
        pytest.param("email", "mei@", False, id="half a mailbox"),
        pytest.param("phone", "+49 30 901820", True, id="number"),
        pytest.param("sms", "+1 (212) 555-0100", True, id="number with brackets"),
        pytest.param("phone", "+44 20 7946 0000", True, id="London"),
        pytest.param("sms", "030 901820", False, id="no country"),
        pytest.param("phone", "+49", False, id="only the country"),
        pytest.param("phone", "call me", False, id="words"),
        pytest.param("phone", "+49 30 901820\n", False, id="line break"),
        pytest.param("", "anything", True, id="no channel chosen: said elsewhere"),
    ],
)
def test_why_not_address(channel: str, address: str, suits: bool) -> None:
    assert (why_not_address(channel, address) is None) is suits
