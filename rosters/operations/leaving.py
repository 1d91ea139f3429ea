"""Somebody leaves the company: nobody calls them any more, and their history stays."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.models import Person


@transaction.atomic
def leave(person: Person, *, by: Person, now: datetime) -> Person:
    """`person` counts as nobody from `now` on and cannot sign in; doing it twice changes nothing.

    Raises Refused when people would lock themselves out.
    """
    if person.pk == by.pk:
        raise Refused("You cannot note that you left yourself. Ask another administrator.")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.left_at is None:
        person.left_at = now
        person.may_sign_in = False
        person.save(update_fields=["left_at", "may_sign_in"])
    return person
