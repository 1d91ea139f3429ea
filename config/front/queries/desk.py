"""The message desk of the embedded set-up: every message as its receiver sees it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.paginator import Page, Paginator

from incidents.logic.attention import is_question
from incidents.models import Notification
from rosters.enums import Channel
from rosters.models import DeskMessage, Message, Person

DESK_MESSAGES = 600
"""How many messages the desk looks through at most, the newest."""

HANDSETS = 9
LONGEST_NUMBER = 18
SHOWN_RINGING, SHOWN = 2, 1
"""How many messages of one handset stand open; the earlier ones are folded away."""


@dataclass(frozen=True)
class Received:
    """What one person got about one thing; open while they can still answer it.

    `message` is what came first in their list; `others` are the same words by other ways. Where it
    asks whether somebody is still on it, it is a question, and answered as one. `told` is the call
    behind it, `newer` the later message of the same incident that waits for the same answer.
    """

    message: DeskMessage
    is_open: bool
    others: tuple[DeskMessage, ...] = ()
    told: Notification | None = None
    newer: DeskMessage | None = None

    @property
    def is_question(self) -> bool:
        return self.told is not None and is_question(self.told.purpose)

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
    """The newest messages by person, in two queries. A `page` that is none is the first."""
    rows = DeskMessage.objects.select_related("message__person", "message__contact_point")
    newest = list(rows.order_by("-arrived_at", "-pk")[:DESK_MESSAGES])
    told = _told([row for row in newest if row.answer_link])
    by_person: dict[Person, list[DeskMessage]] = defaultdict(list)
    for row in newest:
        by_person[row.message.person].append(row)
    handsets = [Handset(person, _calls(rows, told)) for person, rows in by_person.items()]
    handsets.sort(key=lambda handset: not handset.is_ringing)
    ringing = sum(handset.is_ringing for handset in handsets)
    return Desk(Paginator(handsets, HANDSETS).get_page(page), ringing, now)


def _calls(rows: list[DeskMessage], told: dict[int, Notification]) -> list[Received]:
    """One for each thing that was told, however many ways it came; the newest first.

    Of one incident only the newest that waits for an answer can be answered here.
    """
    by_topic: dict[tuple[str, int], list[DeskMessage]] = defaultdict(list)
    for row in rows:
        by_topic[row.message.topic, row.message.topic_id].append(row)
    asking: dict[int, DeskMessage] = {}
    found = []
    for row, *others in by_topic.values():
        call = told.get(row.message.topic_id) if row.answer_link else None
        waits = call is not None and _waits(call)
        newer = asking.setdefault(call.incident_id, row) if call and waits else row
        is_newest = newer is row
        found.append(
            Received(row, waits and is_newest, tuple(others), call, None if is_newest else newer)
        )
    return found


def _waits(call: Notification) -> bool:
    """Whether its person can still answer it: a call that nobody took, or a question to them."""
    incident = call.incident
    if call.answer or incident.resolved_at is not None:
        return False
    is_asked = is_question(call.purpose) and incident.acknowledged_by_id == call.person_id
    return incident.acknowledged_at is None or is_asked


def _told(rows: list[DeskMessage]) -> dict[int, Notification]:
    """The calls behind these messages, with what came of each."""
    calls = Notification.objects.select_related("incident__acknowledged_by", "person")
    return calls.in_bulk([row.message.topic_id for row in rows])


def text_message(pk: str) -> Message | None:
    """The text message on the desk that somebody replies to."""
    if not (pk.isascii() and pk.isdigit()) or len(pk) > LONGEST_NUMBER:
        return None
    rows = Message.objects.filter(on_desk__pk=pk, contact_point__channel=Channel.SMS)
    return rows.select_related("contact_point").first()
