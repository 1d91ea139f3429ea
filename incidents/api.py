"""The alert door: senders post here. Public, proved by a token; every answer is a sentence."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from config.portal import clock
from incidents.intake import alertmanager
from incidents.intake.body import MAX_BYTES, Unreadable, read_object, too_large, why_not_storable
from incidents.intake.signal import Parcel
from incidents.models import AlertSource
from incidents.operations import intake, sources

logger = logging.getLogger(__name__)

PARSERS: Mapping[str, Callable[[Mapping[str, Any]], Parcel]] = {"alertmanager": alertmanager.parse}
RETRY_AFTER_SECONDS = 15
MAX_KEY_LENGTH = 120


@csrf_exempt
@login_not_required
def alerts(request: HttpRequest, kind: str, token: str = "") -> JsonResponse:
    """Take one request of one source; 202 only after everything is committed."""
    if request.method != "POST":
        answer = _refusal(405, "Send alerts with POST.")
        answer["Allow"] = "POST"
        return answer
    try:
        return _take(request, kind, token or _bearer(request))
    except Unreadable as refused:
        return _refusal(refused.status, str(refused))
    except intake.KeyReused as refused:
        return _refusal(409, str(refused))
    except (OperationalError, InterfaceError):
        logger.exception("an alert could not be stored")
        answer = _refusal(503, "Muster could not store this. Send it again.")
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer


def _take(request: HttpRequest, kind: str, token: str) -> JsonResponse:
    parse = PARSERS.get(kind)
    if parse is None:
        return _refusal(
            404, f"Muster has no source kind of this name. It knows: {', '.join(PARSERS)}."
        )
    source = _source(token, kind)
    parcel = parse(read_object(_body(request)))
    delivery = intake.Delivery(source, request.body, _idempotency_key(request))
    results = intake.receive(delivery, parcel, now=clock.act_now())
    all_bad = all(result["outcome"] == "rejected" for result in results)
    message = "None of the alerts could be read." if all_bad else "Taken."
    return JsonResponse({"message": message, "alerts": results}, status=422 if all_bad else 202)


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _source(token: str, kind: str) -> AlertSource:
    if not token:
        raise Unreadable("The token is missing. Send “Authorization: Bearer …”.", status=401)
    source = None if why_not_storable(token) else sources.source_for(token, kind=kind)
    if source is None:
        raise Unreadable(
            "No active source has this token. Make a new one in the admin.", status=401
        )
    return source


def _body(request: HttpRequest) -> bytes:
    declared = request.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise too_large()
    return request.body


def _idempotency_key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY_LENGTH or not key.isascii():
        raise Unreadable(f"The idempotency key must be at most {MAX_KEY_LENGTH} ASCII characters.")
    return key


def _refusal(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"message": sentence}, status=status)
