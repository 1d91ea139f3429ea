"""Search over everything that has a page."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from config.front.logic import asking
from config.front.queries import search as queries
from config.portal import clock, live
from rosters.models import Person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What there is about ?q=; the number of an incident leads straight to it.

    Whoever still types is led nowhere: INC-24 may become INC-2481.
    """
    reader = request.user
    if not isinstance(reader, Person):
        raise Http404
    typed = request.GET.get("q", "")
    number = asking.reference(typed)
    incident = queries.incident_called(number, reader=reader) if number else None
    if incident is not None and live.is_fragment(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if incident is not None:
        return redirect("incidents:detail", incident.reference)
    found = queries.search(typed, reader=reader, now=clock.show_now())
    context = {"found": found, "missing": number}
    return render(request, "front/search.html", context)
