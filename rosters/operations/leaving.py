"""Somebody leaves the company: nobody calls them any more, and their history stays."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.models import ApiToken, Person


@transaction.atomic
def leave(person: Person, *, by: Person, now: datetime, at: datetime | None = None) -> Person:
    """`person` counts as nobody from `at` on (now, if not given); doing it twice changes nothing.

    Until then all stays as it is. From then on they cannot sign in, and what acts for them is
    revoked. Raises Refused when people would lock themselves out.
    """
    if person.pk == by.pk:
        raise Refused("You cannot note that you left yourself. Ask another administrator.")
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.left_at is not None and person.left_at <= now:
        return person
    person.left_at = now if at is None else max(at, now)
    if person.left_at > now:
        person.save(update_fields=["left_at"])
        return person
    person.may_sign_in = False
    person.save(update_fields=["left_at", "may_sign_in"])
    _revoke(person, by=by, now=now)
    return person


def stay(person: Person, *, now: datetime) -> None:
    """`person` does not leave after all. Who has left already stays gone: nothing changes."""
    if person.left_at is not None and person.left_at > now:
        person.left_at = None
        person.save(update_fields=["left_at"])


def shut_out(*, now: datetime) -> int:
    """Whoever has left meanwhile cannot sign in, and no token acts for them; returns how many."""
    gone = Person.objects.filter(left_at__lte=now, may_sign_in=True).order_by("pk")
    count = 0
    for person in gone:
        with transaction.atomic():
            person.may_sign_in = False
            person.save(update_fields=["may_sign_in"])
            _revoke(person, by=None, now=now)
            count += 1
    return count


def _revoke(person: Person, *, by: Person | None, now: datetime) -> None:
    tokens = ApiToken.objects.filter(person=person, revoked_at__isnull=True)
    tokens.update(revoked_at=now, revoked_by=by)
