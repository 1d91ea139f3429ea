"""Noise: what each rule and each service cost its people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from incidents.queries import noise
from incidents.tables.noise import NoiseTable, ServiceNoiseTable, noise_csv
from incidents.views.common import person

PAGE, USUAL = 100, 30


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The last 7, 30 or 90 days, by rule and by service; with ?format=csv as CSV."""
    asked = request.GET.get("days", "")
    days = next((one for one in noise.PERIODS if str(one) == asked), USUAL)
    report = noise.report(days, reader=person(request), now=clock.show_now())
    if request.GET.get("format") == "csv":
        return noise_csv(report)
    rules = NoiseTable(Listed(report.rules), prefix="rule-")
    services = ServiceNoiseTable(Listed(report.services), prefix="service-")
    for table in (rules, services):
        show_page(request, table, per_page=PAGE)
    context = {"report": report, "rules": rules, "services": services, "periods": noise.PERIODS}
    return render(request, "incidents/signals/noise.html", context)
