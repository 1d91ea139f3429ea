"""Deciding about the calls of an incident: each act is a page with one question, then a POST."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, words
from config.portal.refusals import Refused
from incidents.enums import HoldKind
from incidents.forms.judgment import (
    CallForm,
    HoldForm,
    JumpForm,
    SeverityForm,
    StandDownForm,
)
from incidents.logic.severity_helper import Answers
from incidents.models import Incident
from incidents.operations.judgment import calling, holding, skipping, standing_down
from incidents.operations.judgment import severity as severities
from incidents.queries import declaring, experts, involved, page, preview
from incidents.views.common import (
    MAX_DIGITS,
    explain,
    incident_or_404,
    person,
    to_incident,
    zone_of,
)
from rosters.enums import SeverityLevel

EITHER = ["GET", "HEAD", "POST"]
OVER = "Nothing waits, and nobody is called for it any more."
ALREADY_DOWN = "They were stood down already."


@require_http_methods(EITHER)
def hold(request: HttpRequest, ref: str) -> HttpResponse:
    """The calls of an incident wait for a while."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    initial = {"kind": HoldKind.HOLD, "minutes": "10"}
    data = request.POST if request.method == "POST" else None
    form = HoldForm(
        data, severity=incident.severity, zone=zone_of(person(request)), now=now, initial=initial
    )
    if form.is_bound and form.is_valid():
        try:
            made = holding.hold(incident, form.asked, by=person(request), now=now)
        except Refused as refused:
            return _refused(request, incident, "hold", form, refused)
        until = words.until(made.until, zone=zone_of(person(request)), now=now)
        messages.success(request, f"The calls wait {until}, then they go on by themselves.")
        return to_incident(incident)
    return _page(request, incident, "hold", form)


@require_POST
def hold_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Every wait ends, and the calls go on."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    try:
        ended = holding.end_early(incident, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        already = "Nothing waits: the calls go on already." if incident.is_open else OVER
        said = "The calls go on now." if ended else already
        messages.success(request, said)
    return to_incident(incident)


@require_http_methods(EITHER)
def severity(request: HttpRequest, ref: str) -> HttpResponse:
    """How bad an incident is, said anew; ?ask=1 reads the five questions without script."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    if request.method != "POST" or "ask" in request.POST:
        typed = {
            name: value for name, value in request.POST.items() if name in SeverityForm.base_fields
        }
        form = SeverityForm(
            initial={"severity": incident.severity, **typed, "before": incident.severity}
        )
        return _severity_page(request, incident, form)
    form = SeverityForm(request.POST)
    if not form.is_valid():
        return _severity_page(request, incident, form)
    try:
        severities.change(incident, form.change, by=person(request), now=now)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _severity_page(request, incident, form, status=409)
    level, was = SeverityLevel(form.change.after), incident.severity
    said = "now. Nobody is told twice" if level != was else "already, so nothing changes"
    messages.success(request, f"{incident.reference} is {level.code} {said}.")
    return to_incident(incident)


def _severity_page(
    request: HttpRequest, incident: Incident, form: SeverityForm, *, status: int = 200
) -> HttpResponse:
    helped = declaring.helped(Answers.of(request.POST))
    more = {"severities": preview.severities(), "beside": helped}
    return _page(request, incident, "severity", form, status=status, **more)


@require_http_methods(EITHER)
def call(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody is called by hand, or asked for help."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    first = {"key": uuid4(), "what": CallForm.HELP}
    if request.method != "POST":
        return _call_page(request, incident, CallForm(now=now, initial=first))
    form = CallForm(request.POST, now=now)
    if not form.is_valid():
        return _call_page(request, incident, form)
    try:
        made = calling.call(incident, form.ask, by=person(request), now=now)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _call_page(request, incident, form, status=409)
    asks = "is asked for help" if form.ask.is_help else "is called now"
    messages.success(request, f"{made.person.full_name} {asks}. You see here what they answer.")
    return to_incident(incident)


def _call_page(
    request: HttpRequest, incident: Incident, form: CallForm, *, status: int = 200
) -> HttpResponse:
    names = experts.people(now=clock.show_now())
    return _page(request, incident, "call", form, status=status, people=names)


@require_POST
def help_answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Who was asked says whether they come."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    asked, comes = request.POST.get("asked", ""), request.POST.get("answer") == "coming"
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= MAX_DIGITS else 0
    try:
        calling.answer(incident, number, comes=comes, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        said = "you are on the way" if comes else "you cannot help now"
        messages.success(request, f"Whoever asked reads that {said}.")
    return to_incident(incident)


@require_http_methods(EITHER)
def jump(request: HttpRequest, ref: str) -> HttpResponse:
    """A later step of the rule is called now."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    form = JumpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            names = skipping.jump(incident, form.jump, by=person(request), now=now)
        except Refused as refused:
            return _refused(request, incident, "jump", form, refused)
        messages.success(request, f"We call {words.people(names)} now.")
        return to_incident(incident)
    return _page(request, incident, "jump", form)


@require_http_methods(EITHER)
def stand_down(request: HttpRequest, ref: str) -> HttpResponse:
    """People are told that they can rest."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    parts = involved.in_it(incident)
    form = StandDownForm(request.POST if request.method == "POST" else None, parts=parts)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            gone = standing_down.stand_down(
                incident, given["people"], given["reason"], by=person(request), now=now
            )
        except Refused as refused:
            return _refused(request, incident, "stand_down", form, refused)
        names = words.people([one.full_name for one in gone])
        messages.success(request, f"{names} can rest. We tell them." if gone else ALREADY_DOWN)
        return to_incident(incident)
    return _page(request, incident, "stand_down", form)


def _refused(
    request: HttpRequest, incident: Incident, name: str, form: forms.Form, refused: Refused
) -> HttpResponse:
    form.add_error(None, str(refused))
    return _page(request, incident, name, form, status=409)


def _page(
    request: HttpRequest,
    incident: Incident,
    name: str,
    form: forms.Form,
    *,
    status: int = 200,
    **more: Any,  # what the one page shows besides
) -> HttpResponse:
    incident.refresh_from_db(fields=["severity"])
    context = page.act(incident, name, viewer=person(request), now=clock.show_now())
    context |= {"form": form, **more}
    if form.errors and status == 200:
        status = 422
    return render(request, f"incidents/acts/{name}.html", context, status=status)
