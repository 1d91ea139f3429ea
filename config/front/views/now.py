"""Now: everybody's first page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.queries.now import now_page
from config.portal import clock
from rosters.models import Person


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """What is open, what is next, who is on call; its live part alone for htmx."""
    if not isinstance(request.user, Person):
        raise Http404
    context = {"now_page": now_page(request.user, now=clock.show_now())}
    is_fragment = request.headers.get("HX-Request") == "true"
    response = render(request, "front/_board.html" if is_fragment else "front/now.html", context)
    response["Vary"] = "HX-Request"
    return response
