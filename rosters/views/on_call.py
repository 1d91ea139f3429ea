"""Who is called for what, now or at another time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.portal import clock
from rosters.forms.schedule import WhenForm
from rosters.queries import calling, finding, gap_asks, leading, numbers, plans, sharing
from rosters.views.common import reader_of, zone_of


@require_safe
def on_call(request: HttpRequest) -> HttpResponse:
    """Every roster with who is on call, gaps first; narrowed by ?q= and moved by ?at=."""
    now, reader = clock.show_now(), reader_of(request)
    form = WhenForm(request.GET, zone=zone_of(reader))
    asked = form.cleaned_data["at"] if form.is_valid() else None
    overview = calling.overview(at=asked or now)
    on_call_now = overview.on_duty_ids if asked is None else frozenset()
    leads_any = bool(leading.led_by(reader))
    context = {
        "overview": overview,
        "found": finding.find(overview, request.GET.get("q", "")[:80], now=now),
        "asked_at": asked,
        "form": form,
        "may_see": numbers.visible_to(reader, overview.person_ids, on_call=on_call_now),
        "my_lines": overview.mine(reader),
        "my_backups": overview.backed_by(reader),
        "may_begin": plans.may_begin(reader, leads_any=leads_any),
        "may_pay": leading.may_read_pay(reader, leads_any=leads_any),
        "drafts": plans.drafts_of(reader),
        "my_rosters": sharing.belonging_to(reader),
        "asks": gap_asks.standing(now=now) if overview.gaps else {},
    }
    return render(request, "rosters/on_call.html", context)
