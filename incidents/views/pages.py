"""Reading: one incident, and the list of all."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock, live
from config.portal.paging import show_page
from incidents.forms import NoteForm
from incidents.models import Incident
from incidents.queries import page
from incidents.tables import IncidentFilter, IncidentTable, as_csv, asked_for
from incidents.views import saved
from incidents.views.common import draft_name, incident_or_404, person
from rosters.logic.saved_views import tidy
from rosters.queries import drafts as kept
from rosters.queries import saved_views


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One incident; its live part alone for htmx."""
    incident = incident_or_404(request, ref)
    context = shown(request, incident)
    return live.answer(
        request, page="incidents/detail.html", part="incidents/_live.html", context=context
    )


def shown(
    request: HttpRequest, incident: Incident, note_form: NoteForm | None = None
) -> dict[str, Any]:
    """What the page of one incident shows: also to its live part, which never fills a form."""
    reader, now = person(request), clock.show_now()
    draft = kept.Typed(draft_name(incident, "note"))
    if not live.is_fragment(request):
        draft = kept.of(reader, draft.form, now=now)
    if draft.saved_at and note_form is None:
        note_form = NoteForm(initial=dict(draft.answers))
    made = page.of(incident, viewer=reader, now=now, show=request.GET.get("show", ""))
    context = {"page": made, "draft": draft}
    return context | {"note_form": note_form} if note_form else context


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All incidents that the reader may see, filtered by the URL; as CSV with ?format=csv."""
    visible = Incident.objects.visible_to(person(request)).for_list()
    chosen = IncidentFilter(asked_for(request.GET), queryset=visible, request=request)
    rows = chosen.qs if chosen.is_valid() else visible
    table = IncidentTable(rows)
    show_page(request, table)
    if request.GET.get("format") == "csv":
        return as_csv(rows.order_by("-detected_at", "-pk").iterator(1000))
    context = {
        "table": table,
        "filter": chosen,
        "refused": saved.refused_name(request),
        "views": saved_views.of(person(request), saved.PAGE),
        "query": tidy(request.GET.urlencode()),
    }
    return render(request, "incidents/list.html", context)
