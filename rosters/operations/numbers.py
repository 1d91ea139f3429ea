"""Showing numbers and addresses to people with a reason; each time is written down."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.logic.reasons import in_one_line
from rosters.models import ContactPoint, ContactView, Person
from rosters.queries import calling, numbers


@transaction.atomic
def show(person: Person, *, by: Person, reason: str, now: datetime) -> list[ContactPoint]:
    """The numbers of `person`, the first to be used first; that `by` saw them is written down.

    Raises Refused when `by` may not see them, or gives no reason in words. One's own need none and
    are never written down.
    """
    refuse_if(numbers.why_not(by, person, now=now))
    if by.pk != person.pk:
        reason = in_one_line(reason)
        if not reason:
            raise Refused("Say why you need the number. One line is enough.")
        ContactView.objects.create(viewer=by, person=person, at=now, reason=reason)
    return numbers.points_of(person)


@transaction.atomic
def show_many(
    people: Iterable[Person], *, by: Person, reason: str, now: datetime
) -> dict[int, list[ContactPoint]]:
    """The phone numbers of those whom `by` has a reason to call, by person.

    That `by` saw them is written down once for each; everybody else is left out. Raises Refused
    without a reason in words.
    """
    return numbers.phones_of(look(people, by=by, reason=reason, now=now))


@transaction.atomic
def look(people: Iterable[Person], *, by: Person, reason: str, now: datetime) -> frozenset[int]:
    """Those of these people whose numbers `by` may see; that they were seen is written down.

    Raises Refused without a reason in words.
    """
    reason = in_one_line(reason)
    if not reason:
        raise Refused("Say why you need the numbers. One line is enough.")
    everybody = {person.pk: person for person in people}
    on_call = calling.overview(at=now).on_duty_ids
    visible = numbers.visible_to(by, everybody, on_call=on_call)
    ContactView.objects.bulk_create(
        ContactView(viewer=by, person_id=pk, at=now, reason=reason)
        for pk in sorted(visible)
        if pk != by.pk
    )
    return visible
