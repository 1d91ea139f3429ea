"""Error pages that need no database: they carry the number to phone when Muster itself fails.

What fails while one is drawn ends at `server_error`, whose page needs nothing at all.
"""

import sys
from collections.abc import Sequence
from datetime import UTC

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.portal import clock, last_resort, request_log
from config.portal.context import Portal
from config.portal.rest.errors import Answer, respond

RETRY_SECONDS = "30"
PROGRAMS = "/api/v1/"


def _is_program(request: HttpRequest) -> bool:
    """Whether a program reads the answer, by the address alone."""
    return request.path_info.startswith(PROGRAMS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for what could not be read. It reads nothing of the request, least of all again."""
    if _is_program(request):
        return respond(Answer(400, "bad_request", "This request cannot be read."))
    return _page("400.html", status=400)


def not_allowed(
    request: HttpRequest,
    exception: Exception,
    *,
    ask: Sequence[object] = (),
    template: str = "403.html",
) -> HttpResponse:
    """The page for what this account may not see or do; it says why, if we were told.

    `ask`: the people who can change that. As below, it reads nothing of what was sent.
    """
    context = {"why_not": str(exception), "administrators": ask}
    return HttpResponse(render_to_string(template, context, request), status=403)


def page_not_found(
    request: HttpRequest,
    exception: Exception,  # noqa: ARG001  # Django hands it over by this name
    *,
    ask: Sequence[object] = (),
) -> HttpResponse:
    """The page for an address with nothing behind it. `ask`: who may know more.

    Django's own checks the token of a form, and so would read a body that may be broken.
    """
    if _is_program(request):
        text = "There is nothing at this address. /api/ says what there is."
        return respond(Answer(404, "not_found", text))
    return HttpResponse(render_to_string("404.html", {"administrators": ask}, request), status=404)


def wrong_method(request: HttpRequest, *, allowed: str, ask: Sequence[object] = ()) -> HttpResponse:
    """The page for an address that was opened in a way that it does not take."""
    context = {"is_button": "GET" not in allowed, "administrators": ask}
    return HttpResponse(render_to_string("405.html", context, request), status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what nobody expected; a database that is away has one of its own."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    if _is_program(request):
        number = request_log.request_id()
        text = f"Muster made a mistake. Tell whoever runs it this number: {number}."
        return respond(Answer(500, "mistake", text))
    return last_resort.draw(last_resort.MISTAKE, number=request_log.request_id())


def unavailable(request: HttpRequest) -> HttpResponse:
    """The page while the database is away."""
    if _is_program(request):
        text = "Muster cannot reach its database. Ask again soon."
        response: HttpResponse = respond(Answer(503, "unavailable", text))
    else:
        response = last_resort.draw(last_resort.AWAY, number=request_log.request_id())
    response["Retry-After"] = RETRY_SECONDS
    return response


def _page(name: str, *, status: int) -> HttpResponse:
    ground = Portal(
        zone=UTC,
        now=clock.show_now(),
        duty_name=settings.DUTY_NAME,
        duty_phone=settings.DUTY_PHONE,
    )
    return HttpResponse(
        render_to_string(name, {"portal": ground, "request_id": request_log.request_id()}),
        status=status,
    )
