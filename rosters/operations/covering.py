"""Cover for somebody who is away: asked for, answered, and asked once more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.logic.absences import still_open, why_not_answer, why_not_keep
from rosters.logic.rotation import Span
from rosters.logic.temporaries import Hand
from rosters.models import Absence, CoverRequest, Override, Person, Roster
from rosters.operations import (
    aftermath,
    carriage,
    overriding,
    standing_in,
    telling,
    temporary_shifts,
)
from rosters.operations.absences import locked, period
from rosters.operations.telling import Word
from rosters.queries.absences import (
    Left,
    clashes,
    everybody_near,
    keeper,
    left_open,
    to_remind,
)

PRESSING = timedelta(hours=18)
"""What begins sooner is asked at any hour, so that nobody finds out after the night."""


@transaction.atomic
def ask(absence: Absence, person: Person, *, by: Person, now: datetime) -> CoverRequest:
    """`person` is asked to take the shifts that are still open; asking twice asks once.

    Raises Refused for those who may not ask, when nothing is open, and for somebody who is away
    then too.
    """
    away = locked(absence.person)
    absence = _current(absence)
    refuse_if(why_not_keep(keeper(by, away), name=away.short_name))
    if absence.ends_at <= now:
        raise Refused("This absence is over.")
    left = left_open(absence)
    if not left.spans:
        raise Refused("Nothing is open. Nobody has to be asked.")
    refuse_if(_why_not_ask(absence, person, left, now=now))
    request, is_new = CoverRequest.objects.select_for_update().get_or_create(
        absence=absence, person=person, defaults={"asked_by": by, "asked_at": now}
    )
    if not is_new and request.agreed is None:
        return request
    if not is_new:
        request.asked_by, request.asked_at = by, now
        request.agreed = request.answered_at = None
        request.save(update_fields=["asked_by", "asked_at", "agreed", "answered_at"])
    telling.tell(person, _question(request, left, now=now), now=now)
    return request


@transaction.atomic
def ask_all(absence: Absence, *, by: Person, now: datetime) -> list[CoverRequest]:
    """Everybody of the same teams and rosters who is free then is asked at once; who says yes
    first covers.

    Asking again asks nobody twice. Raises Refused as `ask` does, and when nobody is free.
    """
    away = locked(absence.person)
    absence = _current(absence)
    refuse_if(why_not_keep(keeper(by, away), name=away.short_name))
    people = everybody_near(absence, now=now)
    if not people:
        raise Refused("Nobody of the same teams and rosters is free then. Ask somebody by name.")
    return [ask(absence, one, by=by, now=now) for one in people]


def _why_not_ask(absence: Absence, person: Person, left: Left, *, now: datetime) -> str | None:
    if person.pk == absence.person_id:
        return "Choose somebody else: this person is away."
    if person.left_at is not None and person.left_at <= max(now, absence.starts_at):
        return f"{person.full_name} has left. Choose somebody else."
    (found,) = clashes([person], left.spans, absentee=absence.person)
    return f"{person.short_name} is away then too. Choose somebody else." if found.is_away else None


@transaction.atomic
def answer(request: CoverRequest, *, agrees: bool, by: Person, now: datetime) -> CoverRequest:
    """The one who was asked says yes or no; yes puts them on call for exactly what is open.

    The same answer twice changes nothing. Raises Refused for those who may not answer, after the
    other answer, when somebody else covers already, and when it is over or taken back.
    """
    away = locked(request.absence.person)
    found = CoverRequest.objects.select_related("absence__person", "person", "asked_by")
    current = found.filter(pk=request.pk).first()
    if current is None:
        raise Refused("Nobody asks this any more: the absence was taken back.")
    part = keeper(by, away)
    is_asked = by.pk == current.person_id
    refuse_if(why_not_answer(part, is_asked=is_asked, name=current.person.short_name))
    if current.agreed is not None:
        if current.agreed == agrees:
            return current
        said = "yes" if current.agreed else "no"
        who = "You" if is_asked else current.person.short_name
        raise Refused(f"{who} said {said} already. Ask {current.asked_by.full_name} to change it.")
    if current.absence.ends_at <= now:
        raise Refused("This absence is over. Nobody has to cover it any more.")
    if agrees:
        _put_on_call(current, by=by, now=now)
    current.agreed, current.answered_at = agrees, now
    current.save(update_fields=["agreed", "answered_at"])
    waiting = CoverRequest.objects.filter(absence=current.absence_id, agreed__isnull=True)
    over = [current.pk, *(waiting.values_list("pk", flat=True) if agrees else ())]
    carriage.cancel([f"cover:{pk}" for pk in over], now=now)
    _pass_on(current, by=by, now=now)
    return current


def _put_on_call(request: CoverRequest, *, by: Person, now: datetime) -> None:
    absence = request.absence
    open_ = still_open(opening.slot for opening in left_open(absence).openings)
    if not open_:
        names = {
            one.person.full_name
            for one in Override.objects.filter(covers=absence).select_related("person")
            if one.person
        }
        who = " and ".join(sorted(names))
        raise Refused(f"{who} covers it already." if who else "There is nothing left to cover.")
    rosters = Roster.objects.in_bulk([roster_id for roster_id, _ in open_])
    reason = f"{absence.person.short_name} is away."
    for roster_id, span in open_:
        roster = overriding.locked(rosters[roster_id])
        with aftermath.told(roster, by=by, now=now, why=reason, window=span):
            _cover(roster, span, request, by=by, reason=reason)


def _cover(roster: Roster, span: Span, request: CoverRequest, *, by: Person, reason: str) -> None:
    absence = request.absence
    hand = Hand(span, request.person_id, absence.person_id)
    is_handed = temporary_shifts.hand_on(roster, [hand], reason=reason)
    rows = standing_in.instead(roster, request.person, absence.person, span)
    if not rows and not is_handed:
        raise Refused(standing_in.HAS_CHANGED)
    for row in rows:
        row.reason = reason
        row.covers, row.created_by = absence, by
        row.save(force_insert=True)


def remind(*, now: datetime) -> int:
    """Everybody who was asked a day ago and has not answered is asked once more; returns how many.

    Repeating it changes nothing: the same reminder is planned once.
    """
    told = 0
    for request in to_remind(now=now):
        with transaction.atomic():
            left = left_open(request.absence)
            if left.spans:
                word = _question(request, left, now=now, is_again=True)
                told += telling.tell(request.person, word, now=now)
    return told


def _question(request: CoverRequest, left: Left, *, now: datetime, is_again: bool = False) -> Word:
    absence, person = request.absence, request.person
    lines = _lines(left, person, now=now)
    again = "This is the second and last time that we ask. " if is_again else ""
    return Word(
        topic=f"cover{'-again' if is_again else ''}-{request.asked_at:%d%H%M%S}",
        topic_id=request.pk,
        subject_key=f"cover:{request.pk}",
        subject=f"Can you take calls for {absence.person.short_name}?",
        body=(
            f"{again}{absence.person.full_name} is away, and these are open:\n\n{lines}\n\n"
            f"{request.asked_by.full_name} asks whether you can take them. Answer yes or no here:"
            f" {settings.PUBLIC_URL}/me/#cover-{request.pk}"
        ),
        is_pressing=absence.starts_at - now < PRESSING,
    )


def _lines(left: Left, reader: Person, *, now: datetime) -> str:
    return "\n".join(
        f"- {'backup for ' if one.slot.is_backup else ''}{one.roster.name}:"
        f" {period(*span, reader=reader, now=now)}"
        for one in left.openings
        for span in one.slot.open
    )


def _pass_on(request: CoverRequest, *, by: Person, now: datetime) -> None:
    """Who asked and who is away read the answer, unless they gave it themselves."""
    absence, name = request.absence, request.person.full_name
    said = "says yes" if request.agreed else "cannot"
    body = (
        f"{name} takes the calls of {absence.person.full_name}. You do not have to do anything."
        if request.agreed
        else f"{name} cannot take the calls of {absence.person.full_name}. Ask somebody else here:"
        f" {settings.PUBLIC_URL}/absences/{absence.pk}/"
    )
    for reader in _each_once([request.asked_by, absence.person], without=by):
        telling.tell(
            reader,
            Word(
                topic=f"cover-said-{now:%d%H%M%S}",
                topic_id=request.pk,
                subject_key=f"cover-said:{request.pk}",
                subject=f"Cover for {absence.person.short_name}: {name} {said}",
                body=body,
            ),
            now=now,
        )


def _each_once(people: Iterable[Person], *, without: Person) -> list[Person]:
    return list({one.pk: one for one in people if one.pk != without.pk}.values())


def _current(absence: Absence) -> Absence:
    found = Absence.objects.select_related("person").filter(pk=absence.pk).first()
    if found is None:
        raise Refused("This absence was taken back already.")
    return found
