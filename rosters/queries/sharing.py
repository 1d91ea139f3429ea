"""Shifts that change hands: what a reader may do, who can be asked, who stands where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from rosters.enums import SwapState
from rosters.logic.absences import trimmed
from rosters.logic.coverage import Gap, gaps
from rosters.logic.feeds import Held, joined_by_person
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.logic.rotation import Span
from rosters.logic.sharing import Part
from rosters.logic.spans import minus
from rosters.logic.standins import Stand
from rosters.models import (
    Absence,
    Membership,
    Person,
    Roster,
    RotationMember,
    ShiftOffer,
    ShiftSwap,
    TemporarySchedule,
)
from rosters.queries import plans
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.shifts import rosters_of

OPEN = (SwapState.ASKED, SwapState.AGREED)


def part_of(reader: Person, roster: Roster) -> Part:
    """What `reader` is to `roster`; three queries at most."""
    keeps = why_not_keep_roster(plans.keeper(reader, roster)) is None
    belongs = keeps or people_of(roster).filter(pk=reader.pk).exists()
    return Part(keeps=keeps, belongs=belongs)


def people_of(roster: Roster) -> QuerySet[Person]:
    """Everybody who takes turns on the roster or is in its team."""
    takes_turns = Q(rotation_places__rotation__layer__roster=roster)
    in_team = Q(memberships__team=roster.team_id) if roster.team_id else Q(pk__in=())
    belonging = Person.objects.filter(takes_turns | in_team).values("pk")
    people: QuerySet[Person] = Person.objects.filter(pk__in=belonging)
    return people.order_by("full_name", "pk")


def belonging_to(reader: Person) -> frozenset[int]:
    """The rosters on which the reader takes turns or whose team they are in; one query."""
    takes_turns = Q(layers__rotations__members__person=reader)
    in_team = Q(team__memberships__person=reader)
    return frozenset(Roster.objects.filter(takes_turns | in_team).values_list("pk", flat=True))


def colleagues(roster: Roster, *, besides: Iterable[int], now: datetime) -> list[Person]:
    """Who can be asked to take a shift: people of the roster who are here."""
    here = people_of(roster).exclude(pk__in=set(besides))
    return list(here.filter(Q(left_at__isnull=True) | Q(left_at__gt=now)))


def asked_by_it(swap: ShiftSwap, *, now: datetime) -> list[Person]:
    """Who is asked to take the shift: one person, or everybody of the roster who is here then."""
    if swap.asked_of:
        return [swap.asked_of]
    people = colleagues(swap.roster, besides=[swap.person_id], now=now)
    return here_in(people, (swap.starts_at, swap.ends_at))


def still_asked(swap: ShiftSwap, *, now: datetime) -> list[Person]:
    """The same without those of many who have answered: they offered, took that back, or cannot."""
    asked = asked_by_it(swap, now=now)
    if swap.asked_of:
        return asked
    answered = set(ShiftOffer.objects.filter(swap=swap).values_list("person", flat=True))
    return [one for one in asked if one.pk not in answered]


def leads_of(roster: Roster, *, now: datetime) -> list[Person]:
    """The leads of the roster's team who are here."""
    leading = Membership.objects.filter(team=roster.team_id, is_lead=True).values("person")
    here = Person.objects.employed(now=now).filter(pk__in=leading)
    return list(here.order_by("full_name", "pk")) if roster.team_id else []


@dataclass(frozen=True)
class Ahead:
    """What a roster's window holds: who is on which level, and where somebody is missing."""

    held: tuple[Held, ...]
    gaps: tuple[Gap, ...]


def ahead(roster: Roster, *, starts_at: datetime, ends_at: datetime) -> Ahead:
    """The window of the roster, from the one resolver; by time."""
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=starts_at, ends_at=ends_at
    )
    stretches = directory.stretches(roster.pk, starts_at=starts_at, ends_at=ends_at)
    found = joined_by_person(roster.pk, stretches)
    return Ahead(
        tuple(sorted(found, key=lambda one: (one.starts_at, one.level))),
        gaps(directory.rosters[roster.pk], stretches),
    )


