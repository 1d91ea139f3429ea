"""The page behind "Are you still …?": GET shows, POST answers, and nobody needs to sign in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.portal import clock
from config.portal.misses import Misses
from config.portal.refusals import Refused
from rosters.models import ConfirmationRequest
from rosters.operations import confirming
from rosters.queries import confirming as reading

MISSES = Misses("confirm")


@csrf_exempt  # the token in the path is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question, or take its answer: yes, or no with a line."""
    if MISSES.are_too_many(request):
        return _say(request, "Too many links were tried from here. Wait a minute.", status=429)
    question = reading.find(token) if token.isascii() else None
    if question is None:
        MISSES.count(request)
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
