"""Calendars for other programs: the secret addresses, and what is behind one."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.portal import clock
from config.portal.misses import Misses
from config.portal.refusals import Refused
from rosters.forms.feeds import CalendarForm
from rosters.models import FeedToken
from rosters.operations import feeds as keeping
from rosters.operations.feeds import Made
from rosters.queries import feeds as reading
from rosters.queries.tokens import digest
from rosters.views.common import reader_of

MISSES = Misses("calendar")
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; the address is the proof."""
    if MISSES.are_too_many(request):
        said = "Too many addresses were tried from here. Wait a minute.\n"
        return HttpResponse(said, status=429, content_type=PLAIN, headers={"Retry-After": "60"})
    now = clock.show_now()
    found = reading.find(token, now=now) if token.isascii() else None
    if found is None:
        MISSES.count(request)
        said = "This calendar has ended. Make a new address under Me, Calendars.\n"
        return HttpResponse(said, status=404, content_type=PLAIN)
    keeping.note_used(found, now=clock.act_now())
    content = reading.calendar(found, now=now)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["ETag"] = quote_etag(digest(content.decode()))
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest) -> HttpResponse:
    """The addresses there are, and a form for one more; a new one is shown this once."""
    if request.method != "POST":
        return _page(request, CalendarForm(initial={"roster": request.GET.get("roster", "")}))
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    try:
        made = keeping.make(
            answers["roster"], name=answers["name"], by=reader_of(request), now=clock.act_now()
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=422)
    return _page(request, CalendarForm(), made=made)


def _page(
    request: HttpRequest, form: CalendarForm, *, made: Made | None = None, status: int = 200
) -> HttpResponse:
    rows = reading.rows(reader_of(request), now=clock.show_now())
    address = reverse("rosters:feed", args=[made.text]) if made else ""
    context = {
        "form": form,
        "made": made,
        "address": urljoin(settings.PUBLIC_URL, address),
        "rows": rows,
        "live": sum(row.is_live for row in rows),
    }
    return render(request, "rosters/calendars.html", context, status=status)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The address answers nothing any more."""
    found = get_object_or_404(FeedToken.objects.select_related("person", "roster"), pk=pk)
    try:
        keeping.end(found, by=reader_of(request), now=clock.act_now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The address of “{reading.title(found)}” has ended.")
    return redirect("rosters:calendars")
