"""Machines at the doors for alerts and heartbeats do not walk through what is there for people."""

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve

logger = logging.getLogger(__name__)

HOOKS = "/hooks/"
PREFIXES = ("/api/v1/alerts/", "/api/v1/heartbeats/", HOOKS)
NO_HOST = "Muster does not go by the host name that was asked. ALLOWED_HOSTS lists its names."
NO_DOOR = "There is no door at this address. The set-up page of the source shows the right one."
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def doors_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a door answers here; sessions, sign-in, forms and pages come after it.

    It stands behind what holds for every request: HTTPS, the request's number and line in the log.
    Which charset a sender names is of no account here: a body is read as UTF-8 or refused.
    docs/adr/0040-the-short-way-of-machines.md says what is left out, and why.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIXES):
            return get_response(request)
        try:
            request.get_host()
        except DisallowedHost:
            logger.warning("a machine asked for a host that is not ours")
            return _refused(400, "wrong_host", NO_HOST)
        try:  # people end an address with a slash by habit
            match = resolve(request.path_info.removesuffix("/"), "config.api.doors")
        except Resolver404:
            if not request.path_info.startswith(HOOKS):
                return get_response(request)
            response: HttpResponse = _refused(404, "not_found", NO_DOOR)
        else:
            request.resolver_match = match
            response = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        for name, value in SAFETY.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def _refused(status: int, code: str, sentence: str) -> JsonResponse:
    """Nothing for people stands there either: a machine gets what a machine can read."""
    return JsonResponse({"code": code, "message": sentence}, status=status)
