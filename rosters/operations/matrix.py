"""Keeping the contact matrix true: confirming its cells, and asking those whom they name."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rosters.models import MatrixEntry, Person
from rosters.operations import confirming


@transaction.atomic
def confirm(entries: Sequence[MatrixEntry], *, by: Person, now: datetime) -> int:
    """These cells are right, says `by`; returns how many. What names somebody who has left is not
    right, whoever says so, and stays unconfirmed."""
    ids = [entry.pk for entry in entries if not (entry.person and _has_left(entry.person, now))]
    if any(entry.person_id == by.pk for entry in entries):
        confirming.settle(by, now=now)
    return MatrixEntry.objects.filter(pk__in=ids).update(confirmed_at=now, confirmed_by=by)


@transaction.atomic
def stand_for(entries: Sequence[MatrixEntry], *, by: Person, now: datetime) -> list[Person]:
    """`by` has filled those of these cells that nobody has confirmed, so `by` stands for them;
    whoever is named is asked once whether that is right. Returns who is asked: never `by`, whose
    word it is already."""
    named = MatrixEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    named.filter(confirmed_at__isnull=True).update(confirmed_at=now, confirmed_by=by)
    rows = list(named.select_related("role", "service", "team", "person").order_by("pk"))
    if any(entry.person_id == by.pk for entry in rows):
        confirming.settle(by, now=now)
    asked, _mute = ask_to_confirm(
        [entry for entry in rows if entry.person_id != by.pk], by=by, now=now
    )
    return asked


def ask_to_confirm(
    entries: Sequence[MatrixEntry], *, by: Person, now: datetime
) -> tuple[list[Person], list[Person]]:
    """Whoever these cells name is asked whether they are still right; at most once a day.

    Returns who was asked, and who cannot be asked in writing.
    """
    named = {one.person for one in entries if one.person and not _has_left(one.person, now)}
    return confirming.ask(list(named), by=by, now=now)


def _has_left(person: Person, now: datetime) -> bool:
    return person.left_at is not None and person.left_at <= now
