"""Calls that go elsewhere for a while, and the register of everything that people decided."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, words
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.judgment import HoldFilter, RerouteForm, RerouteServiceForm
from incidents.logic.judgment import why_not_reroute_service
from incidents.models import RoutingOverride
from incidents.operations.judgment import rerouting
from incidents.queries import experts, page, register
from incidents.queries import rerouting as detours
from incidents.tables.register import RegisterTable, register_csv
from incidents.views.common import explain, incident_or_404, person, to_incident, zone_of
from rosters.models import Service

EITHER = ["GET", "HEAD", "POST"]
ENDED = "The calls go where they went before."
ENDED_BEFORE = "The calls go where they went before already."


@require_http_methods(EITHER)
def reroute(request: HttpRequest, ref: str) -> HttpResponse:
    """The calls about one incident go to somebody else first."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    form, status = _form(request, now=now), 200
    if form.is_bound and form.is_valid():
        try:
            made = rerouting.reroute(incident, form.elsewhere, by=person(request), now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            _say(request, made, now=now)
            return to_incident(incident)
    context = page.act(incident, "reroute", viewer=person(request), now=clock.show_now())
    context |= {"form": form, "people": experts.people(now=now)}
    return render(request, "incidents/acts/reroute.html", context, status=_status(form, status))


@require_POST
def reroute_end(request: HttpRequest, ref: str) -> HttpResponse:
    """The calls about one incident go where they went before."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    try:
        ended = rerouting.end(incident, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        messages.success(request, ENDED if ended else ENDED_BEFORE)
    return to_incident(incident)


@require_http_methods(EITHER)
def reroute_service(request: HttpRequest, slug: str) -> HttpResponse:
    """All calls about one service go to somebody else first."""
    service, now = get_object_or_404(Service, slug=slug), clock.act_now()
    why_not = why_not_reroute_service(detours.keeper(person(request), service))
    form, status = _form(request, of=RerouteServiceForm, now=now), 200
    if form.is_bound and not why_not and form.is_valid():
        try:
            made = rerouting.reroute_service(service, form.elsewhere, by=person(request), now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            _say(request, made, now=now)
            return redirect("incidents:reroute_service", slug)
    context = {
        "service": service,
        "form": form,
        "why_not": why_not,
        "detour": detours.of_service(service, now=now),
        "people": experts.people(now=now),
    }
    shown = (409 if form.is_bound else 200) if why_not else _status(form, status)
    return render(request, "incidents/acts/reroute_service.html", context, status=shown)


@require_POST
def reroute_service_end(request: HttpRequest, slug: str) -> HttpResponse:
    """The calls about one service go where they went before."""
    service, now = get_object_or_404(Service, slug=slug), clock.act_now()
    try:
        ended = rerouting.end_service(service, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        messages.success(request, ENDED if ended else ENDED_BEFORE)
    return redirect("incidents:reroute_service", slug)


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """What waits and what goes elsewhere, now or before; with ?format=csv as CSV."""
    now = clock.show_now()
    form = HoldFilter(request.GET)
    show = "over" if request.GET.get("show") == "over" else "now"
    found = register.rows(person(request), show=show, text=form.text, now=now)
    if request.GET.get("format") == "csv":
        return register_csv(found)
    table = RegisterTable(Listed(found))
    show_page(request, table)
    context = {
        "table": table,
        "form": form,
        "show": show,
        "states": register.SHOWN.items(),
        "is_narrowed": bool(form.text),
    }
    return render(request, "incidents/acts/holds.html", context)


def _form(
    request: HttpRequest, *, of: type[RerouteForm] = RerouteForm, now: datetime
) -> RerouteForm:
    data = request.POST if request.method == "POST" else None
    return of(data, zone=zone_of(person(request)), now=now, initial={"minutes": "60"})


def _status(form: RerouteForm, status: int) -> int:
    return 422 if form.errors and status == 200 else status


def _say(request: HttpRequest, made: RoutingOverride, *, now: datetime) -> None:
    """What the next page says; also that somebody cannot be reached at the moment."""
    until = words.until(made.until, zone=zone_of(person(request)), now=now)
    if made.policy:
        said = f"What breaks from now on goes by the rule “{made.policy}”, {until}."
        messages.success(request, f"{said} What is open keeps its rule.")
        return
    name = made.person.full_name if made.person else f"whoever is on call for {made.roster}"
    messages.success(request, f"The next calls go to {name} first, {until}.")
    if made.person:
        reach = experts.reach_person(made.person, reason="", now=now)
        if reach.why_not:
            said = reach.why_not.removesuffix(" Choose somebody else.")
            messages.warning(request, f"{said} Until that changes, those of the rule are called.")
