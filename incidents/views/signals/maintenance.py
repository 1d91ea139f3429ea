"""Planned work: the list, one window with its form, calling it off."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from config.portal.refusals import Refused
from incidents.enums import MaintenanceMode
from incidents.forms.days import WALL
from incidents.forms.maintenance import WorkFilter, WorkForm
from incidents.operations import maintenance
from incidents.queries import planned_work
from incidents.queries.planned_work import Planned, WorkPage
from incidents.tables.maintenance import WorkTable, work_csv
from incidents.views.common import person
from rosters.models import Person, Service


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What goes on, what comes, and on request what is over; with ?format=csv as CSV."""
    now, reader = clock.show_now(), person(request)
    show = request.GET.get("show", "")
    show = show if show in planned_work.SHOWN else "ahead"
    form = WorkFilter.of(request.GET, show=show)
    about = form.asked.condition
    read = planned_work.over if show == "over" else planned_work.ahead
    rows = read(now=now, about=about)
    if request.GET.get("format") == "csv":
        return work_csv(rows)
    table = WorkTable(Listed(rows))
    show_page(request, table)
    context = {
        "table": table,
        "form": form,
        "show": show,
        "states": planned_work.SHOWN.items(),
        "going_on": [one for one in rows if one.is_now],
        "is_narrowed": bool(about),
        "why_not": planned_work.why_not_plan_any(reader),
    }
    return render(request, "incidents/signals/maintenance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of new work; ?service= says for what."""
    reader, now = person(request), clock.act_now()
    why_not = planned_work.why_not_plan_any(reader)
    if request.method != "POST" or why_not:
        form = _form(request, None, initial=_usual(request, reader, now=now))
        return _page(request, form, None, why_not=why_not)
    form = _form(request, None)
    if "do" in request.POST:
        return _preview(request, form, None, now=now)
    if form.is_valid():
        try:
            row = maintenance.plan(form.work, by=reader, now=now)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, f"Planned: {row.title}.")
            return redirect("incidents:maintenance")
    return _page(request, form, None, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One window: what it does, its next times, and its form for those who may change it."""
    now = clock.act_now()
    planned = _found(pk, now=now)
    page = planned_work.page_of(planned, reader=person(request), now=now)
    if request.method != "POST" or page.why_not:
        form = _form(request, planned, initial=WorkForm.initial_of(planned.row))
        return _page(request, form, planned, why_not=page.why_not)
    form = _form(request, planned)
    if "do" in request.POST:
        return _preview(request, form, planned, now=now)
    if form.is_valid():
        try:
            maintenance.change(planned.row, form.work, by=person(request), now=now)
        except Refused as refused:
            _refuse(form, refused)
        else:
            messages.success(request, "Saved. What waits for its end is decided anew.")
            return redirect("incidents:maintenance_edit", pk)
    return _page(request, form, planned, status=422)


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """It ends now and does not come again."""
    now = clock.act_now()
    planned = _found(pk, now=now)
    try:
        maintenance.call_off(planned.row, by=person(request), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Called off: {planned.title}. What waited is decided now.")
    return redirect("incidents:maintenance")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The time that is going on ends now."""
    now = clock.act_now()
    planned = _found(pk, now=now)
    try:
        maintenance.end_early(planned.row, by=person(request), now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Ended: {planned.title}. What waited is decided now.")
    return redirect("incidents:maintenance")


def _found(pk: int, *, now: datetime) -> Planned:
    found = planned_work.find(pk, now=now)
    if found is None:
        raise Http404
    return found


def _form(
    request: HttpRequest, planned: Planned | None, *, initial: dict[str, Any] | None = None
) -> WorkForm:
    also = [planned.row.time_zone] if planned else []
    zones = planned_work.zones_for(person(request), also=also)
    data = None if initial is not None else request.POST
    return WorkForm(data, people=planned_work.people(), zones=zones, initial=initial)


def _usual(request: HttpRequest, reader: Person, *, now: datetime) -> dict[str, Any]:
    asked = Service.objects.select_related("owner_team")
    service = asked.filter(slug=request.GET.get("service", "").replace("\0", "")[:60]).first()
    zone = planned_work.zone_of(service, reader)
    begin = (now.astimezone(zone) + timedelta(days=1)).replace(hour=2, minute=0)
    return {
        "services": [service] if service else [],
        "starts_at": begin.strftime(WALL),
        "ends_at": begin.replace(hour=4).strftime(WALL),
        "time_zone": zone.key,
        "mode": MaintenanceMode.HOLD,
        "owner": reader.pk,
    }


def _refuse(form: WorkForm, refused: Refused) -> None:
    if isinstance(refused, maintenance.CannotPlan):
        form.refuse(refused.mistakes)
    else:
        form.add_error(None, str(refused))


def _tried(form: WorkForm, planned: Planned | None, *, now: datetime) -> WorkPage | None:
    """What the typed work would do, as soon as enough of it is typed."""
    form.is_valid()
    row = form.tried(pk=planned.pk if planned else None)
    return planned_work.tried(row, form.about, now=now) if row else None


def _preview(
    request: HttpRequest, form: WorkForm, planned: Planned | None, *, now: datetime
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        context = {"page": _tried(form, planned, now=now)}
        return render(request, "incidents/signals/_work_does.html", context)
    page = _tried(form, planned, now=now)
    return _page(request, form, planned, page=page, is_preview=True)


def _page(
    request: HttpRequest,
    form: WorkForm,
    planned: Planned | None,
    **more: Any,  # status, why_not, page, is_preview
) -> HttpResponse:
    now = clock.show_now()
    status = more.pop("status", 200)
    page = more.pop("page", None)
    if page is None and form.is_bound:
        page = _tried(form, planned, now=now)
    elif page is None and planned is not None:
        page = planned_work.page_of(planned, reader=person(request), now=now)
    elif page is None and not more.get("why_not"):
        named = [service.name for service in form.initial["services"]]
        page = planned_work.tried(form.usual(), named, now=now)
    context = {"form": form, "planned": planned, "page": page, "is_preview": False, "why_not": None}
    return render(request, "incidents/signals/work.html", context | more, status=status)
