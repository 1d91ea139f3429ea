"""Pages of shifts that change hands: what can be taken or given, the list, one of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from rosters.enums import SwapState
from rosters.logic import sharing as rules
from rosters.logic.feeds import Held
from rosters.logic.sharing import Part
from rosters.models import Override, Person, Roster, ShiftOffer, ShiftSwap
from rosters.queries import sharing

AHEAD = timedelta(days=28)
BEYOND = timedelta(days=35)
"""How much further we look, so that the last shift shown has its end."""
EXCHANGES = 10


@dataclass(frozen=True)
class Takeable:
    """One stretch that somebody could take: a shift of `person`, or a gap. Half-open."""

    starts_at: datetime
    ends_at: datetime
    person: Person | None
    is_backup: bool = False
    is_mine: bool = False
    is_now: bool = False

    @property
    def is_gap(self) -> bool:
        return self.person is None


@dataclass(frozen=True)
class SwapPage:
    """One swap as one reader sees it; a press is there where nothing speaks against it."""

    swap: ShiftSwap
    offers: tuple[ShiftOffer, ...]
    why_not_take: str | None
    why_not_give: str | None
    may_decide: bool
    is_asked: bool
    is_over: bool
    reader_id: int
    exchanges: tuple[Held, ...] = ()
    clashes: tuple[Roster, ...] = ()
    overrides: tuple[Override, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        return self.swap.state == SwapState.ASKED and not self.is_over

    @property
    def offered(self) -> ShiftOffer | None:
        """What the reader has offered in exchange, which waits for an answer."""
        return next((one for one in self.offers if one.person_id == self.reader_id), None)

    @property
    def answerable(self) -> bool:
        """Whether somebody has offered to take the reader's own shift, so that they answer."""
        return bool(self.offers) and self.swap.person_id == self.reader_id

    @property
    def may_take(self) -> bool:
        return self.is_open and self.why_not_take is None

    @property
    def may_withdraw(self) -> bool:
        is_waiting = self.swap.state in sharing.OPEN and not self.is_over
        return is_waiting and self.why_not_give is None


def takeable(roster: Roster, *, reader: Person, now: datetime) -> list[Takeable]:
    """What of the next four weeks can be taken or given: gaps and shifts, by time."""
    horizon = now + AHEAD
    found = sharing.ahead(roster, starts_at=now, ends_at=horizon + BEYOND)
    people = Person.objects.in_bulk({one.person for one in found.held})
    shifts = [
        Takeable(
            one.starts_at,
            one.ends_at,
            people[one.person],
            is_backup=one.level > 0,
            is_mine=one.person == reader.pk,
            is_now=one.starts_at == now,
        )
        for one in found.held
        if one.level <= 1 and one.starts_at < horizon
    ]
    missing = [
        Takeable(gap.starts_at, gap.ends_at, None, is_now=gap.holds(now))
        for gap in found.gaps
        if not gap.is_backup and gap.starts_at < horizon
    ]
    return sorted(shifts + missing, key=lambda one: (one.starts_at, one.is_backup))


def visible(reader: Person, *, which: str, q: str, now: datetime) -> QuerySet[ShiftSwap]:
    """Swaps by time: those that wait, mine, or all; narrowed by a name."""
    offers = ShiftOffer.objects.filter(swap=OuterRef("pk"), withdrawn_at__isnull=True)
    swaps = ShiftSwap.objects.annotate(has_offer=Exists(offers))
    rows = swaps.select_related("roster__team", "person", "taker", "asked_of")
    if which == "open":
        rows = rows.filter(state__in=sharing.OPEN, starts_at__gt=now)
    elif which == "mine":
        rows = rows.filter(
            Q(person=reader) | Q(taker=reader) | Q(asked_of=reader) | Q(offers__person=reader)
        )
    if q:
        rows = rows.filter(
            Q(roster__name__icontains=q)
            | Q(person__full_name__icontains=q)
            | Q(taker__full_name__icontains=q)
        )
    order = ("starts_at", "pk") if which == "open" else ("-starts_at", "-pk")
    return rows.distinct().order_by(*order)


def page(swap: ShiftSwap, *, reader: Person, now: datetime) -> SwapPage:
    """One swap with what the reader may do about it."""
    part = sharing.part_of(reader, swap.roster)
    window = (swap.starts_at, swap.ends_at)
    is_asked = swap.asked_of_id in (None, reader.pk)
    why_not_take = rules.why_not_offer(part, is_own=reader.pk == swap.person_id, is_asked=is_asked)
    if why_not_take is None and sharing.away_in(reader, window):
        why_not_take = "You are away then."
    could = why_not_take is None and swap.state == SwapState.ASKED
    return SwapPage(
        swap=swap,
        offers=tuple(
            swap.offers.filter(withdrawn_at__isnull=True)
            .select_related("person")
            .order_by("offered_at")
        ),
        why_not_take=why_not_take,
        why_not_give=rules.why_not_give(
            part, is_own=reader.pk == swap.person_id, name=swap.person.full_name
        ),
        may_decide=part.keeps and swap.state == SwapState.AGREED,
        is_asked=swap.asked_of_id == reader.pk,
        is_over=swap.starts_at <= now,
        reader_id=reader.pk,
        exchanges=tuple(_exchanges(swap, reader, part, now=now)) if could else (),
        clashes=tuple(sharing.elsewhere(reader, window, besides=swap.roster)) if could else (),
        overrides=tuple(swap.overrides.select_related("person", "instead_of")),
    )


def _exchanges(swap: ShiftSwap, reader: Person, part: Part, *, now: datetime) -> Iterable[Held]:
    """The reader's own shifts here that could be given in exchange: each one whole.

    What runs now has a beginning that we do not see here, and what goes on past what we look at
    has no end: neither is offered.
    """
    if not part.belongs:
        return []
    horizon = now + AHEAD
    found = sharing.held(swap.roster, starts_at=now, ends_at=horizon + BEYOND)
    whole = [
        one
        for one in found
        if one.person == reader.pk
        and now < one.starts_at < horizon
        and one.ends_at < horizon + BEYOND
    ]
    return whole[:EXCHANGES]


def find(pk: int) -> ShiftSwap | None:
    """One swap with everybody in it."""
    return with_everybody().filter(pk=pk).first()


def with_everybody() -> QuerySet[ShiftSwap]:
    """Swaps with all the people in them."""
    rows = ShiftSwap.objects.select_related(
        "roster__team", "person", "taker", "asked_of", "asked_by", "decided_by"
    )
    offers = ShiftOffer.objects.select_related("person").order_by("offered_at", "pk")
    return rows.prefetch_related(Prefetch("offers", offers))


def changes(roster: Roster, *, now: datetime) -> QuerySet[Override]:
    """Overrides of the roster that hold now or later, by time."""
    rows = Override.objects.filter(roster=roster, ends_at__gt=now)
    return rows.select_related("person", "instead_of", "created_by").order_by("starts_at", "pk")
