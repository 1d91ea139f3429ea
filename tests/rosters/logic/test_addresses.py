"""Addresses by channel, and what somebody reads who mistyped one."""

import pytest

from rosters.logic import addresses

CASES = {
    "Berlin": ("phone", "+49 30 901820", None),
    "brackets": ("sms", "+1 (212) 555-0100", None),
    "two zeros": ("phone", "0049 30 901820", "Is it +49 30 901820?"),
    "no country": ("phone", "030 901820", "country code"),
    "too long": ("phone", "+49 30 9018 2090 1820 90", "country code"),
    "a line break": ("phone", "+49 30\n901820", "country code"),
    "too short": ("phone", "+49 30 55", "too short"),
    "a short one of an island": ("phone", "+683 4000", None),
    "turned around": ("chat", "\u202e+49305550", "cannot be seen"),
    "an unseen space": ("push", "mei\u200b", "cannot be seen"),
    "a blank letter": ("chat", "mei\u3164", "cannot be seen"),
    "a turned number": ("phone", "+49 30\u202d 901820", "cannot be seen"),
    "a turned mailbox": ("email", "mei\u202e@example.org", "cannot be seen"),
    "a mailbox": ("email", "mei@example.org", None),
    "half a mailbox": ("email", "mei@example", "is not an e-mail address"),
    "two addresses": ("email", "mei@example.org, ben@example.org", "is not an e-mail address"),
    "a chat account": ("chat", "@mei", None),
    "a service's address": ("chat", "slack://token/channel", "name of the account"),
    "a long one": ("email", "m" * 250 + "@example.org", "longer than 254"),
}


@pytest.mark.parametrize(("channel", "address", "said"), CASES.values(), ids=CASES)
def test_why_not_address(channel: str, address: str, said: str | None) -> None:
    found = addresses.why_not_address(channel, address)

    assert found is None if said is None else said in str(found)


def test_one_number_written_in_two_ways_is_the_same() -> None:
    assert addresses.key_of("phone", "+49 30 90-18-20") == addresses.key_of("sms", "+4930901820")
    assert addresses.key_of("email", " Mei@Example.org") == "mei@example.org"


def test_a_channel_without_a_carrier_says_so() -> None:
    found = addresses.why_not_channel("chat", is_usable=False)

    assert found == "Muster has no way to send chat messages yet. Ask an administrator."
