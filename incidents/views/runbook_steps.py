"""The runbook that an incident follows: the page of all its steps, and what is said of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock, undo
from config.portal.refusals import Refused
from incidents.enums import StepOutcome
from incidents.logic.access import why_not_follow
from incidents.models import Incident
from incidents.operations import runbook_steps
from incidents.queries import runbook_steps as reading
from incidents.queries import standing
from incidents.views.common import explain, incident_or_404, person
from rosters.logic.reasons import in_one_line
from runbooks.models import Runbook

DONE = {
    StepOutcome.WORKED: "Noted: step {number} is done.",
    StepOutcome.FAILED: "Noted: step {number} did not work.",
    StepOutcome.SKIPPED: "Noted: step {number} is left out.",
}
BOOK = "book"
MOST_LISTED = 50


@require_safe
def book(request: HttpRequest, ref: str) -> HttpResponse:
    """Every step of the runbook in full, with what came of it in this incident."""
    incident, by = incident_or_404(request, ref), person(request)
    context = {
        "incident": incident,
        "followed": reading.followed(incident),
        "place": BOOK,
        "why_not": why_not_follow(standing.of(by, incident), standing.state(incident)),
    }
    return render(request, "incidents/runbook.html", context)


@require_safe
def followed_by(request: HttpRequest, slug: str) -> HttpResponse:
    """From a runbook to the open incident that follows it; where there are several, which."""
    runbook = get_object_or_404(Runbook.objects.select_related("service"), slug=slug)
    incidents = list(reading.following(runbook, viewer=person(request))[:MOST_LISTED])
    if len(incidents) == 1:
        return redirect("incidents:runbook", incidents[0].reference)
    context = {"runbook": runbook, "incidents": incidents}
    return render(request, "incidents/followed_by.html", context)


@require_POST
def choose(request: HttpRequest, ref: str) -> HttpResponse:
    """The incident follows another runbook, before anybody has begun with one."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    text = request.POST.get("runbook", "")
    pk = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    try:
        chosen = runbook_steps.choose(incident, pk, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
        return redirect(_place(request, incident))
    messages.success(request, f"{incident.reference} follows “{chosen.title}” now.")
    return redirect(f"{_place(request, incident)}#runbook")


@require_POST
def mark(request: HttpRequest, ref: str, step: int) -> HttpResponse:
    """What came of one step: `outcome`, and a `note` where it was left out or did not work."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    outcome = request.POST.get("outcome", "")
    note = in_one_line(request.POST.get("note", ""))
    try:
        made = runbook_steps.mark(incident, step, outcome, by=person(request), now=now, note=note)
    except Refused as refused:
        explain(request, refused, now=now)
        if note:
            messages.info(request, f"You wrote: “{note}”")
        return redirect(_place(request, incident))  # to the top, where it says why
    said = DONE[StepOutcome(made.outcome)].format(number=_number(incident, step))
    undo.offer(request, said, to=reverse("incidents:runbook_undo", args=[incident.reference, step]))
    return redirect(f"{_place(request, incident)}#runbook")


@require_POST
def take_back(request: HttpRequest, ref: str, step: int) -> HttpResponse:
    """The step is to be done again."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    try:
        number = runbook_steps.take_back(incident, step, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
        return redirect(_place(request, incident))
    messages.success(request, f"Noted: step {number} is still to be done.")
    return redirect(f"{_place(request, incident)}#runbook")


def _number(incident: Incident, step_id: int) -> int:
    found = reading.followed(incident)
    lines = found.lines if found else ()
    return next((line.number for line in lines if line.step.pk == step_id), 0)


def _place(request: HttpRequest, incident: Incident) -> str:
    """Where it was pressed."""
    name = "incidents:runbook" if request.POST.get("from") == BOOK else "incidents:detail"
    return reverse(name, args=[incident.reference])
