"""What the views of this app share: the reader, what the address chooses, what may be seen."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest

from reviews.models import Review
from reviews.queries import page
from reviews.queries.lists import Narrowed
from rosters.models import Person, Service, Team


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


def narrowed(request: HttpRequest) -> Narrowed:
    """The words, the service and the team that the address asks for."""
    words, service, team = (
        request.GET.get(name, "").replace("\0", "").strip()[:100]
        for name in ("q", "service", "team")
    )
    return Narrowed(words, service, team)


def choices() -> dict[str, list[tuple[str, str]]]:
    """The services and teams that a list can be narrowed to, as (slug, name) pairs."""
    services = Service.objects.order_by("name").values_list("slug", "name")
    teams = Team.objects.order_by("name").values_list("slug", "name")
    return {"services": list(services), "teams": list(teams)}


def chosen(request: HttpRequest, name: str, options: Mapping[str, str], *, default: str) -> str:
    """Which option the address chooses; an unknown one is named, and the default holds."""
    value = request.GET.get(name, default)
    if value in options:
        return value
    messages.warning(request, f"“{value[:20]}” is not one of the choices, so it is left out.")
    return default
