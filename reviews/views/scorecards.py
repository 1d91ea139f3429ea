"""Scorecards: one line a service, on the page and as CSV."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from config.portal import clock
from reviews.queries import scorecards
from reviews.tables import PAGE, ScoreTable, as_csv
from reviews.views.common import chosen, person

PERIODS = {"30": "Last 30 days", "90": "Last 90 days", "365": "Last 365 days"}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What each service's incidents of the period say; with ?format=csv as CSV."""
    days = chosen(request, "days", PERIODS, default="90")
    found = scorecards.scorecards(person(request), days=int(days), now=clock.show_now())
    if request.GET.get("format") == "csv":
        return as_csv(found.lines, days=int(days))
    table = ScoreTable(found.lines)
    RequestConfig(request, paginate=PAGE).configure(table)
    context = {"table": table, "found": found, "days": days, "periods": PERIODS.items()}
    return render(request, "reviews/scorecards.html", context)
