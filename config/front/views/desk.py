"""The message desk."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.front.queries.desk import desk as desk_of
from config.portal import clock, live


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The message desk of the embedded set-up: every message as its receiver sees it."""
    if not settings.EMBEDDED:
        raise Http404
    context = {"desk": desk_of(page=request.GET.get("page", ""), now=clock.show_now())}
    return live.answer(request, page="front/desk.html", part="front/_desk.html", context=context)
