"""The evidence that a template asks for, ticked on the incident."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from config.portal import clock
from config.portal.refusals import Refused
from incidents.operations import evidence
from incidents.views.common import explain, incident_or_404, person, to_incident


@require_POST
def tick(request: HttpRequest, ref: str) -> HttpResponse:
    """One line of the list is collected (`have`), or is not after all (`lack`)."""
    incident, now = incident_or_404(request, ref), clock.act_now()
    is_there = "have" in request.POST
    act = evidence.collect if is_there else evidence.take_back
    what = request.POST.get("have" if is_there else "lack", "").replace("\0", "")
    try:
        act(incident, what, by=person(request), now=now)
    except Refused as refused:
        explain(request, refused, now=now)
    else:
        said = "Noted: it is collected." if is_there else "Noted: it is still to be collected."
        messages.success(request, said)
    return to_incident(incident)
