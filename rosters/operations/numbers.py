"""Showing numbers and addresses to people with a reason; each time is written down."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.models import ContactPoint, ContactView, Person
from rosters.queries import numbers

REASON_LENGTH = 200


@transaction.atomic
def show(person: Person, *, by: Person, reason: str, now: datetime) -> list[ContactPoint]:
    """The numbers of `person`, the first to be used first; that `by` saw them is written down.

    Raises Refused when `by` has no reason to see them. One's own are never written down.
    """
    why_not = numbers.why_not(by, person, now=now)
    if why_not:
        raise Refused(why_not)
    if by.pk != person.pk:
        ContactView.objects.create(viewer=by, person=person, at=now, reason=reason[:REASON_LENGTH])
    return numbers.points_of(person)
