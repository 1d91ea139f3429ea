"""Layers of a roster that calendars elsewhere fill."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock
from config.portal.refusals import Refused
from rosters.forms.feeds import SourceForm
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.models import CalendarFeed, Roster
from rosters.operations import calendars_in
from rosters.queries import feeds as reading
from rosters.queries import plans
from rosters.views.common import reader_of
from rosters.views.sharing import roster_of


@require_http_methods(["GET", "HEAD", "POST"])
def sources(request: HttpRequest, slug: str) -> HttpResponse:
    """The calendars that fill layers here, and a form for one more."""
    roster, reader = roster_of(slug), reader_of(request)
    why_not = why_not_keep_roster(plans.keeper(reader, roster))
    form = SourceForm(request.POST or None, needs_reason=not roster.is_draft)
    if request.method == "POST" and not why_not and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            layer = calendars_in.add(
                roster, form.source(), by=reader, now=clock.act_now(), reason=reason
            )
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, f"{layer.name} is read now, and every half hour from then.")
            return redirect("rosters:calendars_in", slug)
    return _page(request, roster, form, why_not)


def _page(
    request: HttpRequest, roster: Roster, form: SourceForm, why_not: str | None
) -> HttpResponse:
    context = {
        "roster": roster,
        "form": form,
        "why_not": why_not,
        "sources": reading.sources(roster, now=clock.show_now()),
    }
    status = 422 if form.errors else 200
    return render(request, "rosters/calendars_in.html", context, status=status)


@require_POST
def read_now(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One calendar is read at once."""
    rows = CalendarFeed.objects.select_related("layer__roster")
    feed = get_object_or_404(rows, pk=pk, layer__roster__slug=slug, layer__valid_until=None)
    why_not = why_not_keep_roster(plans.keeper(reader_of(request), feed.layer.roster))
    if why_not:
        messages.error(request, why_not)
        return redirect("rosters:calendars_in", slug)
    calendars_in.refresh(feed, clock=clock.act_now)
    feed.refresh_from_db()
    if feed.failure:
        messages.error(request, f"It could not be read. {feed.failure}")
    else:
        messages.success(request, f"{feed.layer.name} is as its calendar says now.")
    return redirect("rosters:calendars_in", slug)
