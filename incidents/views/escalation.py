"""The log of an incident's calls, step by step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from incidents.queries import escalation
from incidents.tables.escalation import escalation_csv
from incidents.views.common import incident_or_404


@require_safe
def log(request: HttpRequest, ref: str) -> HttpResponse:
    """Every step: due, fired, handed over, acknowledged or skipped; with ?format=csv as CSV."""
    found = escalation.log_of(incident_or_404(request, ref), now=clock.show_now())
    if request.GET.get("format") == "csv":
        return escalation_csv(found)
    return render(request, "incidents/escalation.html", {"log": found, "incident": found.incident})
