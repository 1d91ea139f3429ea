"""What being on call on one roster costs its people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from rosters.models import Roster
from rosters.queries import leading
from rosters.queries import load as reading
from rosters.tables import load_as_file
from rosters.views.common import reader_of

WEEKS = (4, 12, 26)
USUAL = 12


@require_safe
def load(request: HttpRequest, slug: str) -> HttpResponse:
    """The last and the next ?weeks=: the team's figures, one's own row, every row for the lead."""
    roster = get_object_or_404(Roster.objects.select_related("team"), slug=slug)
    asked = request.GET.get("weeks", "")
    weeks = next((one for one in WEEKS if str(one) == asked), USUAL)
    reader = reader_of(request)
    page = reading.of(roster, reader=reader, weeks=weeks, now=clock.show_now())
    kind = request.GET.get("format")
    if kind in FORMATS:
        return load_as_file(page, kind)
    context = {
        "page": page,
        "weeks": WEEKS,
        "may_pay": leading.may_read_pay(reader, leads_any=bool(leading.led_by(reader))),
    }
    return render(request, "rosters/load.html", context)
