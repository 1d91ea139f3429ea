"""Services: the list, one service on one page, and the map of what needs what."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.queries import service, service_map, services
from config.front.tables import ServiceFilter, ServiceTable, as_file
from config.portal import clock
from config.portal.downloads import FORMATS
from config.portal.listed import Listed, fill_page
from config.portal.paging import show_page
from rosters.models import Person, Service


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All services, filtered by the URL; as a file with ?format=csv or xlsx."""
    if not isinstance(request.user, Person):
        raise Http404
    everything = Service.objects.order_by("name", "pk")
    chosen = ServiceFilter(request.GET, queryset=everything, request=request)
    wanted = chosen.qs if chosen.is_valid() else everything
    now = clock.show_now()
    shown = chosen.narrowed(services.glances(wanted, viewer=request.user, now=now))
    kind = request.GET.get("format")
    if kind in FORMATS:
        return as_file(services.lines(shown, now=now), kind)
    table = ServiceTable(Listed(shown))
    show_page(request, table)
    fill_page(table, lambda page: services.lines(page, now=now))
    context = {"table": table, "filter": chosen, "counts": services.counts(shown)}
    return render(request, "front/services.html", context)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One service on one page that prints."""
    if not isinstance(request.user, Person):
        raise Http404
    found = service.find(slug)
    if found is None:
        raise Http404
    page = service.page(found, viewer=request.user, now=clock.show_now())
    return render(request, "front/service.html", {"page": page, "service": found})


@require_safe
def overview_map(request: HttpRequest) -> HttpResponseBase:
    """What needs what; with ?service= who feels it when that one fails."""
    if not isinstance(request.user, Person):
        raise Http404
    page = service_map.page(
        team=request.GET.get("team", ""),
        service=request.GET.get("service", ""),
        viewer=request.user,
    )
    return render(request, "front/service_map.html", {"map": page})
