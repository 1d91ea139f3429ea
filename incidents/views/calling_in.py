"""The door of heartbeats: jobs call in here. Public, proved by a token; GET never acts."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from config.portal import bodies
from incidents.intake.body import CODES, MAX_BYTES, why_not_storable
from incidents.operations import heartbeats, sources
from incidents.queries import remembered

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 15


@csrf_exempt
@login_not_required
def call_in(request: HttpRequest, slug: str, token: str = "") -> JsonResponse:
    """One heartbeat called in. Its body is not read."""
    if request.method != "POST":
        answer = _said(405, "GET never acts. Call in with POST.")
        answer["Allow"] = "POST"
        return answer
    if (bodies.declared(request) or 0) > MAX_BYTES:
        return _said(413, "The body is too large. Call in without one.")
    try:
        return _take(slug, token or _bearer(request))
    except (OperationalError, InterfaceError):
        logger.exception("a heartbeat could not be kept")
        answer = _said(503, "Muster could not keep this. Call in again.")
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer


def _take(slug: str, token: str) -> JsonResponse:
    if not token:
        return _said(401, "The token is missing. Send “Authorization: Bearer …”.")
    with remembered.as_of_now() as now:
        source = None
        if not why_not_storable(token):
            source = sources.source_for(token, kind=heartbeats.KIND)
        if source is None:
            return _said(401, "No active source of heartbeats has this token.")
        sources.note_used(token, kind=heartbeats.KIND, now=now)
        is_known = not why_not_storable(slug) and heartbeats.call_in(source, slug, now=now)
        if not is_known:
            return _said(404, "This source has no heartbeat of this name. Add it first.")
        return _said(200, "Taken.")


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _said(status: int, sentence: str) -> JsonResponse:
    code = {"code": CODES[status]} if status in CODES else {}
    return JsonResponse({**code, "message": sentence}, status=status)
