"""The page behind "You do not want this letter?": GET shows a button, POST stops the letter."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.portal import clock
from config.portal.misses import Misses
from rosters.operations import letters

MISSES = Misses("letters")


@csrf_exempt  # the token in the path is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button, or stop the letter; nobody needs to sign in."""
    now = clock.act_now()
    is_much = MISSES.are_too_many(request)
    person = None if is_much else letters.reader(token, now=now)
    if person is None and not is_much:
        MISSES.count(request)
    elif person and request.method == "POST":
        letters.stop(person, now=now)
    status = 429 if is_much else 200 if person else 404
    context = {"person": person, "is_much": is_much}
    response = render(request, "rosters/letter_stop.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response
