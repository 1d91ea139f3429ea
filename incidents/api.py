"""The alert door: senders post here. Public, proved by a token; every answer is a sentence."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic_core import to_json

from config.portal import bodies
from incidents.intake import doorway
from incidents.intake.body import CODES, MAX_BYTES, Unreadable, too_large, why_not_storable
from incidents.intake.kind import Kind
from incidents.intake.kinds import KINDS
from incidents.models import AlertSource
from incidents.operations import confirming, intake, rates, rounds, sources
from incidents.operations.gathering import TookTooLong
from incidents.queries import remembered

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 15
KEY_REUSED = 409


@csrf_exempt
@login_not_required
def alerts(request: HttpRequest, kind: str, token: str = "") -> HttpResponse:
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
        return _refusal(KEY_REUSED, str(refused))
    except confirming.NotConfirmed as failed:
        return _later(str(failed))
    except (OperationalError, InterfaceError, TookTooLong):
        logger.exception("an alert could not be stored")
        return _later("Muster could not store this. Send it again.")


def _take(request: HttpRequest, kind_name: str, token: str) -> HttpResponse:
    kind = KINDS.get(kind_name)
    if kind is None:
        known = ", ".join(KINDS)
        return _refusal(404, f"Muster has no source kind of this name. It knows: {known}.")
    headers = doorway.lowered(request.headers)
    with remembered.as_of_now() as now:
        source = _source(token, kind_name)
        delivery = intake.Delivery(
            source,
            _body(request),
            headers=doorway.kept_headers(headers),
            is_over_rate=rates.is_over(source, now=now),
        )
        sources.note_used(token, kind=kind_name, now=now)
        try:
            return _answer(delivery, kind, headers, now=now)
        except Unreadable as refused:
            intake.keep(delivery, {"message": str(refused)}, status=refused.status, now=now)
            raise
        except intake.KeyReused as refused:  # kept without the key, so that it can be sent again
            intake.keep(delivery, {"message": str(refused)}, status=KEY_REUSED, now=now)
            raise


def _answer(
    delivery: intake.Delivery, kind: Kind, headers: Mapping[str, str], *, now: datetime
) -> HttpResponse:
    proved = sources.refuse_unsigned(delivery.source, kind, delivery.body, headers, now=now)
    if proved:  # a copy is known by what its signature covers, whatever else it calls itself
        headers = {**headers, "idempotency-key": proved}
    parcel = kind.parse(
        doorway.read(
            delivery.body,
            headers,
            is_form=kind.is_form,
            form=kind.form,
            bare_header=kind.bare_header,
        )
    )
    key = doorway.idempotency_key(headers, kind.delivery_headers, delivery.digest)
    delivery = replace(delivery, idempotency_key=key)
    results = rounds.receive(delivery, parcel, now=now)
    if parcel.confirm_at:
        results = confirming.confirm(delivery, parcel.confirm_at)
    status = intake.status_of(results)
    if status == intake.TAKEN:
        return _said({"message": "Taken.", "alerts": results}, status=status)
    sentence = "None of the alerts could be read."
    return _said({"code": CODES[status], "message": sentence, "alerts": results}, status=status)


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _source(token: str, kind: str) -> AlertSource:
    if not token:
        raise Unreadable("The token is missing. Send “Authorization: Bearer …”.", status=401)
    source = None if why_not_storable(token) else sources.source_for(token, kind=kind)
    if source is None:
        raise Unreadable(
            "No active source of this kind has this token. Make a new one under Signals.",
            status=401,
        )
    return source


def _body(request: HttpRequest) -> bytes:
    declared = bodies.declared(request)
    if declared is None:
        raise Unreadable("“Content-Length” must be a number.")
    if declared > MAX_BYTES:
        raise too_large()
    try:
        body = bodies.read(request, declared=declared, most=MAX_BYTES)
    except bodies.BrokenOff:
        raise Unreadable("The request broke off before its end. Send it again.") from None
    if len(body) > MAX_BYTES:
        raise too_large()
    return body


def _later(sentence: str) -> HttpResponse:
    """The sender is to try again: what senders do after 503, and not after other refusals."""
    answer = _refusal(503, sentence)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _refusal(status: int, sentence: str) -> HttpResponse:
    return _said({"code": CODES[status], "message": sentence}, status=status)


def _said(answer: Mapping[str, object], *, status: int) -> HttpResponse:
    return HttpResponse(to_json(answer), content_type="application/json", status=status)
