"""Which ways are used: what is verified first, silence never."""

from dataclasses import dataclass

import pytest

from rosters.logic.reaching import used


@dataclass(frozen=True)
class Way:
    channel: str
    is_trusted: bool = True


PHONE, TEXT, MAIL = Way("phone"), Way("sms"), Way("email")
NEW_PHONE, NEW_MAIL = Way("phone", is_trusted=False), Way("email", is_trusted=False)
CASES = {
    "all are verified": ([PHONE, MAIL], [PHONE, MAIL], True, [PHONE, MAIL]),
    "a new number waits for its code": ([NEW_PHONE, TEXT], [NEW_PHONE, TEXT], True, [TEXT]),
    "nothing is verified: better than silence": ([NEW_PHONE], [NEW_PHONE], True, [NEW_PHONE]),
    "a verified one of the other list": ([NEW_PHONE], [NEW_PHONE, TEXT], True, [TEXT]),
    "a mailbox wakes nobody": ([NEW_PHONE], [NEW_PHONE, MAIL], True, [NEW_PHONE, MAIL]),
    "what can wait need not wake": ([NEW_PHONE, MAIL], [NEW_PHONE, MAIL], False, [MAIL]),
    "no list": ([], [PHONE], True, []),
}


@pytest.mark.parametrize(("chosen", "everything", "is_urgent", "found"), CASES.values(), ids=CASES)
def test_used(chosen, everything, is_urgent: bool, found) -> None:
    assert used(chosen, everything, is_urgent=is_urgent) == found
