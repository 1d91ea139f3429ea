"""The fair plan for the next weeks: read, taken over, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, undo
from config.portal.refusals import Refused
from rosters.forms.planning import PlanForm, TakeForm
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.models import Roster, TemporarySchedule
from rosters.operations import planning
from rosters.queries import leading, plans
from rosters.queries import planning as reading
from rosters.views.common import reader_of


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan beside the plain rotation; a POST takes over the one that was read."""
    roster = get_object_or_404(Roster.objects.select_related("team"), slug=slug)
    keeper = plans.keeper(reader_of(request), roster)
    if why_not := why_not_keep_roster(keeper):
        context = {"roster": roster, "why_not": why_not, "found": None}
        return render(request, "rosters/plan.html", context)
    return _take(request, roster) if request.method == "POST" else _page(request, roster)


def _page(request: HttpRequest, roster: Roster, take: TakeForm | None = None) -> HttpResponse:
    now = clock.show_now()
    usual = reading.next_day(roster, now=now)
    form = PlanForm(take.data if take else request.GET or None)
    asked = form.asked(usual) if form.is_bound else reading.Asked(4, usual)
    standing = leading.of(reader_of(request), roster)
    found = reading.propose_for(roster, asked, standing=standing, now=now)
    context = {
        "roster": roster,
        "found": found,
        "shown": PlanForm(initial={"first_day": asked.first_day, "weeks": asked.weeks}),
        "has_figures": standing.sees_figures,
        "form": take or TakeForm(),
        "why_not_take": planning.why_not_take(found, now=now),
        "why_not": None,
    }
    return render(request, "rosters/plan.html", context, status=422 if take else 200)


def _take(request: HttpRequest, roster: Roster) -> HttpResponse:
    reader, now = reader_of(request), clock.act_now()
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, roster, form)
    said = form.cleaned_data
    asked = reading.Asked(said["weeks"], said["first_day"])
    try:
        made = planning.take_over(
            roster, asked, expects=said["expects"], by=reader, now=now, reason=said["reason"]
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, roster, form)
    back = reverse("rosters:plan_undo", args=[roster.slug, made[0].pk])
    undo.offer(request, "Taken over. Each of them sees their new shifts.", to=back)
    return redirect("rosters:roster", roster.slug)


@require_POST
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rotation holds again from now on."""
    schedule = get_object_or_404(TemporarySchedule, pk=pk, roster__slug=slug)
    try:
        planning.take_back(
            schedule, by=reader_of(request), now=clock.act_now(), reason="The plan was taken back"
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Taken back. The rotation holds as before.")
    return redirect("rosters:roster", slug)