def held(roster: Roster, *, starts_at: datetime, ends_at: datetime) -> tuple[Held, ...]:
    """Who holds which level of the roster in this window, by time."""
    return ahead(roster, starts_at=starts_at, ends_at=ends_at).held


def shifts_in(roster: Roster, person: Person, window: Span) -> list[Held]:
    """What of the window the person has on the roster, first level or backup."""
    found = held(roster, starts_at=window[0], ends_at=window[1])
    return [one for one in found if one.person == person.pk]


def first_in(roster: Roster, window: Span) -> list[Person]:
    """Who is first on call at some time in the window, in the order in which they are."""
    found = held(roster, starts_at=window[0], ends_at=window[1])
    people = Person.objects.in_bulk({one.person for one in found if one.level == 0})
    return [people[pk] for pk in dict.fromkeys(one.person for one in found) if pk in people]


def is_behind(roster: Roster, person: Person, window: Span | None) -> bool:
    """Whether the person is the backup at some time in the window, and would leave that place."""
    if window is None or window[0] >= window[1]:
        return False
    return any(one.level == 1 for one in shifts_in(roster, person, window))


def is_alone_in(roster: Roster, person: Person, window: Span) -> bool:
    """Whether the person stands behind themselves at some time in the window."""
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=window[0], ends_at=window[1]
    )
    found = directory.stretches(roster.pk, starts_at=window[0], ends_at=window[1])
    return any(one.is_alone and person.pk in one.levels[0] for one in found)


def stands(roster: Roster, person: Person, window: Span) -> list[Stand]:
    """How the person stands on the roster in the window: in their own turns, or behind whom."""
    directory = load_directory(
        Wanted(roster_ids=frozenset({roster.pk})), starts_at=window[0], ends_at=window[1]
    )
    return directory.stands(roster.pk, person.pk, window)


def fixed_by(roster: Roster, window: Span) -> TemporarySchedule | None:
    """The temporary schedule that wins over every change in the window, if there is one."""
    return TemporarySchedule.objects.filter(
        roster=roster, starts_at__lt=window[1], ends_at__gt=window[0]
    ).first()


def outside(roster: Roster, window: Span) -> tuple[Span, ...]:
    """What of the window no temporary schedule of the roster covers; all of it without one."""
    rows = TemporarySchedule.objects.filter(
        roster=roster, starts_at__lt=window[1], ends_at__gt=window[0]
    )
    return minus([window], rows.values_list("starts_at", "ends_at"))


def away_in(person: Person, window: Span) -> bool:
    """Whether the person is away, or gone, at some time in the window."""
    return not here_in([person], window)


def here_in(people: Sequence[Person], window: Span) -> list[Person]:
    """Those of these people who are neither away nor gone at any time in the window; one query."""
    rows = Absence.objects.filter(person__in=people, starts_at__lt=window[1], ends_at__gt=window[0])
    away = set(rows.values_list("person_id", flat=True))
    return [
        one
        for one in people
        if one.pk not in away and (one.left_at is None or one.left_at >= window[1])
    ]


@dataclass(frozen=True)
class Waiting:
    """A shift that changes hands once somebody has answered. `who` would take it, if known."""

    swap: ShiftSwap
    who: Person | None = None
    made: ShiftOffer | None = None
    """What they offer, perhaps for a shift of theirs."""

    @property
    def is_offered(self) -> bool:
        """Whether somebody offers to take it; else the answer that is wanted is a first one."""
        return self.swap.state == SwapState.ASKED and self.who is not None


@dataclass(frozen=True)
class Concerning:
    """Swaps that wait, by time: for an answer of one person's, and those of theirs for others."""

    answers: tuple[Waiting, ...] = ()
    own: tuple[Waiting, ...] = ()


def concerning(person: Person, *, now: datetime) -> Concerning:
    """Swaps that wait for this person's answer: shifts that they alone or anybody of their roster
    is asked to take, offers for their own, and what they approve as a lead. And those of theirs
    that wait for others: questions that nobody has answered, what is agreed on, and their offers.
    Two queries."""
    found = _concerning(person, person.left_at, now)
    return Concerning(
        tuple(_waiting(one, person) for one in found if one.wants_answer),
        tuple(Waiting(one, one.taker) for one in found if one.is_own),
    )


