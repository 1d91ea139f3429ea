"""The page for what an account may not do, with the people who can change that."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from config.portal import clock, errors
from rosters.models import Person
from rosters.queries import administrators


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As config.portal.errors.not_allowed; whoever is signed in reads whom to ask."""
    return errors.not_allowed(request, exception, ask=_whom_to_ask(request))


def _whom_to_ask(request: HttpRequest) -> list[Person]:
    reader = getattr(request, "user", None)
    if not isinstance(reader, Person):
        return []
    try:
        return administrators.to_ask(reader, now=clock.show_now())
    except DatabaseError:
        return []  # the page stands without them
