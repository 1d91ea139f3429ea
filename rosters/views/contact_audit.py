"""What to mend in the contact matrix, and everybody's own cells with one press to confirm them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock, words
from rosters.operations import matrix
from rosters.queries import contact_audit as reading
from rosters.queries import contacts
from rosters.views.common import reader_of

MAY_ASK = "rosters.change_matrixentry"


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Stale cells, failing numbers, sole holders and leavers, each with an owner and a date."""
    found = reading.load(now=clock.show_now())
    context = {"audit": found, "may_ask": reader_of(request).has_perm(MAY_ASK)}
    return render(request, "rosters/contact_audit.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Everybody whose cells nobody has confirmed lately is asked, at most once a day."""
    reader, now = reader_of(request), clock.act_now()
    if not reader.has_perm(MAY_ASK):
        raise PermissionDenied
    entries = reading.entries(reading.load(now=now).to_ask, now=now)
    asked, mute = matrix.ask_to_confirm(entries, by=reader, now=now)
    if asked:
        names = words.people([person.full_name for person in asked])
        messages.success(request, f"{names}: asked by e-mail.")
    if mute:
        names = words.people([person.full_name for person in mute])
        messages.warning(request, f"{names}: no e-mail address that we could ask.")
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
    context = {"cells": cells, "own": own, "waiting": waiting}
    return render(request, "rosters/my_cells.html", context)
