"""One's own rules: order, delays, what must wake, and the sentence that says it."""

import pytest

from rosters.logic.own_rules import (
    OwnWay,
    moved,
    preview,
    put_in,
    wakes_when,
    warnings,
    why_not_ways,
)

PHONE, TEXT, MAIL = OwnWay(1, "phone"), OwnWay(2, "sms", 2), OwnWay(3, "email", 5)


def test_preview_says_what_will_happen() -> None:
    assert preview([PHONE, TEXT, MAIL], is_urgent=True) == (
        "If something is urgent, we phone you at once, text you 2 minutes later and e-mail you"
        " 5 minutes later."
    )
    assert preview([MAIL], is_urgent=False) == (
        "If something can wait, we e-mail you 5 minutes later."
    )
    assert preview([PHONE, OwnWay(2, "sms"), MAIL], is_urgent=True) == (
        "If something is urgent, we phone you and text you at once, then e-mail you"
        " 5 minutes later."
    )
    assert "as for what can wait" in preview([], is_urgent=True)


def test_preview_says_what_is_kept_for_the_case_that_a_way_fails() -> None:
    chat, text = OwnWay(3, "chat"), OwnWay(2, "sms")

    assert preview([PHONE, text, chat], is_urgent=True) == (
        "If something is urgent, we phone you and text you at once. If one of these fails, we"
        " write to you in chat."
    )
    assert preview([OwnWay(4, "email"), chat], is_urgent=False) == (
        "If something can wait, we e-mail you at once. If that fails, we write to you in chat."
    )
    assert wakes_when({1: [PHONE, text, chat], 4: [chat]}) == (
        "When it is urgent: for SEV1 we phone you and text you at once, and write to you in chat if"
        " one of these fails; for SEV4 we write to you in chat at once."
    )


def test_delays_stay_with_the_places() -> None:
    assert moved([PHONE, TEXT, MAIL], 2, by=-1) == [
        OwnWay(2, "sms", 0),
        OwnWay(1, "phone", 2),
        MAIL,
    ]
    assert moved([PHONE, TEXT], 1, by=-1) == [PHONE, TEXT]
    assert moved([PHONE], 77, by=1) == [PHONE]


def test_a_mailbox_joins_before_the_phone_that_ends_the_list() -> None:
    assert put_in([TEXT, PHONE], MAIL) == [TEXT, OwnWay(3, "email", 0), PHONE]
    assert put_in([PHONE], PHONE) == [PHONE]


CASES = {
    "good": ([PHONE, TEXT], True, None),
    "ends with a mailbox": ([PHONE, MAIL], True, "must end with something that wakes you"),
    "without a phone there is nothing else": ([MAIL], False, None),
    "twice": ([PHONE, PHONE], True, "once in each list"),
    "backwards": ([TEXT, PHONE], True, "Mend the minutes"),
    "too late": ([OwnWay(1, "phone", 121)], True, "from 0 to 120"),
}


@pytest.mark.parametrize(("ways", "may_wake", "said"), CASES.values(), ids=CASES)
def test_why_not_ways(ways, may_wake: bool, said: str | None) -> None:
    found = why_not_ways(ways, is_urgent=True, may_wake=may_wake)

    assert found is None if said is None else said in str(found)


def test_a_delay_longer_than_a_rule_waits_is_warned_of() -> None:
    (said,) = warnings([PHONE, OwnWay(2, "sms", 9)], is_urgent=True)

    assert "We wait 9 minutes before we text you." in said
    assert "after 5 minutes" in said
    assert warnings([PHONE, OwnWay(2, "sms", 9)], is_urgent=False) == []
