"""Reading: one incident, and the list of all."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from config.portal import clock, live
from incidents.models import Incident
from incidents.queries import page
from incidents.tables import IncidentFilter, IncidentTable, as_csv
from incidents.views import saved
from incidents.views.common import incident_or_404, person
from rosters.logic.saved_views import tidy
from rosters.queries import saved_views

PAGE_SIZE = 50


@require_safe
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One incident; its live part alone for htmx."""
    incident = incident_or_404(request, ref)
    context = {"page": page.of(incident, viewer=person(request), now=clock.show_now())}
    return live.answer(
        request, page="incidents/detail.html", part="incidents/_live.html", context=context
    )


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All incidents that the reader may see, filtered by the URL; as CSV with ?format=csv."""
    visible = Incident.objects.visible_to(person(request)).for_list()
    chosen = IncidentFilter(request.GET, queryset=visible, request=request)
    rows = chosen.qs if chosen.is_valid() else visible
    table = IncidentTable(rows)
    RequestConfig(request, paginate={"per_page": PAGE_SIZE}).configure(table)
    if request.GET.get("format") == "csv":
        return as_csv(rows.order_by("-detected_at", "-pk").iterator(1000))
    context = {
        "table": table,
        "filter": chosen,
        "views": saved_views.of(person(request), saved.PAGE),
        "query": tidy(request.GET.urlencode()),
    }
    return render(request, "incidents/list.html", context)
