"""Pages of shifts that change hands: what can be taken or given, the list, one of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from rosters.enums import SwapState
from rosters.logic import sharing as rules
from rosters.logic.absences import trimmed
from rosters.logic.directory import PersonSpec
from rosters.logic.feeds import Held
from rosters.logic.sharing import Part
from rosters.models import Override, Person, Roster, ShiftOffer, ShiftSwap
from rosters.models.history import ShiftSwapEvent
from rosters.queries import sharing
from rosters.queries.directory import Wanted, load_directory

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
class Instead:
    """A time of a swap that is done in which its taker is not on call: who is first then."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[PersonSpec, ...]


@dataclass(frozen=True)
class Declined:
    """Whoever was asked alone could not, so that the team was asked; `by` somebody else's word."""

    person: Person
    at: datetime
    by: Person | None = None


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
    broken: tuple[Instead, ...] = ()
    declined: tuple[Declined, ...] = ()
    is_behind: bool = False
    """The reader, who could take it, is the backup then."""
    may_undo: bool = False
    answerers: tuple[Person, ...] = ()
    """For whom the reader may say yes."""
    late: frozenset[int] = frozenset()
    """Offers whose shift in exchange has begun, so that nobody can accept them any more."""

    @property
    def holds(self) -> bool:
        """Whether what was agreed still is: it waits for a lead, or is done."""
        return self.swap.state in (SwapState.AGREED, SwapState.DONE)

    @property
    def is_late(self) -> bool:
        """Whether what was agreed cannot be approved any more."""
        return any(one.accepted_at and one.pk in self.late for one in self.offers)

    @property
    def may_decline_for(self) -> bool:
        """Whether the reader may say no for the one person who was asked."""
        return bool(self.answerers) and self.swap.asked_of_id is not None

    @property
    def exchange(self) -> ShiftOffer | None:
        """What was agreed on, where a shift is given for it."""
        found = (one for one in self.offers if one.accepted_at and one.returns_starts_at)
        return next(found, None)

    @property
    def own_offer(self) -> ShiftOffer | None:
        """The reader's offer that they can still take back."""
        is_waiting = self.swap.state in sharing.OPEN and not self.is_over
        return self.offered if is_waiting else None

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
    rows = tuple(swap.overrides.select_related("person", "instead_of").order_by("starts_at", "pk"))
    could = why_not_take is None and swap.state == SwapState.ASKED
    is_own = reader.pk in (swap.person_id, swap.taker_id)
    is_done = swap.state == SwapState.DONE and _begins(swap) > now
    answers = part.keeps and swap.state == SwapState.ASKED and swap.starts_at > now
    offers = tuple(
        swap.offers.filter(withdrawn_at__isnull=True)
        .select_related("person")
        .order_by("offered_at")
    )
    return SwapPage(
        swap=swap,
        offers=offers,
        late=frozenset(
            one.pk for one in offers if one.returns_starts_at and one.returns_starts_at <= now
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
        overrides=rows,
        declined=tuple(_declined(swap)),
        is_behind=could and sharing.is_behind(swap.roster, reader, window),
        broken=tuple(_broken(swap, rows)) if swap.state == SwapState.DONE else (),
        may_undo=is_done and rules.why_not_undo(part, is_own=is_own) is None,
        answerers=tuple(_answerers(swap, reader, now=now)) if answers else (),
    )


def _begins(swap: ShiftSwap) -> datetime:
    """When the first half of it begins."""
    made = swap.offers.filter(person=swap.taker_id).first()
    back = made.returns_starts_at if made else None
    return min(swap.starts_at, back or swap.starts_at)


def _answerers(swap: ShiftSwap, reader: Person, *, now: datetime) -> list[Person]:
    """Whoever is asked, but the reader, who answers themselves."""
    return [one for one in sharing.asked_by_it(swap, now=now) if one.pk != reader.pk]


def _declined(swap: ShiftSwap) -> Iterator[Declined]:
    """Who said that they cannot, from the trail; the row itself forgets whom it asked."""
    events: Any = ShiftSwapEvent.objects
    rows = list(
        events.filter(pgh_obj_id=swap.pk)
        .order_by("pgh_id")
        .values_list("asked_of_id", "pgh_created_at", "pgh_context")
    )
    said_by = {context["user"] for _, _, context in rows if context and context.get("user")}
    people = Person.objects.in_bulk(said_by | {pk for pk, _, _ in rows if pk})
    for (asked, _, _), (then, at, context) in pairwise(rows):
        if asked and then is None:
            by = (context or {}).get("user", asked)
            yield Declined(people[asked], at, people.get(by) if by != asked else None)


def _broken(swap: ShiftSwap, rows: Sequence[Override]) -> Iterator[Instead]:
    """When whoever was to be on call by a swap that is done is not, as the resolver has it."""
    parts = [(one.person_id, (one.starts_at, one.ends_at)) for one in rows]
    parts = parts or [(swap.taker_id, (swap.starts_at, swap.ends_at))]
    window = {
        "starts_at": min(span[0] for _, span in parts),
        "ends_at": max(span[1] for _, span in parts),
    }
    directory = load_directory(Wanted(roster_ids=frozenset({swap.roster_id})), **window)
    for one in directory.stretches(swap.roster_id, **window):
        called = {pk for level in one.levels for pk in level}
        for person, span in parts:
            part = trimmed((one.starts_at, one.ends_at), to=span)
            if part and person not in called:
                first = one.levels[0] if one.levels else ()
                yield Instead(*part, tuple(directory.people[pk] for pk in first))


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


@dataclass(frozen=True)
class Change:
    """One change, and who really goes by it: whoever stood in already, else whom it names."""

    row: Override
    goes: Person | None


def changes(roster: Roster, *, now: datetime) -> list[Change]:
    """What changes the roster now or later, by time; one query."""
    found = Override.objects.filter(roster=roster, ends_at__gt=now)
    rows = list(
        found.select_related("person", "instead_of", "created_by").order_by("starts_at", "pk")
    )
    return [Change(one, _goes(one, rows)) for one in rows]


def _goes(change: Override, rows: Iterable[Override]) -> Person | None:
    """Who would stand there without this change: by the last one before it, or by the layers."""
    before = [
        one
        for one in rows
        if one.instead_of_id is not None
        and one.instead_of_id == change.instead_of_id
        and _rank(one) < _rank(change)
        and trimmed((one.starts_at, one.ends_at), to=(change.starts_at, change.ends_at))
    ]
    last = max(before, key=_rank, default=None)
    return last.person if last and last.person else change.instead_of


def _rank(one: Override) -> tuple[bool, int]:
    """Of two that name the same person the higher one holds."""
    return one.swap_id is None, one.pk
