"""The message desk of the embedded set-up: every message as its receiver sees it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from incidents.models import Notification
from rosters.models import DeskMessage, Person

DESK_MESSAGES = 200
"""How many messages the desk shows at most, the newest."""


@dataclass(frozen=True)
class Received:
    """One message on the desk; open while its receiver can still answer it."""

    message: DeskMessage
    is_open: bool

    @property
    def channel(self) -> str:
        return self.message.message.contact_point.channel

    @property
    def answer_path(self) -> str:
        """The answer link without its host: the desk answers on the address it is read at."""
        return urlsplit(self.message.answer_link).path


@dataclass(frozen=True)
class Handset:
    """One person's phone and inbox on the message desk, newest first."""

    person: Person
    messages: list[Received]

    @property
    def is_ringing(self) -> bool:
        return any(received.is_open for received in self.messages)


@dataclass(frozen=True)
class Desk:
    """Every handset that received something, the latest first."""

    handsets: list[Handset]
    now: datetime

    @property
    def ringing(self) -> int:
        """How many people a call waits for."""
        return sum(handset.is_ringing for handset in self.handsets)


def desk(*, now: datetime) -> Desk:
    """The newest messages by person, in two queries."""
    rows = DeskMessage.objects.select_related("message__person", "message__contact_point")
    newest = list(rows.order_by("-arrived_at", "-pk")[:DESK_MESSAGES])
    unanswered = _unanswered([row for row in newest if row.answer_link])
    by_person: dict[Person, list[Received]] = defaultdict(list)
    for row in newest:
        received = Received(
            row, is_open=bool(row.answer_link) and row.message.topic_id in unanswered
        )
        by_person[row.message.person].append(received)
    return Desk([Handset(person, found) for person, found in by_person.items()], now)


def _unanswered(rows: list[DeskMessage]) -> set[int]:
    """The notifications behind these messages that still wait for an answer."""
    waiting = Notification.objects.filter(
        pk__in=[row.message.topic_id for row in rows],
        answer="",
        incident__acknowledged_at__isnull=True,
        incident__resolved_at__isnull=True,
    )
    return set(waiting.values_list("pk", flat=True))
