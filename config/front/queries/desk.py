"""The message desk of the embedded set-up: every message as its receiver sees it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator

from incidents.logic.attention import PURPOSE
from incidents.models import Notification
from rosters.models import DeskMessage, Person

DESK_MESSAGES = 600
"""How many messages the desk looks through at most, the newest."""

HANDSETS = 9
SHOWN_RINGING, SHOWN = 2, 1
"""How many messages of one handset stand open; the earlier ones are folded away."""


@dataclass(frozen=True)
class Received:
    """What one person got about one thing; open while they can still acknowledge it or pass it on.

    `is_waiting`: it asks whether they are still on it, and its link leads to the answer.

    `message` is what came first in their list; `others` are the same words by other ways.
    """

    message: DeskMessage
    is_open: bool
    others: tuple[DeskMessage, ...] = ()
    is_waiting: bool = False

    @property
    def is_over(self) -> bool:
        return not self.is_open and not self.is_waiting

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

    @property
    def newest(self) -> list[Received]:
        return self.messages[: self._shown]

    @property
    def earlier(self) -> list[Received]:
        return self.messages[self._shown :]

    @property
    def _shown(self) -> int:
        return SHOWN_RINGING if self.is_ringing else SHOWN


@dataclass(frozen=True)
class Desk:
    """Some of the handsets that received something: those that ring first, then the latest."""

    page: Page[Handset]
    ringing: int
    now: datetime

    @property
    def handsets(self) -> list[Handset]:
        return list(self.page.object_list)


def desk(*, page: str, now: datetime) -> Desk:
    """The newest messages by person, in three queries. A `page` that is none is the first."""
    rows = DeskMessage.objects.select_related("message__person", "message__contact_point")
    newest = list(rows.order_by("-arrived_at", "-pk")[:DESK_MESSAGES])
    linked = [row for row in newest if row.answer_link]
    unanswered, asked = _unanswered(linked), _asked(linked)
    by_person: dict[Person, list[DeskMessage]] = defaultdict(list)
    for row in newest:
        by_person[row.message.person].append(row)
    handsets = [
        Handset(person, _calls(rows, unanswered, asked)) for person, rows in by_person.items()
    ]
    handsets.sort(key=lambda handset: not handset.is_ringing)
    ringing = sum(handset.is_ringing for handset in handsets)
    return Desk(Paginator(handsets, HANDSETS).get_page(page), ringing, now)


def _calls(rows: list[DeskMessage], unanswered: set[int], asked: set[int]) -> list[Received]:
    """One for each thing that was told, however many ways it came; the newest first."""
    by_topic: dict[tuple[str, int], list[DeskMessage]] = defaultdict(list)
    for row in rows:
        by_topic[row.message.topic, row.message.topic_id].append(row)
    return [
        Received(
            row,
            bool(row.answer_link) and row.message.topic_id in unanswered,
            tuple(others),
            bool(row.answer_link) and row.message.topic_id in asked,
        )
        for row, *others in by_topic.values()
    ]


def _unanswered(rows: list[DeskMessage]) -> set[int]:
    """The notifications behind these messages that still wait for an answer."""
    waiting = Notification.objects.filter(
        pk__in=[row.message.topic_id for row in rows],
        answer="",
        incident__acknowledged_at__isnull=True,
        incident__resolved_at__isnull=True,
    )
    return set(waiting.values_list("pk", flat=True))


def _asked(rows: list[DeskMessage]) -> set[int]:
    """The questions behind these messages whether somebody is still on it, without an answer."""
    asked = Notification.objects.filter(
        pk__in=[row.message.topic_id for row in rows],
        purpose__startswith=f"{PURPOSE} ",
        answer="",
        incident__resolved_at__isnull=True,
    )
    return set(asked.values_list("pk", flat=True))
