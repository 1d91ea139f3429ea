"""Heartbeats: the list, one of them with its form, its line, muting and pausing it."""

from collections.abc import Callable
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
from incidents.forms.days import WALL
from incidents.forms.heartbeats import HeartbeatFilter, HeartbeatForm, MuteForm
from incidents.operations import heartbeats
from incidents.queries import heartbeat_list, planned_work
from incidents.queries.heartbeat_list import Held
from incidents.tables.heartbeats import HeartbeatTable, heartbeats_csv
from incidents.views.common import person, zone_of

PAGE = 100


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every heartbeat, those that are silent first; with ?format=csv as CSV."""
    now, reader = clock.show_now(), person(request)
    form = HeartbeatFilter.of(request.GET)
    asked = form.asked
    rows = heartbeat_list.found(asked, now=now)
    if request.GET.get("format") == "csv":
        return heartbeats_csv(rows)
    table = HeartbeatTable(Listed(rows))
    show_page(request, table, per_page=PAGE)
    total, silent = heartbeat_list.counts(now=now)
    context = {
        "table": table,
        "form": form,
        "total": total,
        "silent": silent,
        "is_narrowed": any(vars(asked).values()),
        "why_not": heartbeat_list.why_not_add(reader),
    }
    return render(request, "incidents/signals/heartbeats.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of one more."""
    reader = person(request)
    why_not = heartbeat_list.why_not_add(reader)
    if request.method != "POST" or why_not:
        usual = {"every_unit": "hours", "grace": 5, "severity": 3, "owner": reader.pk}
        return _page(request, None, _form(request, usual), why_not=why_not)
    form = _form(request)
    if form.is_valid():
        try:
            beat = heartbeats.make(form.plan, by=reader)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{beat.name} is set up. Its first call starts the watching.")
            return redirect("incidents:heartbeat", beat.pk)
    return _page(request, None, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One heartbeat: how it is doing, its line, and its form for those who may change it."""
    held = _found(pk)
    why_not = heartbeat_list.why_not_keep(held, reader=person(request))
    if request.method != "POST" or why_not:
        form = _form(request, HeartbeatForm.initial_of(held.row))
        return _page(request, held, form, why_not=why_not)
    form = _form(request)
    if form.is_valid():
        try:
            heartbeats.change(held.row, form.plan, by=person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("incidents:heartbeat", pk)
    return _page(request, held, form, status=422)


@require_POST
def mute(request: HttpRequest, pk: int) -> HttpResponse:
    """Its silence is no signal for a while."""
    held, by, now = _found(pk), person(request), clock.act_now()
    form = MuteForm(request.POST, zone=zone_of(by))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            heartbeats.mute(held.row, until=asked["until"], reason=asked["reason"], by=by, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{held.name} is muted.")
            return redirect("incidents:heartbeat", pk)
    why_not = heartbeat_list.why_not_keep(held, reader=by)
    own = _form(request, HeartbeatForm.initial_of(held.row))
    return _page(request, held, own, mute=form, why_not=why_not, status=422)


@require_POST
def unmute(request: HttpRequest, pk: int) -> HttpResponse:
    """It is heard again."""
    held = _found(pk)
    return _pressed(
        request,
        held,
        lambda: heartbeats.unmute(held.row, by=person(request)),
        f"{held.name} is heard again.",
    )


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody waits for it until it calls in again."""
    held, now = _found(pk), clock.act_now()
    return _pressed(
        request,
        held,
        lambda: heartbeats.pause(held.row, by=person(request), now=now),
        f"Nobody waits for {held.name} until it calls in again.",
    )


def _pressed(request: HttpRequest, held: Held, act: Callable[[], None], said: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("incidents:heartbeat", held.pk)


def _found(pk: int) -> Held:
    held = heartbeat_list.find(pk, now=clock.show_now())
    if held is None:
        raise Http404
    return held


def _form(request: HttpRequest, initial: dict[str, Any] | None = None) -> HeartbeatForm:
    return HeartbeatForm(
        None if initial is not None else request.POST,
        sources=heartbeat_list.sources(),
        people=planned_work.people(),
        initial=initial,
    )


def _page(
    request: HttpRequest,
    held: Held | None,
    form: HeartbeatForm,
    *,
    why_not: str | None = None,
    mute: MuteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = person(request)
    context = {
        "held": held,
        "form": form,
        "mute": mute or _mute_form(request, now=clock.show_now()),
        "wrong": mute or form,
        "why_not": why_not,
        "has_source": bool(heartbeat_list.sources()),
        "waits": heartbeat_list.held_alert(held) if held else None,
        "incident": heartbeat_list.incident_of(held, reader=reader) if held else None,
    }
    return render(request, "incidents/signals/heartbeat.html", context, status=status)


def _mute_form(request: HttpRequest, *, now: datetime) -> MuteForm:
    zone = zone_of(person(request))
    until = (now.astimezone(zone) + timedelta(days=1)).replace(hour=9, minute=0)
    return MuteForm(zone=zone, initial={"until": until.strftime(WALL)})
