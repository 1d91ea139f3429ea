"""Carriers and fillers of the tests. What they are told and what they saw is kept on the class."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from django.db import connection

from rosters.channels.contract import Outgoing, Receipt, SendFailed
from rosters.models import Message
from rosters.operations.sending import Sweep

HERE = "tests.rosters.operations.carriers"


class NotedCarrier:
    """Takes everything, unless `does` says otherwise."""

    wants_answer_link = False
    is_in_house = True
    takes_replies = False
    taken: ClassVar[list[Outgoing]] = []
    asked: ClassVar[list[Outgoing]] = []
    in_transaction: ClassVar[list[bool]] = []
    does: ClassVar[Callable[[Outgoing], None] | None] = None

    @classmethod
    def forget(cls) -> None:
        cls.taken.clear()
        cls.asked.clear()
        cls.in_transaction.clear()
        cls.does = None

    def send(self, outgoing: Outgoing) -> Receipt:
        cls = type(self)
        cls.asked.append(outgoing)
        cls.in_transaction.append(connection.in_atomic_block)
        if cls.does is not None:
            cls.does(outgoing)
        cls.taken.append(outgoing)
        return Receipt(f"noted:{outgoing.message_id}")


class OtherCarrier(NotedCarrier):
    """Another channel's, with its own memory and behavior."""

    taken: ClassVar[list[Outgoing]] = []
    asked: ClassVar[list[Outgoing]] = []
    in_transaction: ClassVar[list[bool]] = []


def fail(
    detail: str = "no", *, permanent: bool = False, is_away: bool = False
) -> Callable[[Outgoing], None]:
    def raise_it(_outgoing: Outgoing) -> None:
        raise SendFailed(detail, permanent=permanent, is_away=is_away)

    return raise_it


def hand_over(sweep: Sweep, message: Message) -> bool:
    """One claimed message through a sweep; says whether its carrier took it."""
    before = sweep.total
    sweep.look()
    sweep.start(message)
    while sweep.land(10):
        pass
    return sweep.total > before


def make_link(*, message: Message, now: datetime) -> str:  # a filler's signature
    return f"https://muster.example.org/a/{message.pk}/"
