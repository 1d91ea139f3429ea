"""One person's own page: am I ready, and what is mine?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from incidents.models import Incident
from incidents.queries import board, rule_news
from incidents.queries.board import Card
from reviews.models import ActionItem, Review
from reviews.queries.waiting import few_actions, reviews_due
from rosters.logic.readiness import Readiness
from rosters.logic.testing import result, why_not_test
from rosters.models import (
    Absence,
    ContactPoint,
    ContactView,
    CoverRequest,
    HandoverNote,
    Membership,
    Person,
    Service,
)
from rosters.queries import (
    absences,
    administrators,
    handover,
    numbers,
    outlook,
    people,
    waking,
)
from rosters.queries.lines import usable_channels
from rosters.queries.outlook import Outlook
from rosters.queries.sharing import Waiting, concerning
from rosters.queries.shifts import Shift, shifts_of
from rosters.queries.testing import tests_of

SHIFTS = 6
ACTIONS = 10
REVIEWS = 5
CARDS = 10
AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class OwnPoint:
    """One of the reader's numbers: how it is used, what its last test said, why it has no test."""

    point: ContactPoint
    uses: tuple[str, ...]
    result: Sentence | None
    may_confirm: bool
    why_not_test: str | None


@dataclass(frozen=True)
class MePage:
    """Everything that is the reader's own."""

    calling_me: tuple[Card, ...]
    readiness: Readiness
    points: tuple[OwnPoint, ...]
    shifts: tuple[Shift, ...]
    shifts_more: int
    actions: tuple[ActionItem, ...]
    reviews: tuple[Review, ...]
    memberships: tuple[Membership, ...]
    absences: tuple[Absence, ...]
    looks: tuple[ContactView, ...]
    asked: tuple[CoverRequest, ...] = ()
    swaps: tuple[Waiting, ...] = ()
    own_swaps: tuple[Waiting, ...] = ()
    notes: tuple[HandoverNote, ...] = ()
    letter: Outlook | None = None
    administrators: tuple[Person, ...] = ()
    wakes: tuple[str, ...] = ()
    followed_rules: tuple[Service, ...] = ()
    followed: tuple[Incident, ...] = ()

    @property
    def current(self) -> list[Shift]:
        """The shifts that are going on."""
        return [shift for shift in self.shifts if shift.is_now]

    @property
    def next_shift(self) -> Shift | None:
        return next((shift for shift in self.shifts if not shift.is_now), None)


def me(reader: Person, *, now: datetime) -> MePage:
    """The reader's own page at `now`; a constant number of queries."""
    found, swaps = shifts_of(reader, now=now), concerning(reader, now=now)
    calling = Incident.objects.visible_to(reader).calling(reader).for_board()
    ringing = list(calling.most_severe_first()[:CARDS])
    memberships = Membership.objects.filter(person=reader).select_related("team")
    actions = few_actions(reader).filter(owner=reader, done_at__isnull=True)
    person = people.find(reader.pk) or reader
    return MePage(
        calling_me=tuple(board.cards(ringing, viewer=reader, now=now)),
        readiness=people.readiness_of(person, now=now),
        points=tuple(_points(reader, now=now)),
        shifts=tuple(found[:SHIFTS]),
        shifts_more=max(len(found) - SHIFTS, 0),
        actions=tuple(
            actions.select_related("review__incident").order_by("due_date", "pk")[:ACTIONS]
        ),
        reviews=tuple(reviews_due(reader, limit=REVIEWS)),
        memberships=tuple(memberships.order_by("team__name", "pk")),
        absences=tuple(absences.coming(reader, now=now, within=AHEAD)),
        looks=tuple(people.looks_at(reader)),
        asked=tuple(absences.asked_of(reader, now=now)),
        swaps=swaps.answers,
        own_swaps=swaps.own,
        notes=tuple(handover.unread_for(reader, now=now)),
        letter=outlook.ahead(reader, found, now=now) if found else None,
        administrators=tuple(administrators.to_ask(reader, now=now)),
        wakes=waking.sentences(person, now=now),
        followed_rules=tuple(rule_news.followed_by(reader)),
        followed=tuple(_followed(reader)),
    )


def _followed(reader: Person) -> Iterable[Incident]:
    """The open incidents of which the reader gets each update, the newest first."""
    mine = Incident.objects.visible_to(reader).filter(
        subscriptions__person=reader, resolved_at__isnull=True
    )
    return mine.order_by("-detected_at", "-pk")[:CARDS]


def _points(reader: Person, *, now: datetime) -> list[OwnPoint]:
    points = numbers.points_of(reader)
    tests = tests_of([point.pk for point in points], now=now)
    found = []
    for point in points:
        last = next(iter(tests[point.pk]), None)
        said = result(last, tested_at=point.last_tested_at, now=now)
        is_usable = point.channel in usable_channels()
        found.append(
            OwnPoint(
                point,
                tuple(_use(rule.urgency, rule.delay_minutes) for rule in point.rules.all()),
                said,
                may_confirm=said is not None and last is not None and last.sent_at is not None,
                why_not_test=why_not_test(tests[point.pk], is_usable=is_usable, now=now),
            )
        )
    return found


def _use(urgency: str, delay_minutes: int) -> str:
    when = f"after {delay_minutes} min" if delay_minutes else "at once"
    return f"{when} when it is urgent" if urgency == "urgent" else f"{when} when it can wait"
