"""Before a page: who is signed in, with which steps, and when they were last here."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from config.front.account import kept, views
from config.front.account.adapters import LACKS_SECOND_STEP, NO_ADDRESS, SEEN_AT
from config.front.operations import sessions
from config.front.queries.sign_in import has_second_step
from config.portal import client_address, clock
from rosters.models import Person

SEEN_EVERY = timedelta(minutes=5)
ALWAYS_OPEN = ("/account/", "/sign-in/", "/sign-out/", "/incidents/")


SIGNED_OUT = "You are signed out. Load this page again to sign in."


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a sign-in, except those that say they do not.

    A form that comes too late is kept, or the page says that it is not. A part of a page is refused
    in words instead of filled with the sign-in page: what stands there, and what somebody is
    typing, stays.
    """

    def handle_no_permission(  # type: ignore[override]  # a page as well as a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401, headers={"HX-Trigger": json.dumps({"say": SIGNED_OUT})})
        late, lost = kept.of(request), kept.why_lost(request)
        if late is not None or lost:
            return views.ask_to_sign_in(request, late, lost)
        answer: HttpResponseBase = super().handle_no_permission(request, view_func)
        return answer


def keep_private(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no shared cache keeps what a signed-in person was shown, nor shows it unasked.

    Nor does the next person at this browser see what this one was typing.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
            kept.remember_person(request, response)
        return response

    return middleware


class SecondStepRequired:
    """Whoever must have a second step and has none sets one up first.

    Incidents stay open to them: a rule about sign-in must not keep a responder out at night.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, Person):
            _note_seen(request)
            _let_go_of_what_is_sent(request)
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


def _let_go_of_what_is_sent(request: HttpRequest) -> None:
    late = kept.waiting(request) if request.method == "POST" else None
    if late is not None and late.path == request.get_full_path():
        kept.let_go(request)


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
