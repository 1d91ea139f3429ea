"""Past incidents through another version of their policy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from incidents.queries import replay
from incidents.views.common import person


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Who would have been called sooner, later, or not at all; ?version= says by which version."""
    versions = replay.versions()
    chosen = {str(one.pk): one for one in versions}.get(request.GET.get("version", ""))
    found = None
    if chosen is not None:
        found = replay.of_version(chosen, reader=person(request), now=clock.show_now())
    context = {"versions": versions, "chosen": chosen, "found": found}
    return render(request, "incidents/replay.html", context)
