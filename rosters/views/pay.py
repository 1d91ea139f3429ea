"""The hours of one month for pay."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from rosters.forms.pay import PayForm
from rosters.logic.leading import why_not_pay
from rosters.queries import leading
from rosters.queries import pay as reading
from rosters.tables import pay_as_file
from rosters.views.common import reader_of, zone_of


@require_safe
def pay(request: HttpRequest) -> HttpResponse:
    """?month= by person, roster and level, as a page or a file; leads see their teams' rosters."""
    reader, now = reader_of(request), clock.show_now()
    leads = bool(leading.led_by(reader))
    if why_not := why_not_pay(is_administrator=reader.is_superuser, leads_any=leads):
        raise PermissionDenied(why_not)
    rosters = reading.rosters_for(reader)
    form = PayForm(request.GET, rosters=rosters)
    asked = form.asked(_last_month(now.astimezone(zone_of(reader))))
    found = reading.of(rosters, asked.first_day, q=asked.q, roster=asked.roster, now=now)
    kind = request.GET.get("format")
    if kind in FORMATS:
        return pay_as_file(found, kind)
    if not form.errors:
        form = PayForm(initial=asked.shown, rosters=rosters)
    return render(request, "rosters/pay.html", {"found": found, "form": form, "asked": asked})


def _last_month(here: datetime) -> date:
    return (here.date().replace(day=1) - timedelta(days=1)).replace(day=1)
