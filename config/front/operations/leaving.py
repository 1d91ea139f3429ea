"""Somebody leaves, or is replaced: everything of theirs goes to whoever was chosen, together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.front.logic.leaving import Chosen, Place, why_not_ask, why_not_leave, why_not_open
from config.front.operations import giving, planned, sessions
from config.front.queries import leaver as reading
from config.front.queries import succession
from config.front.queries.succession import Rehearsal
from config.portal import queue, words
from config.portal.refusals import Refused, refuse_if
from rosters.models import Person
from rosters.operations import leaving, reasons, telling
from rosters.operations.telling import Word


@dataclass(frozen=True)
class Done:
    """What was handed over, and what names the person still: `left` for whoever did this, and
    `elsewhere` for somebody else, of whom `names` can hand it over."""

    handed_over: int
    left: int
    elsewhere: int = 0
    names: tuple[str, ...] = ()
    at: datetime | None = None
    """When it goes over, if that is still to come."""


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
    `last_moment`, which may be in the future, and with `chosen.waits` it is handed over then.

    All or nothing, each change with the reason in the trail. What does not name the person any more
    is left alone, so doing it twice changes nothing. Raises Refused.
    """
    reason = reasons.why(reason)
    person = _allowed(person, chosen, by=by, now=now)
    at = chosen.at(last_moment, now=now)
    planned.check(person, chosen, last_moment=last_moment, now=now)
    taken = _taken(person, chosen, by=by, at=at, now=now)
    with pghistory.context(user=by.pk, reason=reason):
        parts = giving.give_dated(taken, person, at=at, by=by, now=now)
        giving.stand_for(parts, at=at, by=by, now=now)
        if at <= now:
            giving.give_undated(taken, person)
        elif taken:
            planned.keep(person, taken, parts, at=at, by=by, now=now, reason=reason)
        if chosen.leaves:
            _leave(person, last_moment or now, by=by, now=now)
    page = reading.page(person, reader=by, now=now)
    when = at if at > now and taken else None
    is_over_for_good = chosen.leaves or chosen.waits
    left = sum(not (is_over_for_good and one.is_over(at)) for one in page.places)
    return Done(len(taken), left, page.elsewhere, page.names, when)


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
    at = chosen.at(last_moment, now=now)
    planned.check(person, chosen, last_moment=last_moment, now=now)
    taken = _taken(person, chosen, by=by, at=at, now=now)
    ids = succession.rosters_of([place for place, _new in taken])
    before = succession.look(ids, now=now)
    with transaction.atomic():
        with pghistory.context(user=by.pk, reason=reason):
            giving.give_dated(taken, person, at=at, by=by, now=now)
            if at <= now:
                giving.give_undated(taken, person)
        if chosen.leaves:
            Person.objects.filter(pk=person.pk).update(left_at=last_moment or now)
        after = succession.look(ids, now=now)
        transaction.set_rollback(True)
    return Rehearsal(before, after)


@transaction.atomic
def ask(person: Person, *, by: Person, now: datetime, last_day: date | None = None) -> list[str]:
    """The administrators read that somebody asks them to hand over what names `person`, who leaves
    after `last_day` if that is known; returns their names. Of one person and one last day they are
    asked once a day. Raises Refused."""
    refuse_if(why_not_ask(reading.part_of(by, person)))
    link = settings.PUBLIC_URL + reverse("front:leaving", args=[person.pk])
    said = f" Their last day is {words.full_day(last_day, today=now.date())}." if last_day else ""
    word = Word(
        topic=reading.asked_topic(now, last_day),
        topic_id=person.pk,
        subject_key=f"leaver:{person.pk}",
        subject=f"{by.full_name} asks: who takes over from {person.full_name}?",
        body=(
            f"{by.full_name} asks you to hand over what names {person.full_name}, or to note that"
            f" they leave.{said} Everything that names them stands here: {link}"
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
    refuse_if(why_not_open(part))
    if chosen.leaves:
        others = reading.administrators_besides(person, now=now)
        refuse_if(
            why_not_leave(
                part,
                others=others,
                is_administrator=person.is_superuser,
                name=person.full_name,
            )
        )
    locked: Person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return locked


def _taken(
    person: Person, chosen: Chosen, *, by: Person, at: datetime, now: datetime
) -> list[tuple[Place, Person]]:
    """Each thing that still names `person` at `at`, with whoever takes it from then on."""
    people = _successors(person, chosen, at=at, now=now)
    part = reading.part_of(by, person)
    return [
        (place, people[chosen.successors[place.key]])
        for place in reading.places_of(person, reader=by, now=now)
        if place.key in chosen.successors and part.may_hand_over(place) and not place.is_over(at)
    ]


def _successors(
    person: Person, chosen: Chosen, *, at: datetime, now: datetime
) -> Mapping[int, Person]:
    found: dict[int, Person] = Person.objects.in_bulk(set(chosen.successors.values()))
    for one in found.values():
        if one.pk == person.pk:
            raise Refused(f"Choose somebody else: {person.full_name} is the one who goes.")
        if one.has_left(at):
            leaves = "has left" if one.has_left(now) else "leaves before that"
            raise Refused(f"{one.full_name} {leaves}. Choose somebody else.")
    return found


def _leave(person: Person, at: datetime, *, by: Person, now: datetime) -> None:
    leaving.leave(person, by=by, now=now, at=at)
    if at <= now:
        sessions.end_others(person, besides=None)
        queue.wake("muster.tick")  # what rings for them goes on to the next
