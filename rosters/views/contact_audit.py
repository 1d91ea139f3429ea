"""What to mend in the contact matrix, and everybody's own cells with one press to confirm them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, words
from config.portal.downloads import FORMATS
from rosters.forms.matrix import AuditForm
from rosters.models import Team
from rosters.operations import matrix
from rosters.queries import confirming, contacts, own_cells
from rosters.queries import contact_audit as reading
from rosters.queries import contact_faults as faults
from rosters.tables import audit_as_file
from rosters.views.common import reader_of

MAY_ASK = "rosters.change_matrixentry"


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Stale cells, failing numbers, sole holders and leavers, each with an owner and a date."""
    everything = faults.full(now=clock.show_now())
    form = AuditForm(request.GET, audit=everything, teams=Team.objects.order_by("name"))
    found = faults.narrowed(everything, form.asked())
    kind = request.GET.get("format")
    if kind in FORMATS:
        return audit_as_file(found, kind)
    rest = faults.about(everything, request.GET.get("rest", ""))
    mute = confirming.mute(everything.ids_to_ask)
    asked = everything.ids_to_ask - {one.pk for one in mute}
    context = {
        "audit": found,
        "is_narrowed": found is not everything,
        "rest": rest,
        "mute": mute,
        "to_ask": len(asked),
        "mend": everything.tally,
        "form": form,
        "led": own_cells.led_by(reader_of(request)),
        "may_ask": reader_of(request).has_perm(MAY_ASK),
        "lately": confirming.lately(asked, now=clock.show_now()),
    }
    return render(request, "rosters/contact_audit.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Everybody whose cells nobody has confirmed lately is asked, at most once a day."""
    reader, now = reader_of(request), clock.act_now()
    if not reader.has_perm(MAY_ASK):
        raise PermissionDenied
    entries = reading.entries(reading.load(now=now).to_ask, now=now)
    named = {one.person_id for one in entries if one.person_id}
    can = named - {one.pk for one in confirming.mute(named)}
    before = confirming.lately(can, now=now)
    asked, mute = matrix.ask_to_confirm(entries, by=reader, now=now)
    if before and not before.left:
        messages.info(request, "All of them were asked in the last day. Nobody was asked again.")
    elif asked:
        names = words.people([person.full_name for person in asked])
        messages.success(request, f"{names}: asked. One press answers.")
    if mute:
        names = words.people([person.full_name for person in mute])
        messages.warning(request, f"{names}: no address at which we could ask in writing.")
    return redirect("rosters:contact_audit")


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's cells; one press says that those are right in which they come first."""
    reader, now = reader_of(request), clock.act_now()
    cells = [held for holder in contacts.holders([reader.pk], now=now) for held in holder.cells]
    if request.method == "POST":
        matrix.confirm([one.entry for one in cells if not one.is_backup], by=reader, now=now)
        messages.success(request, "Confirmed. Thank you.")
        return redirect("rosters:my_cells")
    own = [held for held in cells if not held.is_backup]
    waiting = sum(held.needs_attention for held in own)
    context = {
        "cells": cells,
        "own": own,
        "waiting": waiting,
        "stale": sum(held.is_stale for held in cells if held.is_backup),
        "mend": faults.of_owner(faults.full(now=now, of=reader), reader),
    }
    return render(request, "rosters/my_cells.html", context)
