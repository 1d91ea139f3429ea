"""What arrived: one request, and sending it again, alone or with others that were refused."""

import logging
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.portal import clock
from config.portal.refusals import Refused
from incidents.logic.receipts import in_words
from incidents.models import RawReceipt
from incidents.operations import replaying
from incidents.queries import receipts
from incidents.views.common import person
from incidents.views.signals.sources import READ, found, why_not_of

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what Muster answered, and for those who keep the source, what it held."""
    page = receipts.one(_found(pk), reader=person(request))
    why_not = why_not_of(request, page.receipt.source) or page.why_not_body
    if why_not is None:
        logger.info("a kept request was read", extra={"receipt": pk, "reader": person(request).pk})
    context = {"page": page, "source": page.receipt.source, "why_not": why_not}
    return render(request, "incidents/signals/receipt.html", context)


@require_http_methods(READ)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """What sending it again may do, and the press that does it."""
    receipt = _found(pk)
    if request.method == "POST":
        try:
            answer = replaying.send(receipt, by=person(request), now=clock.act_now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"Sent again. {in_words({'alerts': answer})}.")
        return redirect("incidents:receipt", pk)
    page = receipts.one(receipt, reader=person(request))
    source = receipt.source
    context = {"page": page, "source": source, "why_not": why_not_of(request, source)}
    return render(request, "incidents/signals/receipt_again.html", context)


@require_http_methods(READ)
def refused_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Those that were refused, sent again after the setting is mended; so many in one press."""
    source, now = found(slug), clock.act_now()
    until, done = _seen_at(request, now=now), None
    why_not = why_not_of(request, source)
    if request.method == "POST" and not why_not:
        try:
            done = replaying.send_refused(source, by=person(request), now=now, until=until)
        except Refused as refused:
            why_not = str(refused)
    left = done.left if done else replaying.due(source, until=until).count()
    if done and not left:
        tell = messages.warning if done.refused else messages.success
        tell(request, f"{done.taken} taken, {done.refused} refused again.")
        return redirect("incidents:source", source.slug)
    context = {"source": source, "left": left, "done": done, "until": until, "why_not": why_not}
    return render(request, "incidents/signals/refused_again.html", context)


def _seen_at(request: HttpRequest, *, now: datetime) -> datetime:
    """When the reader saw how many there are; now, when nothing readable says so."""
    try:
        said = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        said = None
    return min(said, now) if said is not None and said.tzinfo else now


def _found(pk: int) -> RawReceipt:
    rows = RawReceipt.objects.select_related("source__owner_team", "replayed_by")
    receipt: RawReceipt = get_object_or_404(rows, pk=pk)
    return receipt
