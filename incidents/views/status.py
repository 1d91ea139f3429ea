"""The status page for everybody who does not fix things."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from config.portal import clock, live
from config.portal.refusals import Refused
from incidents.operations import following
from incidents.queries import status
from incidents.views.common import incident_or_404, person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Are customers affected, and when do we write again; its live part alone for htmx."""
    reader, now = person(request), clock.show_now()
    context: dict[str, object] = {"status": status.page(reader, now=now)}
    if not live.is_fragment(request):
        histories = status.histories(reader, now=now)
        words = status.history_words(histories)
        context |= {"histories": histories, "history_words": words, "days": status.DAYS}
    return live.answer(
        request, page="incidents/status.html", part="incidents/_status.html", context=context
    )


@require_POST
def follow(request: HttpRequest, ref: str) -> HttpResponse:
    """The reader gets each update of this incident from now on, or does not any more."""
    incident, is_on = incident_or_404(request, ref), request.POST.get("to") == "on"
    act = following.follow if is_on else following.unfollow
    try:
        act(incident, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        does = "We send you each update of" if is_on else "You get no more updates of"
        messages.success(request, f"{does} {incident.reference}.")
    return redirect("incidents:status")
