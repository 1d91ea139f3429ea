"""The tour: one step on, one back, from the beginning, or over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from config.front.logic import tour as steps
from config.front.operations import tour as operations
from config.front.queries.tour import reader_of
from config.front.tour import KEY
from config.portal import clock
from rosters.models import Person


@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    """Goes to the step `to`, counted from 1; anything else ends the tour where the reader is."""
    if not isinstance(request.user, Person):
        raise Http404
    to = request.POST.get("to", "")
    if not (to.isascii() and to.isdigit() and len(to) < 3):
        operations.end(request.user, now=clock.act_now())
        request.session.pop(KEY, None)
        return redirect(_back(request))
    reader = reader_of(request.user)
    stop = steps.stop(reader, int(to))
    request.session[KEY] = [reader, stop.number]
    return redirect(stop.step.page)


def _back(request: HttpRequest) -> str:
    at = request.POST.get("at", "")
    is_ours = url_has_allowed_host_and_scheme(at, {request.get_host()}, request.is_secure())
    return at if is_ours and at.startswith("/") else "front:now"
