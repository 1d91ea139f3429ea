"""Every alert source, and how it does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from incidents.queries import signal_sources
from incidents.queries.signal_keeping import teams_to_own
from incidents.tables.sources import SourceFilter, SourceTable
from incidents.views.common import person

PAGE_SIZE = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every source, narrowed by the address; those in trouble first."""
    overview = signal_sources.overview(now=clock.show_now())
    chosen = SourceFilter(request.GET)
    table = SourceTable(Listed(chosen.narrowed(overview.rows)))
    show_page(request, table, per_page=PAGE_SIZE)
    context = {
        "overview": overview,
        "filter": {"form": chosen},
        "table": table,
        "may_begin": bool(teams_to_own(person(request))),
    }
    return render(request, "incidents/signals/overview.html", context)
