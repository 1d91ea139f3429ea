"""Somebody leaves, or is replaced: everything of theirs goes to whoever was chosen, at once."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pghistory
from django.db import transaction

from config.front.logic.leaving import CONTACTS, Chosen, Kind, why_not_leave, why_not_open
from config.front.operations import sessions
from config.front.queries import leaver as reading
from config.portal import queue
from config.portal.refusals import Refused
from reviews.operations import handing_over as reviews
from rosters.models import Person
from rosters.operations import changing, handing_over, leaving


@dataclass(frozen=True)
class Done:
    """What was handed over, and what names the person still."""

    handed_over: int
    left: int


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
    part = reading.part_of(by, person)
    _refuse(why_not_open(part))
    reason = changing.why(reason)
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
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    people = _successors(person, chosen, now=now)
    with pghistory.context(user=by.pk, reason=reason):
        count = _give(person, chosen, people, by=by, now=now, reason=reason)
        if chosen.leaves:
            _leave(person, last_moment or now, by=by, now=now)
    places = reading.page(person, reader=by, now=now).places
    return Done(count, len(places))


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
    """Each piece that still names `person` goes to its successor; returns how many went."""
    allowed = set(Kind) if by.is_superuser else CONTACTS
    wanted: dict[tuple[Kind, int], list[int]] = defaultdict(list)
    for place in reading.places_of(person, reader=by, now=now):
        if place.kind in allowed and place.key in chosen.successors:
            wanted[place.kind, chosen.successors[place.key]].append(place.pk)

    def cells(ids: list[int], new: Person) -> object:
        return changing.replace_person(person, new, entry_ids=ids, by=by, now=now, reason=reason)

    hands: dict[Kind, Hand] = {
        Kind.CELL: cells,
        Kind.OWNER: lambda ids, new: handing_over.back_up(ids, person, new),
        Kind.ROTATION: lambda ids, new: handing_over.take_turns(ids, person, new),
        Kind.OVERRIDE: lambda ids, new: handing_over.stand_in(ids, person, new),
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
