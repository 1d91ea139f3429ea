"""The status page for everybody who does not fix things."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.portal import clock, live
from incidents.queries import status
from incidents.views.common import person


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Are customers affected, and when do we write again; its live part alone for htmx."""
    reader, now = person(request), clock.show_now()
    context: dict[str, object] = {"status": status.page(reader, now=now)}
    if not live.is_fragment(request):
        histories = status.histories(reader, now=now)
        words = status.history_words(histories)
        context |= {"histories": histories, "history_words": words, "days": status.DAYS}
    return live.answer(
        request, page="incidents/status.html", part="incidents/_status.html", context=context
    )
