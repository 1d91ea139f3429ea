"""What the views of this app share: the reader, and the zone in which they read."""

from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from rosters.models import Person


def reader_of(request: HttpRequest) -> Person:
    """Who is signed in; every page of this app demands it."""
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def zone_of(reader: Person) -> ZoneInfo:
    """The zone in which a reader reads and writes times."""
    return ZoneInfo(reader.time_zone)
