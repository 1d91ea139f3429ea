"""The outbox: every message to anybody, what became of it, and what to do about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.downloads import FORMATS
from config.portal.listed import fill_page
from config.portal.paging import show_page
from config.portal.refusals import Refused
from rosters.logic.outbox import why_not_look
from rosters.models import Message
from rosters.operations import outbox as handling
from rosters.queries import administrators, outbox
from rosters.tables import OutboxFilter, OutboxTable, outbox_file
from rosters.views.common import reader_of

DIGITS = 18
"""As many as a key can have."""
ACTS = {
    "cancel": (handling.cancel, "cancelled"),
    "again": (handling.send_again, "sent again now"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The messages that the address asks for; a press cancels or sends again those chosen."""
    if closed := _closed(request):
        return closed
    if request.method == "POST":
        _act(request, request.POST.getlist("message"))
        return redirect(request.get_full_path())
    now = clock.show_now()
    since = outbox.began(request.GET.get("since", ""), now=now)
    chosen = OutboxFilter(request.GET, queryset=outbox.messages(since=since), request=request)
    found = chosen.qs if chosen.is_valid() else outbox.messages(since=since)
    kind = request.GET.get("format")
    if kind in FORMATS:
        return outbox_file(found, kind)
    table = OutboxTable(outbox.with_reason(found))
    show_page(request, table)
    fill_page(table, outbox.with_answers)
    context = {
        "table": table,
        "presses": outbox.presses(row.record for row in table.paginated_rows),
        "filter": chosen,
        "troubled": outbox.troubled(now=now),
        "late": outbox.late(now=now),
        "retried": outbox.retried(now=now),
    }
    return render(request, "rosters/outbox/index.html", context)


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what it says, each try, and what may be done."""
    if closed := _closed(request):
        return closed
    rows = Message.objects.select_related(
        "person", "contact_point", "via", "handled_by", "told_with"
    )
    shown = outbox.one(get_object_or_404(rows, pk=pk))
    return render(request, "rosters/outbox/detail.html", {"page": shown, "message": shown.message})


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One message is cancelled, or sent again."""
    if closed := _closed(request):
        return closed
    get_object_or_404(Message, pk=pk)
    _act(request, [str(pk)])
    return redirect("rosters:message", pk)


def _act(request: HttpRequest, chosen: list[str]) -> None:
    found: Any = ACTS.get(request.POST.get("do", ""))
    if found is None:
        messages.error(request, "Press one of the two buttons: cancel, or send again.")
        return
    does, done = found
    pks = {int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) <= DIGITS}
    try:
        handled = does(pks, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
        return
    if handled.done:
        is_one = handled.done == 1
        messages.success(request, f"{handled.done} message{' is' if is_one else 's are'} {done}.")
    for why in handled.refused:
        messages.warning(request, f"Others were left alone: {why}" if handled.done else why)


def _closed(request: HttpRequest) -> HttpResponse | None:
    """For everybody but administrators: why, and whom to ask."""
    reader = reader_of(request)
    why_not = why_not_look(is_administrator=reader.is_superuser)
    if why_not is None:
        return None
    names = administrators.to_ask(reader, now=clock.show_now())
    context = {"why_not": why_not, "names": names}
    return render(request, "rosters/outbox/closed.html", context, status=403)
