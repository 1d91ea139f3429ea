"""The page behind the link in a message: GET shows, POST acts, and nobody needs to sign in."""

from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.portal import clock, languages, words
from config.portal.languages import in_every_language
from config.portal.misses import Misses
from config.portal.refusals import Refused
from config.portal.sentences import spoken
from incidents.models import Notification
from incidents.operations import answers
from incidents.operations.lifecycle import AlreadyAcknowledged
from incidents.queries import answering

MISSES = Misses("answer")
NO_LINK = spoken("This link does not work. Sign in to see the incident.")


@in_every_language
@csrf_exempt  # the token in the path is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the call, or take its answer: one of `answers.choices`."""
    if MISSES.are_too_many(request):
        return _say(
            request, gettext("Too many links were tried from here. Wait a minute."), status=429
        )
    notification = answers.find(token) if token.isascii() else None
    if notification is None:
        MISSES.count(request)
        return _say(request, words.translated(NO_LINK), status=404)
    translation.activate(languages.known(notification.person.language))
    if request.method == "POST":
        return _act(request, notification, token)
    now = clock.show_now()
    why_not = answers.why_not_read(notification, now=now)
    if why_not:
        return _say(request, words.in_words(why_not), status=410)
    return _page(request, answering.of(notification, now=now))


def _act(request: HttpRequest, notification: Notification, token: str) -> HttpResponse:
    now = clock.act_now()
    choice = request.POST.get("answer", "")
    if choice not in answers.choices(notification):
        return _say(request, gettext("Press one of the two buttons on the page."), status=400)
    try:
        with suppress(AlreadyAcknowledged):  # the page itself says who was faster
            answers.take(notification, choice, now=now)
    except Refused as refused:
        return _say(request, words.in_words(refused.args[0]), status=410)
    fresh = answers.find(token) or notification
    return _page(request, answering.of(fresh, now=now))


def _page(request: HttpRequest, call: answering.Answering) -> HttpResponse:
    """In the language of whoever was called, whoever is signed in at this browser."""
    translation.activate(languages.known(call.person.language))
    return _quiet(render(request, "incidents/answer.html", {"call": call}))


def _say(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    return _quiet(
        render(request, "incidents/answer_closed.html", {"sentence": sentence}, status=status)
    )


def _quiet(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response
