"""What the rosters of the next 30 days need somebody for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from rosters.forms.coverage import AheadForm
from rosters.queries import gap_asks, sharing
from rosters.queries import gaps_ahead as reading
from rosters.tables import ahead_as_file
from rosters.views.common import reader_of, zone_of


@require_safe
def ahead(request: HttpRequest) -> HttpResponse:
    """Gaps, double bookings, people who cannot be called, holidays: 30 days, gaps first."""
    reader, now = reader_of(request), clock.show_now()
    everything = reading.load(now=now)
    form = AheadForm(request.GET, ahead=everything)
    found = reading.narrowed(everything, form.asked())
    kind = request.GET.get("format")
    if kind in FORMATS:
        return ahead_as_file(found, kind, zone=zone_of(reader), now=now)
    context = {
        "ahead": found,
        "total": len(everything.findings),
        "gaps": everything.gaps,
        "worst": everything.worst,
        "my_rosters": sharing.belonging_to(reader),
        "asks": gap_asks.standing(now=now) if everything.gaps else {},
        "declared": reading.declared(everything),
        "form": form,
    }
    return render(request, "rosters/coverage.html", context)
