"""Scorecards: one line a service, and one service on a page of its own; both also as CSV."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.paging import show_page
from reviews.queries import scorecards
from reviews.queries.service_card import service_card
from reviews.tables import ScoreTable, as_csv, service_csv
from reviews.views.common import chosen, person
from rosters.models import Service

PERIODS = {"30": "30 days", "90": "90 days", "365": "365 days"}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What each service's incidents of the period say; with ?format=csv as CSV."""
    days = chosen(request, "days", PERIODS, default="30")
    found = scorecards.scorecards(person(request), days=int(days), now=clock.show_now())
    if request.GET.get("format") == "csv":
        return as_csv(found.lines, days=int(days))
    table = ScoreTable(found.lines)
    show_page(request, table)
    context = {"table": table, "found": found, "days": days, "periods": PERIODS.items()}
    return render(request, "reviews/scorecards.html", context)


@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One service: how long each step took, how well the process works, and what to fix first."""
    found = get_object_or_404(Service.objects.select_related("owner_team"), slug=slug)
    days = chosen(request, "days", PERIODS, default="30")
    other = request.GET.get("service", slug)
    if other != slug and Service.objects.filter(slug=other[:50].replace("\0", "")).exists():
        return redirect(f"{reverse('reviews:scorecard', args=[other])}?days={days}")
    card = service_card(found, person(request), days=int(days), now=clock.show_now())
    if request.GET.get("format") == "csv":
        return service_csv(card)
    services = Service.objects.order_by("name").values_list("slug", "name")
    context = {"card": card, "days": days, "periods": PERIODS.items(), "services": services}
    return render(request, "reviews/scorecard.html", context)
