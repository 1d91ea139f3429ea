"""Temporary schedules: the list of a roster's, one of them, ending it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, words
from config.portal.refusals import Refused
from rosters.forms.asking import expecting
from rosters.forms.temporaries import SPARE, WALL, TemporaryForm
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.logic.spans import minus
from rosters.logic.typed_rows import ShiftRow
from rosters.models import Roster
from rosters.operations import temporaries
from rosters.queries import grid, plans, temporary_outcomes
from rosters.queries import temporaries as reading
from rosters.queries.temporaries import HeldTemporary
from rosters.views.common import reader_of
from rosters.views.rostering import NAMES, found


@require_safe
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """What replaces the turns of a roster, now and later."""
    roster, now = found(slug), clock.show_now()
    context = {
        "roster": roster,
        "rows": temporary_outcomes.of_those(roster, reading.ahead(roster, now=now)),
        "why_not": why_not_keep_roster(plans.keeper(reader_of(request), roster)),
    }
    return render(request, "rosters/temporaries.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more."""
    return _asked(request, found(slug), None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One that stands; of one that runs, only what is to come can change."""
    roster = found(slug)
    held = reading.find(roster, pk)
    if held is None:
        raise Http404
    return _asked(request, roster, held)


def _asked(request: HttpRequest, roster: Roster, held: HeldTemporary | None) -> HttpResponse:
    now = clock.act_now()
    why_not = why_not_keep_roster(plans.keeper(reader_of(request), roster))
    people, zone = grid.names(now=now).people, plans.zone_of(roster)
    act = request.POST.get("do", "")
    if request.method != "POST" or why_not:
        form = _fresh(people, zone, now) if held is None else _of(held, people, zone)
        return _page(request, roster, held, form, why_not=why_not)
    if act and act != "preview":
        form = TemporaryForm.retyped(request.POST, act, people=people, zone=zone)
        return _page(request, roster, held, form)
    form = TemporaryForm(request.POST, people=people, zone=zone)
    if act == "preview" or not form.is_valid():
        return _page(request, roster, held, form, status=200 if act else 422)
    return _saved(request, roster, held, form, now=now)


def _saved(
    request: HttpRequest,
    roster: Roster,
    held: HeldTemporary | None,
    form: TemporaryForm,
    *,
    now: datetime,
) -> HttpResponse:
    act = {"by": reader_of(request), "now": now, "reason": form.cleaned_data["reason"]}
    try:
        if held is None:
            temporaries.make(roster, form.plan, **act)
        else:
            edit = temporaries.Edit(form.plan, form.cleaned_data["was"])
            temporaries.change(held.schedule, edit, **act)
    except Refused as refused:
        form.add_error(None, str(refused))
        is_late = isinstance(refused, temporaries.Overtaken)
        if is_late and held:
            expecting(form, held.plan.revision)
        return _page(request, roster, held, form, status=409 if is_late else 422)
    messages.success(request, f"{form.plan.name} is kept. It replaces the turns in its window.")
    return redirect("rosters:temporaries", roster.slug)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The regular turns hold again."""
    roster = found(slug)
    held = reading.find(roster, pk)
    if held is None:
        raise Http404
    reason = request.POST.get("reason", "") or "No longer needed"
    try:
        temporaries.end(held.schedule, by=reader_of(request), now=clock.act_now(), reason=reason)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{held.plan.name} ends. {_then(held, now=clock.act_now())}")
    return redirect("rosters:temporaries", roster.slug)


def _then(held: HeldTemporary, *, now: datetime) -> str:
    """What holds in the place of one that was ended."""
    left = (max(held.plan.starts_at, now), held.plan.ends_at)
    others = [one.plan for one in reading.touching(held.schedule.roster, [left])]
    if not others:
        return "The regular turns hold again."
    names = words.people([f"“{one.name}”" for one in reversed(others)])
    hold = "holds" if len(others) == 1 else "hold"
    if minus([left], [(one.starts_at, one.ends_at) for one in others]):
        return f"{names} {hold} in a part of that time, the regular turns in the rest."
    return f"{names} {hold} there now."


def _fresh(people: Mapping[str, int], zone: ZoneInfo, now: datetime) -> TemporaryForm:
    begin = (now.astimezone(zone) + timedelta(days=1)).replace(hour=9, minute=0)
    initial = {
        "starts_at": begin.strftime(WALL),
        "ends_at": (begin + timedelta(days=3)).strftime(WALL),
    }
    rows = [ShiftRow(starts=initial["starts_at"])] + [ShiftRow()] * (SPARE - 1)
    return TemporaryForm(people=people, zone=zone, initial=initial, rows=rows)


def _of(held: HeldTemporary, people: Mapping[str, int], zone: ZoneInfo) -> TemporaryForm:
    return TemporaryForm.of(held, people=people, zone=zone)


def _page(
    request: HttpRequest,
    roster: Roster,
    held: HeldTemporary | None,
    form: TemporaryForm,
    *,
    why_not: str | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = held.plan if held else None
    if form.is_bound:
        plan = form.plan if form.is_valid() else None
    context = {
        "roster": roster,
        "held": held,
        "form": form,
        "why_not": why_not,
        "outcome": temporary_outcomes.of_plan(roster, plan, instead_of=held) if plan else None,
        "names": list(form.people)[:NAMES],
        "zone": plans.zone_of(roster),
    }
    return render(request, "rosters/temporary.html", context, status=status)
