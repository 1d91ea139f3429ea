"""Whether somebody only reads: settled when they sign in, for every template."""

from typing import Any

from django.http import HttpRequest

from rosters.logic.roles import only_reads
from rosters.models import Person
from rosters.queries import roles

KEY = "only_reads"
HOME = "incidents:status"


def settle(request: HttpRequest, person: Person) -> None:
    """The session knows it until it ends, so that no page asks again."""
    request.session[KEY] = only_reads(roles.of(person))


def is_reader(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return bool(session and session.get(KEY))


def reader(request: HttpRequest) -> dict[str, Any]:
    """`is_reader` on every page: the shorter navigation. Asks the database nothing."""
    return {"is_reader": is_reader(request)}
