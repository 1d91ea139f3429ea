"""The single pane: what is open, what is next, who is on call."""

from dataclasses import dataclass
from datetime import datetime

from incidents.queries import board
from incidents.queries.board import Board, Card, Deadline
from reviews.models import ActionItem
from reviews.queries.waiting import actions_due
from rosters.models import Person
from rosters.queries.oncall import Duty, on_call_overview

CARDS = 12
DEADLINES = 6
ACTIONS = 5
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
