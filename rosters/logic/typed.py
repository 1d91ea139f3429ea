"""What somebody has typed into a form and not sent: how it is stored, and how long.

Each sending, and each fresh start, begins a new turn. A page carries the turn in which it was
opened, so words that come late, from a page whose form was sent meanwhile, are told apart.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

KEPT_FOR = timedelta(days=30)
SENDINGS = 5


def stored(answers: Mapping[str, str], *, turn: int, sent_at: Sequence[str] = ()) -> dict[str, Any]:
    """As a row holds it; of the sendings, the last few instants."""
    return {"answers": dict(answers), "turn": turn, "sent_at": list(sent_at)[-SENDINGS:]}


def answers_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by the name of the field; nothing after a sending."""
    return dict(fields.get("answers", {}))


def sendings_of(fields: Mapping[str, Any]) -> list[str]:
    """When the form was sent, or begun afresh: the last few instants as ISO text."""
    return list(fields.get("sent_at", []))


def turn_of(fields: Mapping[str, Any]) -> int:
    """How often the form was sent or begun afresh; 0 for one that nobody touched."""
    return int(fields.get("turn", 0))
