"""What the pages of several apps show, read from each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from incidents.models import Notification
from incidents.queries import board
from incidents.queries.board import Board, Card, Deadline
from reviews.models import ActionItem
from reviews.queries.waiting import actions_due
from rosters.models import DeskMessage, Person
from rosters.queries.oncall import Duty, on_call_overview

CARDS = 12
DEADLINES = 6
ACTIONS = 5
DESK_MESSAGES = 200
"""How many of each are shown at most; the rest is a number and a link."""


@dataclass(frozen=True)
class NowPage:
    """The single pane for one reader."""

    board: Board
    deadlines: list[Deadline]
    on_call: list[Duty]
    actions: list[ActionItem]
    my_duties: list[Duty]

    @property
    def worst_level(self) -> int | None:
        """The severity of the worst open incident; None when nothing is open."""
        return self.board.cards[0].incident.severity if self.board.cards else None

    @property
    def calling_me(self) -> list[Card]:
        """Incidents for which the reader is being called right now."""
        return [card for card in self.board.cards if card.is_calling_me]

    @property
    def unacknowledged(self) -> list[Card]:
        """Incidents that nobody has acknowledged yet, the worst first."""
        return [card for card in self.board.cards if card.needs_acknowledgement]


def now_page(person: Person, *, now: datetime) -> NowPage:
    """What is open, next and on call at `now`; a constant number of queries."""
    found = board.board(person, now=now, limit=CARDS)
    duties = on_call_overview(now=now)
    return NowPage(
        board=found,
        deadlines=found.deadlines(limit=DEADLINES),
        on_call=duties,
        actions=list(actions_due(person, now=now, limit=ACTIONS)),
        my_duties=[duty for duty in duties if person.pk in duty.first_ids],
    )


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
