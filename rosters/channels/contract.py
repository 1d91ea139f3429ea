"""What every carrier is given, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """One message as it leaves, every placeholder filled.

    `idempotency_key` is the same for every attempt at the same message, so that a receiver can
    recognise a second copy. `thread_key` is the same for everything about one incident.
    """

    message_id: int
    address: str
    person_name: str
    channel: str
    subject: str
    body: str
    thread_key: str
    idempotency_key: str
    answer_link: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """A carrier took the message; `reference` is its own name for it, if it gave one."""

    reference: str = ""


class SendFailed(Exception):
    """A carrier did not take the message. Permanent: trying again would not help.

    `is_away`: the carrier itself could not be reached, so it would not take any other one now.
    """

    def __init__(self, detail: str, *, permanent: bool, is_away: bool = False) -> None:
        super().__init__(detail)
        self.permanent = permanent
        self.is_away = is_away


class Carrier(Protocol):
    """Hands one message to the outside within seconds, or raises SendFailed.

    `wants_answer_link`: it can offer the answer itself, as keys or buttons, whatever the body says.
    """

    wants_answer_link: bool

    def send(self, outgoing: Outgoing) -> Receipt: ...
