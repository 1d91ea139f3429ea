"""One roster: who covers when."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.context import portal
from rosters.forms.days import FIRST_DAY, LAST_DAY
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.models import Person, Roster
from rosters.queries import calling, gap_asks, numbers, plans, sharing
from rosters.queries import roster as reading
from rosters.queries.calling import Line
from rosters.queries.roster import Asked
from rosters.views.common import reader_of, zone_of

VIEWS = ("week", "month")


@require_safe
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    """One roster, by ?view=week or month; ?from= moves it, ?zone=roster reads its own clock."""
    found = get_object_or_404(Roster.objects.select_related("team"), slug=slug)
    reader, now = reader_of(request), clock.show_now()
    asked = _asked(request, found, zone_of(reader))
    page = reading.of(found, asked, now=now)
    why_not = why_not_keep_roster(plans.keeper(reader, found))
    context = {"page": page, "line": page.line, "view": asked.view, "may_keep": not why_not}
    context["may_see"] = _may_see(reader, page.line, now=now)
    mine = sharing.belonging_to(reader)
    context |= {"my_rosters": mine, "may_take": not why_not or found.pk in mine}
    context["looking"] = sharing.looking(found, now=now)
    context["asks"] = gap_asks.standing(now=now) if page.gaps else {}
    if asked.in_roster_zone:
        context["portal"] = replace(portal(request)["portal"], zone=asked.zone, now=now)
    return render(request, "rosters/roster.html", context)


def _may_see(reader: Person, line: Line, *, now: datetime) -> frozenset[int]:
    """Whose numbers the reader may ask for: of colleagues, and while both are on call."""
    seen = numbers.visible_to(reader, line.first_ids, on_call=frozenset())
    if len(seen) < len(line.first_ids) and calling.is_on_duty(reader, at=now):
        return frozenset(line.first_ids)
    return seen


def _asked(request: HttpRequest, found: Roster, zone: ZoneInfo) -> Asked:
    view = request.GET.get("view", "week")
    in_roster_zone = request.GET.get("zone") == "roster"
    return Asked(
        zone=plans.zone_of(found) if in_roster_zone else zone,
        reader_zone=zone,
        view=view if view in VIEWS else "week",
        first_day=_first_day(request),
        in_roster_zone=in_roster_zone,
    )


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
