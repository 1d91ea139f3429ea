"""The step of the tour that stands on this page, for every template."""

from typing import Any

from django.http import HttpRequest

from config.front.logic.tour import TOURS, Reader, Stop, stop
from config.front.reader import is_reader
from rosters.models import Person

KEY = "tour"


def tour(request: HttpRequest) -> dict[str, Any]:
    """`tour`: the step that belongs to this page, or None. Asks the database nothing."""
    return {"tour": _stop(request)}


def _stop(request: HttpRequest) -> Stop | None:
    person, match = getattr(request, "user", None), request.resolver_match
    if not isinstance(person, Person) or match is None:
        return None
    found = _chosen(request, person)
    return found if found and found.step.page == match.view_name else None


def _chosen(request: HttpRequest, person: Person) -> Stop | None:
    """Where the reader is; a first sign-in stands before the first step, where they land."""
    chosen = request.session.get(KEY)
    if chosen is None:
        first = stop(Reader.PLAIN if is_reader(request) else Reader.STAKEHOLDER, 1)
        return first if person.toured_at is None else None
    reader, number = chosen
    return stop(Reader(reader), int(number)) if reader in set(TOURS) else None
