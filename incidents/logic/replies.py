"""Answers by text message: what somebody meant, which number means what, what we say. Pure.

Each call that waits for an answer has two numbers of its own at the phone that it went to: an odd
one that takes it and the even one after it that passes it on. So a late "1" can never take another
incident than the one that the message was about.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

REST = timedelta(hours=1)
"""For so long a number means nothing new once its call is over: late answers still come in."""

TAKING = frozenset({"ok", "yes", "y", "ack", "acknowledge", "acknowledged", "mine", "ja"})
PASSING = frozenset({"no", "n", "pass", "next", "nein"})
LONGEST = 40


@dataclass(frozen=True)
class Reply:
    """What somebody wrote: a number, or one of the words above as `takes`; else neither."""

    number: int | None = None
    takes: bool | None = None


def read(text: str) -> Reply:
    """What a text message means; the first number in it counts, and a word only alone."""
    said = " ".join(text.split())[:LONGEST].strip(" .!")
    number = re.match(r"[^\w]*([0-9]{1,3})(?![0-9])", said, re.ASCII)
    if number:
        return Reply(number=int(number.group(1)))
    word = said.lower()
    if word in TAKING:
        return Reply(takes=True)
    return Reply(takes=False) if word in PASSING else Reply()


@dataclass(frozen=True)
class Given:
    """A number that a phone was given, when, and whether its call still waits for an answer."""

    number: int
    given_at: datetime
    is_open: bool


def free_number(given: Collection[Given], *, now: datetime) -> int:
    """The least odd number that means nothing at this phone, and has meant nothing for an hour."""
    taken = {one.number for one in given if one.is_open or one.given_at > now - REST}
    number = 1
    while number in taken:
        number += 2
    return number


def takes(number: int) -> bool:
    """Whether a number takes the call; the one after it passes it on."""
    return number % 2 == 1


def first_of(number: int) -> int:
    """The number under which a pair is kept."""
    return number if takes(number) else number - 1


@dataclass(frozen=True)
class Waiting:
    """A call that waits for an answer: its incident, and the number that takes it."""

    reference: str
    number: int


def taken(reference: str, link: str = "") -> str:
    """They have it now; a phone does not read the link out."""
    start = f" Start here: {link}" if link else ""
    return f"Muster: thank you. You have {reference}. Calls have stopped.{start}"


def taken_too(reference: str, first: str) -> str:
    """They acknowledged what somebody else has, as their rule asks of each."""
    return f"Muster: thank you. {first} has {reference}. The calls to you have stopped."


def lost(reference: str, who: str, at: str) -> str:
    """Somebody else has it, since the clock time `at`."""
    return f"Muster: {who} acknowledged {reference} at {at}. You do not need to do anything."


def passed(reference: str) -> str:
    """They cannot take it."""
    return f"Muster: you passed {reference} on. We call the next person now."


def still(reference: str) -> str:
    """They are still on it."""
    return f"Muster: thank you. You are still on {reference}."


def given_back(reference: str) -> str:
    """They are not on it any more."""
    return f"Muster: you handed {reference} back. The calls go on now."


def not_understood(waiting: Collection[Waiting]) -> str:
    """Which answers there are, where what came was none of them."""
    if not waiting:
        return "Muster: nothing waits for your answer. You do not need to do anything."
    first, *others = sorted(waiting, key=lambda one: one.number)
    said = f"Muster did not understand that. Reply {first.number} to acknowledge {first.reference}"
    return said + "".join(f", {one.number} for {one.reference}" for one in others[:4]) + "."
