"""Who hears of incidents: the list, one of them, and what it was told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.webhooks import EndpointForm
from incidents.models import WebhookDelivery, WebhookEndpoint
from incidents.operations import webhook_carriage, webhooks
from incidents.queries import webhooks as told
from incidents.tables.webhooks import DeliveryFilter, DeliveryTable, EndpointTable
from incidents.views.common import person

READ = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every endpoint and how it does."""
    rows = told.rows()
    table = EndpointTable(Listed(rows))
    show_page(request, table)
    context = {
        "table": table,
        "total": len(rows),
        "troubled": [row for row in rows if row.state in ("dead", "failing")],
        "why_not": webhooks.why_not_keep(person(request)),
    }
    return render(request, "incidents/signals/webhooks.html", context)


@never_cache
@require_http_methods(READ)
def new(request: HttpRequest) -> HttpResponse:
    """One more; its page shows the secret this once."""
    by, why_not = person(request), webhooks.why_not_keep(person(request))
    form = EndpointForm(request.POST if request.method == "POST" else None)
    form.ask_for_an_address()
    if form.is_bound and not why_not and form.is_valid():
        try:
            endpoint, secret = webhooks.begin(form.facts(), by=by, now=clock.act_now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            return _page(request, endpoint, secret=secret)
    context = {"form": form, "endpoint": None, "why_not": why_not}
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/webhook_edit.html", context, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Of what it hears, and what it was told."""
    return _page(request, _found(pk))


@require_http_methods(READ)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is set of it; its address is never shown again."""
    endpoint, by = _found(pk), person(request)
    why_not = webhooks.why_not_keep(by)
    form = EndpointForm(
        request.POST if request.method == "POST" else None, initial=EndpointForm.of(endpoint)
    )
    if form.is_bound and not why_not and form.is_valid():
        try:
            webhooks.settle(endpoint, form.facts(), by=by)
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("incidents:webhook", pk)
    context = {"form": form, "endpoint": endpoint, "why_not": why_not}
    status = 422 if form.errors else 200
    return render(request, "incidents/signals/webhook_edit.html", context, status=status)


@never_cache
@require_POST
def secret_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Another secret; the page that answers shows it this once."""
    endpoint = _found(pk)
    try:
        secret = webhooks.new_secret(endpoint, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("incidents:webhook", pk)
    return _page(request, endpoint, secret=secret)


@never_cache
@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """A made-up event is sent now; the page that answers says what came of it."""
    endpoint = _found(pk)
    try:
        tested = webhook_carriage.send_test(endpoint, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("incidents:webhook", pk)
    return _page(request, endpoint, tested=tested)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """What was given up is sent once more."""
    endpoint = _found(pk)
    try:
        count = webhooks.send_dead_again(endpoint, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = "1 event is sent again." if count == 1 else f"{count} events are sent again."
        messages.success(request, said if count else "Nothing had been given up.")
    return redirect("incidents:webhook", pk)


@require_POST
def delivery_again(request: HttpRequest, pk: int) -> HttpResponse:
    """One event is sent once more."""
    rows = WebhookDelivery.objects.select_related("endpoint")
    delivery = get_object_or_404(rows, pk=pk)
    try:
        webhooks.send_again(delivery, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "It is sent again.")
    return redirect("incidents:webhook", delivery.endpoint_id)


def _page(
    request: HttpRequest,
    endpoint: WebhookEndpoint,
    *,
    secret: str = "",
    tested: webhook_carriage.Tested | None = None,
) -> HttpResponse:
    rows = told.deliveries_of(endpoint, reader=person(request))
    chosen = DeliveryFilter(request.GET, queryset=rows, request=request)
    why_not = webhooks.why_not_keep(person(request))
    found = chosen.qs if chosen.is_valid() else rows
    table = DeliveryTable(found, may_send=not why_not)
    show_page(request, table)
    context = {
        "endpoint": endpoint,
        "events": endpoint.events_in_words,
        "services": list(endpoint.services.order_by("name", "pk")),
        "made": secret,
        "tested": tested,
        "dead": told.given_up(endpoint, reader=person(request)),
        "unheard": told.unheard(endpoint, reader=person(request)),
        "filter": chosen,
        "table": table,
        "why_not": why_not,
    }
    return render(request, "incidents/signals/webhook.html", context)


def _found(pk: int) -> WebhookEndpoint:
    found: WebhookEndpoint = get_object_or_404(
        WebhookEndpoint.objects.select_related("owner"), pk=pk
    )
    return found
