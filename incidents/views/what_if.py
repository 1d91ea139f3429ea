"""What would happen if: a rehearsal that calls nobody, in an address that can be shared."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.languages import in_every_language
from incidents.forms.what_if import WhatIfForm
from incidents.queries import what_if
from incidents.views.common import person, zone_of
from rosters.enums import SeverityLevel
from rosters.queries import naming

LEVELS = {str(level.value): level for level in SeverityLevel}


@in_every_language
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Who would be told, when and how; without a service only the question stands there."""
    reader, now = person(request), clock.show_now()
    level = LEVELS.get(request.GET.get("severity", ""), SeverityLevel.CRITICAL)
    named = request.GET.get("service", "").replace("\0", "")
    meant = naming.service_meant(named, naming.services_by_name()) if named else None
    service = meant.service if meant else None
    versions = what_if.versions_for(service, level, at=now) if service else []
    data = request.GET if request.GET else None
    form = WhatIfForm(data, zone=zone_of(reader), now=now, versions=versions)
    answer, status = None, 200
    if form.is_bound and form.is_valid():
        answer = what_if.answer(form.question, reader=reader, version=form.chosen)
    elif form.is_bound:
        status = 422
    context = {"form": form, "answer": answer}
    return render(request, "incidents/what_if.html", context, status=status)
