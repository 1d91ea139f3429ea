"""Now: everybody's first page, and the same for a screen on the wall."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.front.queries import scope
from config.front.queries.now import now_page
from config.front.queries.scope import Scope
from config.portal import clock, live
from rosters.models import Person


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """What is open, what is next, who is on call; its live part alone for htmx."""
    context = {"now_page": now_page(_scope(request), now=clock.show_now())}
    return live.answer(request, page="front/now.html", part="front/_board.html", context=context)


@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Now for everybody in a room: what a reader without any part in anything may know."""
    if not isinstance(request.user, Person):
        raise Http404
    anybody = Person(pk=0, time_zone=request.user.time_zone)
    context = {"now_page": now_page(scope.scope_of(anybody), now=clock.show_now())}
    return live.answer(request, page="front/wall.html", part="front/_wall.html", context=context)


def _scope(request: HttpRequest) -> Scope:
    """What the address asks for: ?team=payments, ?mine=1."""
    if not isinstance(request.user, Person):
        raise Http404
    team, is_mine = request.GET.get("team", ""), request.GET.get("mine") == "1"
    return scope.scope_of(request.user, team=team, is_mine=is_mine)
