"""What the views of this app share: the reader, what the address chooses, what may be seen."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest

from reviews.models import Review
from reviews.queries import page
from rosters.models import Person


def person(request: HttpRequest) -> Person:
    """Who is signed in; every page of this app demands it."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def today_of(reader: Person, *, now: datetime) -> date:
    """What day it is where the reader is."""
    return now.astimezone(ZoneInfo(reader.time_zone)).date()


def zone_of(reader: Person) -> ZoneInfo:
    """The zone in which a reader reads times."""
    return ZoneInfo(reader.time_zone)


def review_or_404(request: HttpRequest, pk: int) -> Review:
    """The review, if the reader may know of its incident."""
    found = page.find(person(request), pk)
    if found is None:
        raise Http404
    return found


def chosen(request: HttpRequest, name: str, options: Mapping[str, str], *, default: str) -> str:
    """Which option the address chooses; an unknown one is named, and the default holds."""
    value = request.GET.get(name, default)
    if value in options:
        return value
    messages.warning(request, f"“{value[:20]}” is not one of the choices, so it is left out.")
    return default
