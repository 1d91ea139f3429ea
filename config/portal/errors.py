"""Error pages that need no database: they carry the number to phone when Muster itself fails."""

import sys
from datetime import UTC

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from config.portal import clock, request_log
from config.portal.context import Portal

RETRY_SECONDS = "30"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for what could not be read. It reads nothing of the request, least of all again."""
    return _page("400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what this account may not see or do; it says why, if we were told.

    As below, it reads nothing of what was sent.
    """
    context = {"why_not": str(exception)}
    return HttpResponse(render_to_string("403.html", context, request), status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The page for an address with nothing behind it.

    Django's own checks the token of a form, and so would read a body that may be broken.
    """
    return HttpResponse(render_to_string("404.html", {}, request), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what nobody expected; a database that is away has one of its own."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _page("500.html", status=500)


def unavailable(_request: HttpRequest) -> HttpResponse:
    """The page while the database is away."""
    response = _page("503.html", status=503)
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
