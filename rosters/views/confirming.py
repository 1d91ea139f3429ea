"""The page behind "Are you still …?": GET shows, POST answers, and nobody needs to sign in."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.portal import client_address, clock
from config.portal.refusals import Refused
from rosters.models import ConfirmationRequest
from rosters.operations import confirming
from rosters.queries import confirming as reading

TRIES = 30
WINDOW_SECONDS = 60


@csrf_exempt  # the token in the path is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question, or take its answer: yes, or no with a line."""
    if _is_guessing(request):
        return _say(request, "Too many links were tried from here. Wait a minute.", status=429)
    question = reading.find(token) if token.isascii() else None
    if question is None:
        _count_miss(request)
        said = "This link does not work. A newer one may be in your messages."
        return _say(request, said, status=404)
    if request.method == "POST":
        return _act(request, question)
    return _page(request, question)


def _act(request: HttpRequest, question: ConfirmationRequest) -> HttpResponse:
    now, choice = clock.act_now(), request.POST.get("answer", "")
    if choice not in ("yes", "no"):
        return _say(request, "Press one of the two buttons on the page.", status=400)
    try:
        if choice == "yes":
            question = confirming.say_right(question, now=now)
        else:
            question = confirming.say_wrong(question, note=request.POST.get("note", ""), now=now)
    except Refused as refused:
        return _page(request, question, refused=str(refused), status=422)
    return _page(request, question)


def _page(
    request: HttpRequest, question: ConfirmationRequest, *, refused: str = "", status: int = 200
) -> HttpResponse:
    asking = reading.of(question, now=clock.show_now())
    context = {"asking": asking, "refused": refused}
    return _quiet(render(request, "rosters/confirm.html", context, status=status))


def _say(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    context = {"sentence": sentence}
    return _quiet(render(request, "rosters/confirm_closed.html", context, status=status))


def _quiet(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response


def _miss_key(request: HttpRequest) -> str:
    return f"confirm-misses:{client_address.of(request)}"


def _is_guessing(request: HttpRequest) -> bool:
    misses = cache.get(_miss_key(request), 0)
    return isinstance(misses, int) and misses >= TRIES


def _count_miss(request: HttpRequest) -> None:
    key = _miss_key(request)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it ran out in between
            cache.set(key, 1, WINDOW_SECONDS)
