"""Somebody leaves, or is replaced: everything of theirs goes to whoever was chosen, at once."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.front.logic.leaving import Chosen, Kind, why_not_ask, why_not_leave, why_not_open
from config.front.operations import sessions
from config.front.queries import leaver as reading
from config.front.queries import succession
from config.front.queries.succession import Rehearsal
from config.portal import queue
from config.portal.refusals import Refused
from reviews.operations import handing_over as reviews
from rosters.models import Person
from rosters.operations import changing, handing_over, leaving, telling
from rosters.operations.telling import Word


@dataclass(frozen=True)
class Done:
    """What was handed over, and what names the person still: `left` for whoever did this, and
    `elsewhere` for somebody else, of whom `names` can hand it over."""

    handed_over: int
    left: int
    elsewhere: int = 0
    names: tuple[str, ...] = ()


Hand = Callable[[list[int], Person], object]


@transaction.atomic
def hand_over(
    person: Person,
    chosen: Chosen,
    *,
    last_moment: datetime | None,
    by: Person,
    now: datetime,
    reason: str,
) -> Done:
    """Whoever was chosen stands in the place of `person`; with `chosen.leaves` they leave at
    `last_moment`, which may be in the future.

    All or nothing, each change with the reason in the trail. What does not name the person any more
    is left alone, so doing it twice changes nothing. Raises Refused.
    """
    reason = changing.why(reason)
    person = _allowed(person, chosen, by=by, now=now)
    people = _successors(person, chosen, now=now)
    with pghistory.context(user=by.pk, reason=reason):
        count = _give(person, chosen, people, by=by, now=now, reason=reason)
        if chosen.leaves:
            _leave(person, last_moment or now, by=by, now=now)
    page = reading.page(person, reader=by, now=now)
    return Done(count, len(page.places), page.elsewhere, page.names)


@transaction.atomic
def rehearse(
    person: Person,
    chosen: Chosen,
    *,
    last_moment: datetime | None,
    by: Person,
    now: datetime,
    reason: str,
) -> Rehearsal:
    """What `hand_over` would do to rosters: done, looked at and undone, so that what is said
    before is what is true afterwards. Raises Refused as it would."""
    person = _allowed(person, chosen, by=by, now=now)
    people = _successors(person, chosen, now=now)
    places = reading.places_of(person, reader=by, now=now)
    ids = succession.rosters_of([one for one in places if one.key in chosen.successors])
    before = succession.look(ids, now=now)
    with transaction.atomic():
        with pghistory.context(user=by.pk, reason=reason):
            _give(person, chosen, people, by=by, now=now, reason=reason)
        if chosen.leaves:
            Person.objects.filter(pk=person.pk).update(left_at=last_moment or now)
        after = succession.look(ids, now=now)
        transaction.set_rollback(True)
    return Rehearsal(before, after)


@transaction.atomic
def ask(person: Person, *, by: Person, now: datetime) -> list[str]:
    """The administrators read that somebody asks them to hand over what names `person`; returns
    their names. Of one person they are asked once a day. Raises Refused."""
    _refuse(why_not_ask(reading.part_of(by, person)))
    link = settings.PUBLIC_URL + reverse("front:leaving", args=[person.pk])
    word = Word(
        topic=f"leaver-{now:%y%m%d}",
        topic_id=person.pk,
        subject_key=f"leaver:{person.pk}",
        subject=f"{by.full_name} asks: who takes over from {person.full_name}?",
        body=(
            f"{by.full_name} asks you to hand over what names {person.full_name}, or to note that"
            f" they leave. Everything that names them stands here: {link}"
        ),
    )
    administrators = Person.objects.employed(now=now).filter(is_superuser=True, may_sign_in=True)
    told = [
        one.full_name
        for one in administrators.order_by("full_name", "pk")
        if telling.tell(one, word, now=now)
    ]
    if not told:
        raise Refused("No administrator can be reached by Muster. Phone one yourself.")
    return told


def _allowed(person: Person, chosen: Chosen, *, by: Person, now: datetime) -> Person:
    """The person, locked; raises Refused when `by` may not do this."""
    part = reading.part_of(by, person)
    _refuse(why_not_open(part))
    if chosen.leaves:
        others = reading.administrators_besides(person, now=now)
        _refuse(
            why_not_leave(
                part,
                others=others,
                is_administrator=person.is_superuser,
                name=person.full_name,
            )
        )
    locked: Person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return locked


def _successors(person: Person, chosen: Chosen, *, now: datetime) -> Mapping[int, Person]:
    found: dict[int, Person] = Person.objects.in_bulk(set(chosen.successors.values()))
    for one in found.values():
        if one.pk == person.pk:
            raise Refused(f"Choose somebody else: {person.full_name} is the one who goes.")
        if one.left_at is not None and one.left_at <= now:
            raise Refused(f"{one.full_name} has left. Choose somebody else.")
    return found


def _give(
    person: Person,
    chosen: Chosen,
    people: Mapping[int, Person],
    *,
    by: Person,
    now: datetime,
    reason: str,
) -> int:
    """Each thing that still names `person` goes to its successor; returns how many went."""
    part = reading.part_of(by, person)
    wanted: dict[tuple[Kind, int], list[int]] = defaultdict(list)
    for place in reading.places_of(person, reader=by, now=now):
        if place.key in chosen.successors and part.may_hand_over(place):
            wanted[place.kind, chosen.successors[place.key]].append(place.pk)

    def cells(ids: list[int], new: Person) -> object:
        return changing.replace_person(person, new, entry_ids=ids, by=by, now=now, reason=reason)

    hands: dict[Kind, Hand] = {
        Kind.CELL: cells,
        Kind.OWNER: lambda ids, new: handing_over.back_up(ids, person, new),
        Kind.ROTATION: lambda ids, new: handing_over.take_turns(ids, person, new, now=now),
        Kind.OVERRIDE: lambda ids, new: handing_over.stand_in(ids, person, new),
        Kind.TEMPORARY: lambda ids, new: handing_over.take_shifts(ids, person, new),
        Kind.LEAD: lambda ids, new: handing_over.lead(ids, person, new),
        Kind.ACTION: lambda ids, new: reviews.own_actions(ids, person, new),
        Kind.FINDING: lambda ids, new: reviews.own_findings(ids, person, new),
        Kind.DRILL: lambda ids, new: reviews.lead_drills(ids, person, new),
    }
    for (kind, pk), ids in wanted.items():
        hands[kind](ids, people[pk])
    return sum(map(len, wanted.values()))


def _leave(person: Person, at: datetime, *, by: Person, now: datetime) -> None:
    leaving.leave(person, by=by, now=now, at=at)
    if at <= now:
        sessions.end_others(person, besides=None)
        queue.wake("muster.tick")  # what rings for them goes on to the next


def _refuse(why_not: str | None) -> None:
    if why_not:
        raise Refused(why_not)
