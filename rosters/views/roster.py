"""One roster: who covers when."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.portal import clock
from rosters.forms.days import FIRST_DAY, LAST_DAY
from rosters.models import Roster
from rosters.queries import roster as reading
from rosters.views.common import reader_of, zone_of

VIEWS = ("week", "month")


@require_safe
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """One roster, by ?view=week or month; ?from= moves the week."""
    found = get_object_or_404(Roster.objects.select_related("team"), slug=slug)
    view = request.GET.get("view", "week")
    page = reading.of(
        found,
        zone=zone_of(reader_of(request)),
        first_day=_first_day(request),
        now=clock.show_now(),
    )
    context = {"page": page, "line": page.line, "view": view if view in VIEWS else "week"}
    return render(request, "rosters/roster.html", context)


def _first_day(request: HttpRequest) -> date | None:
    """The day that the address asks for; one that is none is named, and today holds."""
    text = request.GET.get("from", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY < day < LAST_DAY:
        messages.warning(request, f"“{text[:20]}” is not a day, so this is the week from today on.")
        return None
    return day
