"""The page for what an account may not do, with the people who can change that."""

from collections.abc import Callable
from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config.portal import clock, errors
from rosters.models import Person
from rosters.queries import administrators

FRAMED = "403_signed_in.html"


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As config.portal.errors.not_allowed; whoever is signed in reads whom to ask, in the frame of
    every page. That asks the database: without it the plain page stands."""
    ask = _whom_to_ask(request)
    if isinstance(getattr(request, "user", None), Person):
        with suppress(DatabaseError):
            return errors.not_allowed(request, exception, ask=ask, template=FRAMED)
    return errors.not_allowed(request, exception, ask=ask)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As config.portal.errors.page_not_found; whoever is signed in reads whom to ask."""
    return errors.page_not_found(request, exception, ask=_whom_to_ask(request))


Answering = Callable[[HttpRequest], HttpResponse]


def wrong_method(get_response: Answering) -> Answering:
    """Middleware: an address that does not take what was sent says so, instead of nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        found = get_response(request)
        if not isinstance(found, HttpResponseNotAllowed) or found.content:
            return found
        page = errors.wrong_method(request, allowed=found["Allow"], ask=_whom_to_ask(request))
        found.content = page.content
        found["Content-Type"] = page["Content-Type"]
        return found

    return answer


def _whom_to_ask(request: HttpRequest) -> list[Person]:
    reader = getattr(request, "user", None)
    if not isinstance(reader, Person):
        return []
    try:
        return administrators.to_ask(reader, now=clock.show_now())
    except DatabaseError:
        return []  # the page stands without them
