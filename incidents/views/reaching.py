"""How well messages reach people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.portal import clock
from config.portal.listed import Listed
from config.portal.paging import show_page
from incidents.queries import reaching
from incidents.tables.reaching import ReachTable, as_file
from incidents.views.common import person
from rosters.logic.outbox import why_not_look
from rosters.queries import administrators

PAGE_SIZE = 100
BY = {"channel": "Channel", "carrier": "Carrier", "country": "Country", "person": "Person"}


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """What left, arrived and was answered, as the address asks; as a file with ?format=csv."""
    now, reader = clock.show_now(), person(request)
    why_not = why_not_look(is_administrator=reader.is_superuser)
    if why_not:
        closed = {"why_not": why_not, "names": administrators.to_ask(reader, now=now)}
        return render(request, "rosters/outbox/closed.html", closed, status=403)
    asked, length = request.GET.get("by", ""), request.GET.get("days", "")
    by = asked if asked in BY else "channel"
    days = next((one for one in reaching.DAYS if str(one) == length), reaching.DAYS[0])
    rows = reaching.figures(by, days=days, now=now)
    if request.GET.get("format") == "csv":
        return as_file(BY[by], rows)
    table = ReachTable(Listed(rows), heading=BY[by])
    show_page(request, table, per_page=PAGE_SIZE)
    context: dict[str, object] = {
        "table": table,
        "by": by,
        "days": days,
        "kinds": BY,
        "lengths": reaching.DAYS,
        "attempted": sum(row.attempted for row in rows),
        "handed_over": sum(row.handed_over for row in rows),
        "failed": sum(row.failed for row in rows),
        "answered": sum(row.answered for row in rows),
    }
    return render(request, "incidents/reaching.html", context)
