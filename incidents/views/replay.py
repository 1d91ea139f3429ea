"""Past incidents through another version of their policy, or another arrangement of a roster."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from incidents.queries import replay
from incidents.views.common import person


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Who would have been called sooner, later, or not at all.

    `version` says by which version, `roster` which roster is taken as it is arranged now.
    """
    versions, rosters = replay.versions(), replay.rosters()
    chosen = {str(one.pk): one for one in versions}.get(request.GET.get("version", ""))
    roster = {one.slug: one for one in rosters}.get(request.GET.get("roster", ""))
    found = None
    if chosen is not None:
        now = clock.show_now()
        found = replay.of_version(chosen, reader=person(request), now=now, roster=roster)
    context = {"versions": versions, "rosters": rosters, "chosen": chosen}
    context |= {"roster": roster, "found": found}
    return render(request, "incidents/replay.html", context)
