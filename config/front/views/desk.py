"""The message desk."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.front.queries.desk import desk as desk_of
from config.portal import clock


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The message desk of the embedded set-up: every message as its receiver sees it."""
    if not settings.EMBEDDED:
        raise Http404
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "front/_desk.html" if is_fragment else "front/desk.html"
    response = render(request, template, {"desk": desk_of(now=clock.show_now())})
    response["Vary"] = "HX-Request"
    return response
