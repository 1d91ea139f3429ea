"""The audit log: who changed what people configure, and who saw whose numbers."""

from dataclasses import replace
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.history import file
from config.front.history.filters import AuditFilter
from config.front.queries import audit
from config.portal import clock
from config.portal.paging import PAGE_SIZE
from config.portal.trail import SET_UP
from rosters.models import Person


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every change as a sentence, filtered by the address; as CSV with ?format=csv."""
    reader = _person(request)
    why_not = audit.why_not_read(reader)
    if why_not:
        return _closed(request, why_not)
    chosen = AuditFilter(request.GET or {}, zone=ZoneInfo(reader.time_zone))
    asked = chosen.asked()
    trail = audit.Trail(reader, asked)
    if request.GET.get("format") == "csv":
        return file.as_csv(audit.entries(trail, most=file.MOST), now=clock.show_now())
    setting_up = _setting_up(reader, asked)
    if setting_up:
        trail = audit.Trail(reader, replace(asked, setting_up=False))
    page = Paginator(cast("Any", trail), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "filter": chosen, "hidden": trail.hidden, "most": file.MOST}
    context |= {"setting_up": setting_up, "reason": SET_UP}
    return render(request, "front/audit.html", context)


def _closed(request: HttpRequest, why_not: str) -> HttpResponseBase:
    context = {"why_not": why_not, "names": audit.administrators(now=clock.show_now())}
    return render(request, "front/audit_closed.html", context, status=403)


def _setting_up(reader: Person, asked: audit.Asked) -> int:
    """How many changes that set Muster up are folded away: a filter shows them."""
    if asked != audit.Asked():
        return 0
    return audit.Trail(reader, replace(asked, setting_up=True)).count()


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
