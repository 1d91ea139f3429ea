"""Being away: entered, changed and ended by whoever may; what covers it follows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from config.portal import words
from config.portal.refusals import Refused, refuse_if
from rosters.logic.absences import trimmed, why_not_keep, why_not_window
from rosters.models import Absence, CoverRequest, Override, Person
from rosters.operations import carriage, telling
from rosters.operations.telling import Word
from rosters.queries.absences import keeper


@dataclass(frozen=True)
class Window:
    """When somebody is away, half-open, and why in words for those who keep it."""

    starts_at: datetime
    ends_at: datetime
    reason: str = ""


@transaction.atomic
def note(person: Person, window: Window, *, by: Person, now: datetime) -> Absence:
    """`person` counts as nobody in this window. Entering the very same again changes nothing.

    Raises Refused for those who may not, for a window that cannot be, and for a second absence at
    the same time.
    """
    person = locked(person)
    refuse_if(why_not_keep(keeper(by, person), name=person.short_name))
    refuse_if(why_not_window(window.starts_at, window.ends_at, now=now))
    if person.left_at is not None and person.left_at <= now:
        raise Refused(f"{person.full_name} has left.")
    same = Absence.objects.filter(
        person=person, starts_at=window.starts_at, ends_at=window.ends_at
    ).first()
    if same is not None:
        return same
    _refuse_overlap(person, window, besides=None, by=by, now=now)
    return Absence.objects.create(
        person=person,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        reason=window.reason,
    )


@transaction.atomic
def change(absence: Absence, window: Window, *, by: Person, now: datetime) -> Absence:
    """It is in this window now; cover outside of it is taken back, with a word to who covers.

    Raises Refused as `note` does, and when it is over already.
    """
    absence = _held(absence, by=by)
    if absence.ends_at <= now:
        raise Refused("This absence is over. What is past stays as it was.")
    if absence.starts_at <= now:
        window = Window(absence.starts_at, window.ends_at, window.reason)
    refuse_if(why_not_window(window.starts_at, window.ends_at, now=now))
    _refuse_overlap(absence.person, window, besides=absence, by=by, now=now)
    absence.starts_at, absence.ends_at = window.starts_at, window.ends_at
    absence.reason = window.reason
    absence.save(update_fields=["starts_at", "ends_at", "reason"])
    _trim_cover(absence, now=now)
    return absence


@transaction.atomic
def end(absence: Absence, *, by: Person, now: datetime) -> Absence | None:
    """Whoever was away is here again from `now` on; one that has not begun is taken back (None).

    Who covers is told, and no longer called instead. Over already: nothing changes.
    """
    absence = _held(absence, by=by)
    if absence.ends_at <= now:
        return absence
    has_begun = absence.starts_at < now
    absence.ends_at = now
    if has_begun:
        absence.save(update_fields=["ends_at"])
    _trim_cover(absence, now=now)
    _stop_asking(absence, now=now)
    if has_begun:
        return absence
    absence.delete()
    return None


def locked(person: Person) -> Person:
    """Whoever changes an absence of this person, or its cover, waits for who came first."""
    found: Person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    return found


def _held(absence: Absence, *, by: Person) -> Absence:
    person = locked(absence.person)
    found = Absence.objects.filter(pk=absence.pk).select_related("person").first()
    if found is None:
        raise Refused("This absence was taken back already.")
    refuse_if(why_not_keep(keeper(by, person), name=person.short_name))
    return found


def _refuse_overlap(
    person: Person, window: Window, *, besides: Absence | None, by: Person, now: datetime
) -> None:
    others = Absence.objects.filter(
        person=person, starts_at__lt=window.ends_at, ends_at__gt=window.starts_at
    )
    found = others.exclude(pk=besides.pk if besides else 0).order_by("starts_at").first()
    if found is not None:
        when = period(found.starts_at, found.ends_at, reader=by, now=now)
        who = "You are" if person.pk == by.pk else f"{person.short_name} is"
        raise Refused(f"{who} away then already: {when}. Change that absence instead.")


def _trim_cover(absence: Absence, *, now: datetime) -> None:
    """What covers it lasts no longer than the absence; who covers is told once."""
    window = (absence.starts_at, absence.ends_at)
    changed: dict[int, list[Override]] = {}
    for one in Override.objects.filter(covers=absence).select_related("person", "roster"):
        span = (one.starts_at, one.ends_at)
        left = trimmed(span, to=window) if window[0] < window[1] else None
        if left == span:
            continue
        changed.setdefault(one.person_id or 0, []).append(one)
        if left is None:
            one.delete()
        else:
            one.starts_at, one.ends_at = left
            one.save(update_fields=["starts_at", "ends_at"])
    for found in changed.values():
        _tell_cover(absence, found, now=now)


def _tell_cover(absence: Absence, changed: Iterable[Override], *, now: datetime) -> None:
    rows = list(changed)
    cover = rows[0].person
    if cover is None:
        return
    name = absence.person.short_name
    kept = [one for one in rows if one.pk]
    lines = [
        f"- {one.roster.name}: {period(one.starts_at, one.ends_at, reader=cover, now=now)}"
        if one.pk
        else f"- {one.roster.name}: no longer"
        for one in rows
    ]
    head = "is away for a shorter time" if kept else "is not away then after all"
    telling.tell(
        cover,
        Word(
            topic=f"cover-less-{now:%d%H%M%S}",
            topic_id=absence.pk,
            subject_key=f"cover-changed:{absence.pk}",
            subject=f"{name} {head}",
            body=(
                f"{absence.person.full_name} {head}. What you cover now:\n\n"
                + "\n".join(lines)
                + "\n\nYou do not have to do anything."
            ),
        ),
        now=now,
    )


def _stop_asking(absence: Absence, *, now: datetime) -> None:
    """Whoever was asked and has not answered need not any more."""
    asked = CoverRequest.objects.filter(absence=absence, agreed__isnull=True)
    keys = [f"cover:{pk}" for pk in asked.values_list("pk", flat=True)]
    carriage.cancel(keys, now=now)
    asked.delete()


def period(starts_at: datetime, ends_at: datetime, *, reader: Person, now: datetime) -> str:
    """A window in the words and the zone of one reader."""
    zone = ZoneInfo(reader.time_zone)
    first, last = (words.short(one, zone=zone, now=now) for one in (starts_at, ends_at))
    return f"{first} to {last} ({words.zone_aside(zone, now=now)})"
