"""Several messages about the same thing, said in one: "7 more on Payments". Pure.

Only what can wait and needs no answer is ever bundled. The first one about something leaves at
once; what comes to the same person within WINDOW after it waits for the window's end, and leaves
as one message that names all of it.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from rosters.logic.gsm import SEGMENT, cut, gsm7

WINDOW = timedelta(minutes=5)
JOINED_FOR = timedelta(minutes=3)
"""What another message names leaves by itself, if that one has not left after so long."""
MOST_NAMED = 20
SUBJECT_LENGTH = 200
LINK = re.compile(r"https?://\S+\s*$")
SHORTEST = 12


def leaves_at(due_at: datetime, *, last_sent_at: datetime | None) -> datetime:
    """When a message about something leaves, after one about the same was sent."""
    return due_at if last_sent_at is None else max(due_at, last_sent_at + WINDOW)


def more(count: int, name: str) -> str:
    """ "7 more on Payments"."""
    return f"{count} more on {name}"


def subject(own: str, count: int, name: str) -> str:
    """The subject of the message that names the others."""
    said = f" (and {more(count, name)})"
    return cut(own, SUBJECT_LENGTH - len(said)) + said


def written(body: str, others: Sequence[str], name: str) -> str:
    """The message itself, then the subjects of the others, as far as anybody reads them."""
    named = [f"- {one}" for one in others[:MOST_NAMED]]
    left = len(others) - len(named)
    if left:
        named.append(f"- and {left} more")
    return "\n".join([f"{body}\n\n{more(len(others), name)}:", *named])


def text(body: str, count: int, name: str) -> str:
    """The same as one text message: its link stays at the end, and its words are cut to fit."""
    found = LINK.search(body)
    link = found.group().strip() if found else ""
    said = gsm7(body[: found.start()] if found else body).strip()
    tail = gsm7(f" And {more(count, cut(name, 40))}.{' ' + link if link else ''}")
    room = SEGMENT - len(tail)
    return (cut(said, room) if room >= SHORTEST else "") + tail


def spoken(body: str, count: int, name: str) -> str:
    """The same on the phone."""
    return f"{body} And {more(count, name)}."
