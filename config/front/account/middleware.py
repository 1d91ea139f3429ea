"""Before a page: who is signed in, with which steps, and when they were last here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from config.front.account.adapters import LACKS_SECOND_STEP, NO_ADDRESS, SEEN_AT
from config.front.operations import sessions
from config.front.queries.sign_in import has_second_step
from config.portal import client_address, clock
from rosters.models import Person

SEEN_EVERY = timedelta(minutes=5)
ALWAYS_OPEN = ("/account/", "/sign-in/", "/sign-out/", "/incidents/")


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a sign-in, except those that say they do not."""


class SecondStepRequired:
    """Whoever must have a second step and has none sets one up first.

    Incidents stay open to them: a rule about sign-in must not keep a responder out at night.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, Person):
            _note_seen(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: Any
    ) -> HttpResponse | None:
        user = request.user
        if not (isinstance(user, Person) and request.session.get(LACKS_SECOND_STEP)):
            return None
        if request.path.startswith(ALWAYS_OPEN) or not getattr(view, "login_required", True):
            return None
        if has_second_step(user):
            del request.session[LACKS_SECOND_STEP]
            return None
        return redirect("account")


def _note_seen(request: HttpRequest) -> None:
    """At most once in five minutes, and only for sessions that began with a sign-in."""
    seen_at = request.session.get(SEEN_AT)
    now = clock.show_now()
    if seen_at is None or datetime.fromtimestamp(seen_at, UTC) > now - SEEN_EVERY:
        return
    request.session[SEEN_AT] = now.timestamp()
    address = client_address.of(request)
    known = address != client_address.UNKNOWN
    key = request.session.session_key or ""
    sessions.see(key, address=address if known else NO_ADDRESS, now=now)
