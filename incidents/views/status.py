"""The status page for everybody who does not fix things."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from incidents.queries import status
from incidents.views.common import person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Are customers affected, and when do we write again; its live part alone for htmx."""
    reader, now = person(request), clock.show_now()
    context: dict[str, object] = {"status": status.page(reader, now=now)}
    is_fragment = request.headers.get("HX-Request") == "true"
    if not is_fragment:
        histories = status.histories(reader, now=now)
        words = status.history_words(histories)
        context |= {"histories": histories, "history_words": words, "days": status.DAYS}
    template = "incidents/_status.html" if is_fragment else "incidents/status.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response
