"""When a code that proves a contact point may be sent, and whether a typed one is right. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GOOD_FOR = timedelta(minutes=15)
AGAIN_AFTER = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_TRIES = 5
MOST_A_DAY = 5
MOST_A_DAY_FOR_ONE_PERSON = 15
MOST_AN_HOUR_FOR_ONE_PERSON = 5
HOUR = timedelta(hours=1)
DIGITS = 6
NOT_A_CODE = f"A code is {DIGITS} digits, such as 417 203. Type the one that arrived."


@dataclass(frozen=True)
class Waiting:
    """The code that is on its way or has arrived. `has_left`: it was handed to a carrier."""

    expires_at: datetime
    tries: int = 0
    has_left: bool = False


def typed(text: str) -> str:
    """The digits of what somebody typed: "417 203" and "417-203" are the same code."""
    return re.sub(r"[\s\-.]", "", text)


def is_code(text: str) -> bool:
    """Whether it could be a code at all; what could not is a slip and uses up no try."""
    digits = typed(text)
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit()


def why_not_send(
    sent: Sequence[datetime], *, of_person: Sequence[datetime], is_verified: bool, now: datetime
) -> str | None:
    """Whether another code may leave.

    `sent`: to this number or address within a day, whoever asked and however often it was removed
    and added meanwhile. `of_person`: what this person asked for within a day, wherever it went.
    """
    if is_verified:
        return "This is verified already."
    if any(at > now - AGAIN_AFTER for at in sent):
        return "A code has just gone there. Wait one minute, then try again."
    if sum(at > now - DAY for at in sent) >= MOST_A_DAY:
        return f"{MOST_A_DAY} codes have gone there within a day. Try again tomorrow."
    if len(of_person) >= MOST_A_DAY_FOR_ONE_PERSON:
        return f"You have asked for {len(of_person)} codes within a day. Try again tomorrow."
    lately = sum(at > now - HOUR for at in of_person)
    if lately >= MOST_AN_HOUR_FOR_ONE_PERSON:
        return f"You have asked for {lately} codes within an hour. Try again later."
    return None


def why_not_try(waiting: Waiting | None, *, now: datetime) -> str | None:
    """Whether a code can be typed now."""
    if waiting is None:
        return "There is no code to type. Send one first."
    if waiting.tries >= MOST_TRIES:
        return f"{MOST_TRIES} wrong codes were typed. Send a new one."
    if now >= waiting.expires_at:
        return "The code is older than 15 minutes. Send a new one."
    if not waiting.has_left:
        return "The code has not been sent yet. Look again in a moment."
    return None


def wrong(tries: int) -> str:
    """What somebody reads who typed a wrong code, `tries` counted."""
    left = MOST_TRIES - tries
    if left <= 0:
        return "That is not the code. Send a new one."
    more = "one more try" if left == 1 else f"{left} more tries"
    return f"That is not the code. You have {more}."
