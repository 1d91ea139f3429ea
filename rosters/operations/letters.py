"""The letter on Fridays, stopped by whoever gets it: from a link in it, without signing in."""

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from rosters.models import Person

SALT = "rosters.letters"
"""A link of this kind does nothing else: the signature says so."""


def address(person: Person) -> str:
    """Where this person stops the letter; it works as long as the signing key is known."""
    token = Signer(salt=SALT).sign(str(person.pk))
    return f"{settings.PUBLIC_URL}{reverse('rosters:letter_stop', args=[token])}"


def reader(token: str, *, now: datetime) -> Person | None:
    """Whose letters this link is about; nobody for one that we did not make."""
    try:
        pk = int(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        return None
    found: Person | None = Person.objects.employed(now=now).filter(pk=pk).first()
    return found


def stop(person: Person, *, now: datetime) -> Person:  # noqa: ARG001  # as every operation
    """The letter does not come any more. Twice changes nothing."""
    person.gets_outlook = False
    person.save(update_fields=["gets_outlook"])
    return person