@compiled
def _concerning(person: Person, left_at: datetime | None, now: datetime) -> QuerySet[Any, Any]:
    offers = ShiftOffer.objects.filter(swap=OuterRef("pk"), withdrawn_at__isnull=True)
    has_offered = Exists(offers.filter(person=person))
    leading = Membership.objects.filter(person=person, is_lead=True, team=OuterRef("roster__team"))
    answered = Exists(ShiftOffer.objects.filter(swap=OuterRef("pk"), person=person))
    is_asked = Q(asked_of=person) & ~has_offered | _asked_as_one_of_all(person, left_at) & ~answered
    answers = Q(state=SwapState.ASKED) & (is_asked | Q(Exists(offers), person=person)) | Q(
        Exists(leading), state=SwapState.AGREED
    )
    own = Q(has_offered) | Q(person=person) & (Q(state=SwapState.AGREED) | ~Exists(offers))
    rows = ShiftSwap.objects.filter(state__in=OPEN, starts_at__gt=now).annotate(
        wants_answer=ExpressionWrapper(answers, BooleanField()),
        is_own=ExpressionWrapper(own, BooleanField()),
    )
    live = ShiftOffer.objects.filter(withdrawn_at__isnull=True).select_related("person")
    return (
        rows.filter(Q(wants_answer=True) | Q(is_own=True))
        .select_related("roster", "person", "taker", "asked_of")
        .prefetch_related(
            Prefetch("offers", live.order_by("offered_at", "pk"), to_attr="live_offers")
        )
        .order_by("starts_at", "pk")
    )


def _asked_as_one_of_all(person: Person, left_at: datetime | None) -> Q:
    """As `asked_by_it` says, of swaps in which nobody is asked alone."""
    place = RotationMember.objects.filter(person=person, rotation__layer__roster=OuterRef("roster"))
    member = Membership.objects.filter(person=person, team=OuterRef("roster__team"))
    away = Absence.objects.filter(
        person=person, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    here = ~Exists(away) & ~Q(person=person)
    if left_at is not None:
        here &= Q(ends_at__lte=left_at)
    return Q(asked_of__isnull=True) & here & (Q(Exists(place)) | Q(Exists(member)))


def looking(roster: Roster, *, now: datetime) -> list[ShiftSwap]:
    """Shifts of the roster that wait for somebody, by time; one query."""
    rows = ShiftSwap.objects.filter(roster=roster, state__in=OPEN, starts_at__gt=now)
    offers = ShiftOffer.objects.filter(swap=OuterRef("pk"), withdrawn_at__isnull=True)
    found = rows.select_related("person", "taker", "asked_of").annotate(has_offer=Exists(offers))
    return list(found.order_by("starts_at", "pk"))


def _waiting(swap: ShiftSwap, reader: Person) -> Waiting:
    offers: list[ShiftOffer] = getattr(swap, "live_offers", [])
    if swap.state == SwapState.AGREED:
        made = next((one for one in offers if one.person_id == swap.taker_id), None)
        return Waiting(swap, swap.taker, made)
    if offers and swap.person_id == reader.pk:
        return Waiting(swap, offers[0].person, offers[0])
    return Waiting(swap)


def elsewhere(person: Person, window: Span, *, besides: Roster) -> list[Roster]:
    """Other rosters on which the person is first on call at some time in the window."""
    others = [one for one in rosters_of(person, since=window[0]) if one.pk != besides.pk]
    directory = load_directory(
        Wanted(roster_ids=frozenset(one.pk for one in others)),
        starts_at=window[0],
        ends_at=window[1],
    )
    return [
        roster
        for roster in others
        if any(
            stretch.levels
            and person.pk in stretch.levels[0]
            and trimmed((stretch.starts_at, stretch.ends_at), to=window)
            for stretch in directory.stretches(roster.pk, starts_at=window[0], ends_at=window[1])
        )
    ]
