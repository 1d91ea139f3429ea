"""Drills: planned, carried through with a result, or called off; and what they showed."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, undo
from config.portal.paging import show_page
from config.portal.refusals import Refused
from reviews.forms.drills import PlanForm, ResultEntry
from reviews.forms.narrow import NarrowForm
from reviews.models import Drill, DrillFinding
from reviews.operations import drills
from reviews.queries import drills as queries
from reviews.queries import lists
from reviews.tables import DrillTable, drills_csv
from reviews.views.common import chosen, person, zone_of
from rosters.models import Person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is next, which services wait for a drill, and what the past ones showed."""
    now, reader = clock.show_now(), person(request)
    result = chosen(request, "show", queries.RESULTS, default="all")
    form = NarrowForm(request.GET, show=result)
    asked = form.narrowed
    rows = queries.past(result=result, words=asked.words, service=asked.service, team=asked.team)
    if request.GET.get("format") == "csv":
        return drills_csv(rows)
    table = DrillTable(rows)
    show_page(request, table)
    context = {
        "table": table,
        "upcoming": queries.upcoming(),
        "overdue": list(queries.overdue(now=now)),
        "start": queries.where_to_start(now=now),
        "may_plan": queries.may_plan(reader),
        "form": form,
        "show": result,
        "states": queries.RESULTS.items(),
    }
    return render(request, "reviews/drills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """The form of a new drill; ?service= and ?title= fill in what is known."""
    by, now = person(request), clock.act_now()
    people, zone = _people(now), zone_of(by)
    if request.method != "POST":
        known = {name: request.GET.get(name, "")[:80] for name in ("title", "service")}
        initial = {**known, "leader": by.pk}
        return _plan_page(request, PlanForm(initial=initial, people=people, zone=zone))
    form = PlanForm(request.POST, people=people, zone=zone)
    if not form.is_valid():
        return _plan_page(request, form, status=422)
    try:
        drill = drills.plan(**form.cleaned_data, by=by, now=now)
    except Refused as refused:
        form.refuse(refused)
        return _plan_page(request, form, status=409)
    messages.success(request, f"Planned: {drill.title}. Nobody has been told; ask them yourself.")
    return redirect("reviews:drill", drill.pk)


def _plan_page(request: HttpRequest, form: PlanForm, *, status: int = 200) -> HttpResponse:
    return render(request, "reviews/drill_plan.html", {"form": form}, status=status)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One drill: its plan, the form of its result, or what it showed."""
    return _page(request, _drill_or_404(pk), None)


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The drill has its result."""
    drill, by, now = _drill_or_404(pk), person(request), clock.act_now()
    entry = ResultEntry(people=_people(now), data=request.POST)
    if not entry.is_valid():
        return _page(request, drill, entry, status=422)
    try:
        drills.finish(drill, **entry.result.cleaned_data, findings=entry.drafts(), by=by, now=now)
    except Refused as refused:
        entry.refuse(refused)
        return _page(request, drill, entry, status=409)
    messages.success(request, "The result is written down.")
    return redirect("reviews:drill", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, then the drill will not happen."""
    drill, by = _drill_or_404(pk), person(request)
    if request.method != "POST":
        shown = queries.page_of(drill, viewer=by, now=clock.show_now())
        return render(request, "reviews/drill_call_off.html", {"page": shown})
    try:
        drills.call_off(drill, by=by, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The drill is called off.")
    return redirect("reviews:drill", pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """What a drill showed is dealt with."""
    finding, by = _finding_or_404(pk), person(request)
    try:
        closed = drills.close(finding, by=by, now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _tell_closed(request, closed, by=by)
    return redirect("reviews:drill", finding.drill_id)


def _tell_closed(request: HttpRequest, finding: DrillFinding, *, by: Person) -> None:
    if finding.done_by_id == by.pk:
        to = reverse("reviews:drill_finding_reopen", args=[finding.pk])
        undo.offer(request, f"Dealt with: {finding.text}", to=to)
    else:
        messages.success(request, f"{finding.done_by} has dealt with it already: {finding.text}")


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """What a drill showed is not dealt with after all."""
    finding = _finding_or_404(pk)
    try:
        drills.reopen(finding, by=person(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Open again: {finding.text}")
    return redirect("reviews:drill", finding.drill_id)


def _finding_or_404(pk: int) -> DrillFinding:
    found = DrillFinding.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _drill_or_404(pk: int) -> Drill:
    found = queries.find(pk)
    if found is None:
        raise Http404
    return found


def _people(now: datetime) -> list[Person]:
    return lists.possible_owners([], now=now)


def _page(
    request: HttpRequest, drill: Drill, entry: ResultEntry | None, *, status: int = 200
) -> HttpResponse:
    now = clock.show_now()
    page = queries.page_of(drill, viewer=person(request), now=now)
    if entry is None and not page.why_not_finish:
        entry = ResultEntry(people=_people(now))
    return render(request, "reviews/drill.html", {"page": page, "entry": entry}, status=status)
