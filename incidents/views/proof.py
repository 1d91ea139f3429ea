"""What the rules of the next 90 days come to: findings, and silence with a reason and an end."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.forms.days import WALL
from incidents.forms.proof import STATES, FindingFilter, SilenceForm
from incidents.models import Finding
from incidents.operations import proving
from incidents.queries import findings
from incidents.queries.finding_causes import alone, causes
from incidents.tables.findings import FindingTable, as_file
from incidents.views.common import person, zone_of

USUAL = timedelta(days=7)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every finding of one state, narrowed by the address; what is open, by its cause."""
    now = clock.show_now()
    state = request.GET.get("show", "")
    state = state if state in dict(STATES) else "open"
    form = FindingFilter.of(request.GET)
    found = findings.found(form.asked(state), now=now)
    kind = request.GET.get("format")
    if kind in FORMATS:
        return as_file(found, kind, zone=zone_of(person(request)), now=now)
    table = FindingTable(Listed(causes(found) if state == "open" else alone(found)))
    show_page(request, table)
    urgent = sum(one.is_urgent for one in found)
    context = {
        "table": table,
        "total": len(found),
        "form": form,
        "states": STATES,
        "show": state,
        "urgent": urgent,
        "weak": len(found) - urgent,
        "proved_at": findings.last_proved(),
        "is_narrowed": any(form.given(name) for name in form.fields),
    }
    return render(request, "incidents/proof/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def silence(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding, why it may stay and until when; its history of silence."""
    finding, now, reader = get_object_or_404(Finding, pk=pk), clock.act_now(), person(request)
    why_not = findings.why_not_silence(finding, reader)
    data = request.POST if request.method == "POST" else None
    until = (now.astimezone(zone_of(reader)) + USUAL).replace(hour=9, minute=0)
    form = SilenceForm(data, zone=zone_of(reader), initial={"until": until.strftime(WALL)})
    status = 409 if data is not None and why_not else 200
    if data is not None and not why_not:
        status = 422
        if form.is_valid():
            try:
                proving.silence(finding, **form.cleaned_data, by=reader, now=now)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "It is quiet until then.")
                return redirect("incidents:proof_finding", pk)
    context = {"shown": findings.one(finding.pk, now=now), "form": form, "why_not": why_not}
    return render(request, "incidents/proof/finding.html", context, status=status)


@require_POST
def speak(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding is shown again."""
    finding, reader = get_object_or_404(Finding, pk=pk), person(request)
    if why_not := findings.why_not_silence(finding, reader):
        messages.error(request, why_not)
    elif proving.end_silence(finding, by=reader, now=clock.act_now()):
        messages.success(request, "It is shown again.")
    else:
        messages.info(request, "It was not silenced.")
    return redirect("incidents:proof_finding", pk)
