"""The door at which a carrier calls back. Public, proved by its signature; GET never acts."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from config.portal import bodies, clock
from rosters.channels.contract import Heard
from rosters.operations import receipts

logger = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
RETRY_AFTER_SECONDS = 15


@csrf_exempt  # the signature is the proof
@login_not_required
def hear(request: HttpRequest, door: str) -> HttpResponse:
    """What the carrier says of its messages is noted."""
    if request.method != "POST":
        answer = _said(405, "GET never acts. Call back with POST.")
        answer["Allow"] = "POST"
        return answer
    length = bodies.declared(request) or 0
    if length > MOST_BYTES:
        return _said(413, "The body is too large.")
    try:
        heard = _heard(request, bodies.read(request, declared=length, most=MOST_BYTES))
        said = receipts.hear(door.replace("\0", ""), heard, now=clock.act_now())
    except bodies.BrokenOff:
        return _said(400, "The body broke off.")
    except (OperationalError, InterfaceError):
        logger.exception("a receipt could not be kept")
        answer = _said(503, "Muster could not keep this. Call back again.")
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    if said.content_type:
        return HttpResponse(said.body, status=said.status, content_type=said.content_type)
    return _said(said.status, said.sentence)


def _heard(request: HttpRequest, body: bytes) -> Heard:
    return Heard(
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body[: MOST_BYTES + 1],
        content_type=request.content_type or "",
    )


def _said(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"message": sentence}, status=status)
