"""Who is called for one thing, changed by whoever keeps it: a lead needs no admin for that."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from config.portal import clock, undo, words
from config.portal.refusals import Refused
from rosters.forms.cells import CellForm
from rosters.operations import own_cells
from rosters.operations.changing.cells import NotSaved
from rosters.queries import contact_faults as faults
from rosters.queries import grid
from rosters.queries import own_cells as reading
from rosters.queries.contact_audit import Tally
from rosters.queries.own_cells import Spot
from rosters.views.common import reader_of

AUDIT = "audit"
"""In an address or a form: the reader came from the audit, narrowed to this."""


@require_http_methods(["GET", "HEAD", "POST"])
def cell(request: HttpRequest, key: str) -> HttpResponse:
    """One cell: who is called, the backup or a roster, and why it changes."""
    reader, now = reader_of(request), clock.act_now()
    spot = reading.find(key, now=now)
    if spot is None:
        raise Http404
    why_not, status = reading.why_not(reader, spot), 200
    form = _form(request, spot, now=now, is_sent=request.method == "POST" and not why_not)
    if request.method == "POST":
        status = 403 if why_not else 422
        before = faults.tally(now=now) if AUDIT in request.POST and not why_not else None
        if not why_not and _is_done(request, spot, form, now=now):
            if before:
                _say_what_went(request, before, now=now)
            return redirect(_back(request, spot))
    context = {"spot": spot, "form": form, "why_not": why_not, "known": form.known}
    gone = spot.gone(now)
    context |= {"gone": gone, "is_stale": gone is None and spot.is_stale(now)}
    context |= {"coming": reading.coming(spot, now=now), "audit": _asked_there(request)}
    return render(request, "rosters/cell.html", context, status=status)


def _form(request: HttpRequest, spot: Spot, *, now: datetime, is_sent: bool) -> CellForm:
    """The form with what stands there, or with what was sent."""
    stands = spot.filling
    known = grid.names((pk for pk in (stands.person_id, stands.backup_id) if pk), now=now)
    typed = known.typed(stands)
    first = {"who": typed.who, "backup": typed.backup, "was": stands.revision}
    zone = ZoneInfo(reader_of(request).time_zone)
    posted = request.POST if is_sent else None
    return CellForm(posted, initial=first, known=known, zone=zone, now=now, held=spot.dates)


def _is_done(request: HttpRequest, spot: Spot, form: CellForm, *, now: datetime) -> bool:
    """Whether the press did what it says: it is right, or it is somebody else."""
    if "confirm" in request.POST and spot.entry:
        return _is_confirmed(request, spot, form, now=now)
    off = request.POST.get("call_off", "")
    if off.isascii() and off.isdecimal() and len(off) <= reading.LONGEST:
        own_cells.call_off(spot, int(off), by=reader_of(request), now=now)
        messages.success(request, f"The {spot.role.name} for {spot.about} stays as it is now.")
        return True
    return form.is_valid() and _save(request, spot, form, now=now)


def _is_confirmed(request: HttpRequest, spot: Spot, form: CellForm, *, now: datetime) -> bool:
    """Whether it counts as right now; else the form says why not, and nothing of its own."""
    try:
        own_cells.confirm(spot, by=reader_of(request), now=now)
    except Refused as refused:
        form.errors.clear()
        form.add_error(None, str(refused))
        return False
    messages.success(request, f"The {spot.role.name} for {spot.about} is confirmed.")
    return True


def _save(request: HttpRequest, spot: Spot, form: CellForm, *, now: datetime) -> bool:
    """Whether it is done, with a way back; else the form says why not."""
    answers, by = form.cleaned_data, reader_of(request)
    wanted = {"expects": answers["was"], "reason": answers["reason"], "dates": form.dates}
    try:
        done = own_cells.change(spot, form.filling, **wanted, by=by, now=now)
    except NotSaved as refused:
        form.refuse(refused.troubles[0])
        return False
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    text = f"The {spot.role.name} for {spot.about} is changed."
    if done.asked:
        text += f" {words.people([one.full_name for one in done.asked])}: asked to say yes."
    if form.dates is not None:  # the page shows what was planned, with a way to call it off
        messages.success(request, text)
        return True
    undo.offer(request, text, to=reverse("rosters:cell_back", args=[done.token]))
    return True


@require_POST
def back(request: HttpRequest, token: str) -> HttpResponse:
    """What was changed just now is as it was."""
    try:
        spot = own_cells.take_back(token, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:contacts")
    messages.success(request, f"The {spot.role.name} for {spot.about} is as it was.")
    return redirect(_back(request, spot))


def _asked_there(request: HttpRequest) -> str | None:
    """What the reader had narrowed the audit to, when they came from there."""
    values = request.POST if request.method == "POST" else request.GET
    return QueryDict(values[AUDIT]).urlencode() if AUDIT in values else None


def _say_what_went(request: HttpRequest, before: Tally, *, now: datetime) -> None:
    """What is no longer on the list to mend, and what is new on it."""
    after = faults.tally(now=now)
    left = "Nothing is left to mend." if not after.total else f"{after.total} left to mend."
    gone, new = after.less_than(before), before.less_than(after)
    said = [f"Off the list: {'; '.join(gone)}."] if gone else []
    said += [f"New on the list: {'; '.join(new)}."] if new else []
    messages.info(request, " ".join([*said, left]))


def _back(request: HttpRequest, spot: Spot) -> str:
    """Where the reader came from, or where it is read."""
    asked = _asked_there(request)
    if asked is not None:
        named = QueryDict(asked, mutable=True)
        named["rest"] = str(spot.filling.person_id or "")
        return f"{reverse('rosters:contact_audit')}?{named.urlencode()}"
    contacts = reverse("rosters:contacts")
    return f"{contacts}?q={spot.service.name}" if spot.service else f"{contacts}?view=role"
