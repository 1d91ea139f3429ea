"""Handing an incident back: a page that says who is called then, and the press."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from config.portal import clock, words
from config.portal.refusals import Refused
from incidents.logic.handing_back import handed_back
from incidents.operations import lifecycle
from incidents.queries import handing_back, page
from incidents.views.common import explain, incident_or_404, person, to_incident, zone_of


@require_http_methods(["GET", "HEAD", "POST"])
def hand_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Nobody has it any more, and the calls go on: whoever is next is named before and after."""
    incident, by, now = incident_or_404(request, ref), person(request), clock.act_now()
    if request.method != "POST":
        context = page.act(incident, "hand_back", viewer=by, now=now)
        return render(request, "incidents/acts/hand_back.html", context)
    then = handing_back.foreseen(incident, reader=by, now=now)
    try:
        lifecycle.hand_back(incident, by=by, now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        said = handed_back(then, reference=incident.reference)
        messages.success(request, words.as_text(said, zone=zone_of(by), now=now))
    return to_incident(incident)
