"""Signing in, and the page "Your sign-in"."""

import logging
from ipaddress import ip_address
from typing import Any

import requests
from allauth.account import views as account
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from config.front.account import asked, kept
from config.front.account.demo import demo_accounts
from config.front.account.forms import ChangePasswordForm, SignInForm
from config.front.operations import sessions
from config.front.queries import sign_in as queries
from config.portal import clock
from rosters.models import Person

logger = logging.getLogger(__name__)

FOUND, FORBIDDEN = 302, 403
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


class SignIn(account.LoginView):
    """Asks for a passkey, or for e-mail and password; the form is shown again with 422."""

    template_name = "sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return (
            context
            | self._late()
            | {
                "demo_accounts": demo_accounts(),
                "provider": settings.IDENTITY_PROVIDER,
                "can_use_passkeys": can_use_passkeys(self.request),
            }
        )

    def _late(self) -> dict[str, Any]:
        """What the page says of a form that came too late, and carries of it."""
        sealed = self.kwargs.get("kept") or self.request.POST.get("kept", "")
        lost = self.kwargs.get("lost") or _why_not_opened(sealed)
        if lost:
            return {"lost": lost, "redirect_field": _going_to(kept.page_of(self.request))}
        return {"kept": True, "redirect_field": _carrying(sealed)} if sealed else {}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        _put_aside(self.request)
        return super().form_valid(form)


def _why_not_opened(sealed: str) -> str:
    """Why what the sign-in page carries is lost; empty when it carries nothing or is good."""
    try:
        if sealed:
            kept.opened(sealed)
    except kept.BadSeal as bad:
        return str(bad)
    return ""


def _put_aside(request: HttpRequest) -> None:
    """It waits for the person who signs in, or they read that it is lost."""
    try:
        kept.put_aside(request)
    except kept.BadSeal as bad:
        messages.error(request, f"{bad} Nothing was sent. Write it once more.")


def _carrying(sealed: str) -> str:
    """What every form of the sign-in page carries when a form came too late."""
    return format_html(
        '{}<input type="hidden" name="kept" value="{}">', _going_to(reverse("kept_form")), sealed
    )


def _going_to(page: str) -> str:
    return format_html('<input type="hidden" name="next" value="{}">', page)


class PasskeySignIn(webauthn.LoginWebAuthnView):
    """What the browser's passkey says; always answers with a way on."""

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  # theirs
        _put_aside(self.request)
        return super().form_valid(form)


class AskForPassword(account.PasswordResetView):
    """Sends a link by e-mail; where Muster sends none, says so."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sends_mail": sends_mail()}

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sends_mail():
            return redirect("account_reset_password")
        return super().post(*args, **kwargs)


class ChangePassword(account.PasswordChangeView):
    """Everybody who knew the old password is signed out."""

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end_others(self.request.user, besides=self.request.session.session_key)
        return response

    def get_default_success_url(self) -> str:
        return reverse("account")


class SetPassword(account.PasswordSetView):
    def get_default_success_url(self) -> str:
        return reverse("account")


@login_not_required
def go_to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Off to the organisation's own sign-in service; when it is away, a page says so."""
    _put_aside(request)
    try:
        return oidc.login(request, provider_id)
    except requests.RequestException:
        logger.warning("the sign-in service is away", exc_info=True)
        return render(request, "socialaccount/authentication_error.html", status=401)


def sends_mail() -> bool:
    return settings.EMAIL_BACKEND != NO_MAIL


def can_use_passkeys(request: HttpRequest) -> bool:
    """Whether the browser will take part: it wants a name in the address, and not a number."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def ask_to_sign_in(request: HttpRequest, late: kept.Kept | None, lost: str) -> HttpResponseBase:
    """The sign-in page in answer to a form that came too late.

    It carries what was typed, or says why that is lost.
    """
    sealed = kept.sealed(late) if late else ""
    request.method = "GET"
    request.POST = QueryDict()  # what came must not sign anybody in
    response = SignIn.as_view()(request, kept=sealed, lost=lost)
    response.status_code = response.status_code if response.status_code == FOUND else FORBIDDEN
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001
    """A form without today's token: shown again if it came from a page of ours, else refused."""
    is_ours = kept.is_from_our_page(request)
    late = kept.of(request) if is_ours else None
    lost = kept.why_lost(request) if is_ours else ""
    if not request.user.is_authenticated and (late or lost):
        return ask_to_sign_in(request, late, lost)
    if late is None:
        return render(request, "403_csrf.html", status=FORBIDDEN)
    return render(request, "account/kept.html", asked.context(request, late), status=FORBIDDEN)


@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: HttpRequest) -> HttpResponse:
    """What was typed before the sign-in, to send or to throw away."""
    late = kept.waiting(request)
    if request.method == "POST":
        kept.let_go(request)
        messages.info(request, "It is thrown away. Nothing was sent.")
    if late is None or request.method == "POST":
        return redirect("front:now")
    return render(request, "account/kept.html", asked.context(request, late))


@login_not_required
@require_safe
def admin_door(request: HttpRequest) -> HttpResponseBase:
    """The admin has no sign-in of its own: strangers go to ours, colleagues read why not."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


@require_safe
def to_password(_request: HttpRequest) -> HttpResponse:
    """The admin's own page for changing the password is ours too."""
    return redirect("account_change_password")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Your sign-in: passkeys, app, codes, password, and where you are signed in."""
    shown = queries.of(
        person(request), this_session=request.session.session_key or "", now=clock.show_now()
    )
    context = {"page": shown, "can_use_passkeys": can_use_passkeys(request)}
    return render(request, "account/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end_sessions(request: HttpRequest) -> HttpResponse:
    """One other session is over, or all others are; those only after one question."""
    if request.method != "POST":
        this = request.session.session_key or ""
        shown = queries.of(person(request), this_session=this, now=clock.show_now())
        if not shown.others:
            messages.info(request, _ended(0))
            return redirect("account")
        return render(request, "account/end_sessions.html", {"page": shown})
    which = request.POST.get("session", "")
    mine, here = person(request), request.session.session_key
    ended = (
        sessions.end_one(mine, which, besides=here)
        if which
        else sessions.end_others(mine, besides=here)
    )
    messages.success(request, "That session is over." if which else _ended(ended))
    return redirect("account")


def _ended(count: int) -> str:
    return "Nobody else was signed in as you." if not count else "All other sessions are over."


def person(request: HttpRequest) -> Person:
    """Who is signed in; every page of this module but the first demands it."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
