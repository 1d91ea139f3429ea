"""What people wish for when the next shifts are planned: their own, entered and taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from config.portal.refusals import Refused
from rosters.enums import WishKind
from rosters.models import Person, ShiftWish

MOST = 40
LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class Wished:
    """Days in the person's zone, both included."""

    kind: WishKind
    first_day: date
    last_day: date
    reason: str = ""


@transaction.atomic
def enter(wished: Wished, *, by: Person, now: datetime) -> ShiftWish:
    """The wish of `by` counts for every plan made from now on. The same again changes nothing.

    Raises Refused for days that are over or in the wrong order, and for too many wishes.
    """
    person: Person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    if wished.last_day < wished.first_day:
        raise Refused("The last day cannot be before the first.")
    if wished.last_day < today:
        raise Refused("These days are over. Choose days that are still to come.")
    if wished.last_day - wished.first_day >= LONGEST:
        raise Refused("A wish is for three months at most. For longer, talk to your lead.")
    mine = ShiftWish.objects.filter(person=person)
    same = mine.filter(
        kind=wished.kind, first_day=wished.first_day, last_day=wished.last_day
    ).first()
    if same is not None:
        return same
    if mine.filter(last_day__gte=today).count() >= MOST:
        raise Refused(f"{MOST} wishes are the most. Take one back first.")
    return ShiftWish.objects.create(
        person=person,
        kind=wished.kind,
        first_day=wished.first_day,
        last_day=wished.last_day,
        reason=wished.reason,
    )


@transaction.atomic
def remove(pk: int, *, by: Person) -> bool:
    """The wish is gone; False when it was gone already, or is somebody else's."""
    deleted, _ = ShiftWish.objects.filter(pk=pk, person=by).delete()
    return bool(deleted)
