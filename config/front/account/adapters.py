"""What allauth asks us: who somebody is, what to say, how secrets are kept."""

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from config.front import reader
from config.portal import client_address, clock, secrets
from rosters.logic.roles import needs_second_step, of_groups
from rosters.models import Person
from rosters.operations import accounts
from rosters.queries import roles

if TYPE_CHECKING:
    from config.identity_provider import IdentityProvider

logger = logging.getLogger(__name__)

NO_ADDRESS = "0.0.0.0"  # noqa: S104  # a column that wants an address; the page says "not known"
SEEN_AT = "seen_at"  # in a session that began with a sign-in
LACKS_SECOND_STEP = "lacks_second_step"
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    """Passwords: only e-mail addresses of people count, and nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail address or password is not right",
        "enter_current_password": "This is not the password you have now",
        "incorrect_code": "This code is not right, or it is too old",
        "incorrect_password": "This is not your password",
        "invalid_password_reset": "This link has been used, or it is too old",
        "too_many_login_attempts": "Too many wrong tries. Wait 5 minutes, then try again",
        "rate_limited": "Too many tries. Wait 5 minutes, then try again",
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        request.session[SEEN_AT] = clock.show_now().timestamp()
        reader.settle(request, user)
        if needs_second_step(roles.of(user), required=settings.SECOND_STEP_ROLES):
            request.session[LACKS_SECOND_STEP] = True

    def post_login(self, request: HttpRequest, user: Person, **rest: Any) -> HttpResponse:
        """Readers who asked for the first page begin on the status page, too."""
        answer: HttpResponse = super().post_login(request, user, **rest)
        asked_first = answer.headers.get("Location") == settings.LOGIN_REDIRECT_URL
        return redirect(reader.HOME) if asked_first and reader.is_reader(request) else answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Readers begin on the status page, everybody else on Now."""
        if reader.is_reader(request):
            return reverse(reader.HOME)
        return str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address.of(request)
        return NO_ADDRESS if address == client_address.UNKNOWN else address

    def reauthenticate(self, user: Person, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email or "", password=password)
        return found is not None and found.pk == user.pk

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted for one account from one address: strangers lock nobody else out."""
        return f"{self.get_client_ip(request)}:{credentials.get('email', '').lower()}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away is our trouble; the page says the same as always."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("mail about signing in was not sent")


class SecondStepAdapter(DefaultMFAAdapter):
    """Passkeys and codes: their secrets are encrypted, and the last of a must is kept."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Your role needs a second step. Add another one first",
        "cannot_generate_recovery_codes": "Add a passkey or an authenticator app first",
        "incorrect_code": "This code is not right, or it is too old",
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, on paper of its own: it stands in the page itself."""
        drawn: str = qrcode.make(url, image_factory=SvgPathFillImage, border=2).to_string(
            encoding="unicode"
        )
        return drawn

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002  # theirs
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person = authenticator.user
        if not needs_second_step(roles.of(person), required=settings.SECOND_STEP_ROLES):
            return True
        others = Authenticator.objects.filter(user=person, type__in=SECOND_STEPS)
        return bool(others.exclude(pk=authenticator.pk).exists())


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The organisation's own sign-in service: settings name it, and its groups give roles."""

    def list_apps(
        self, _request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever came back is a person we know, with the roles of today; or is turned away."""
        service = cast("IdentityProvider", settings.IDENTITY_PROVIDER)
        claims = _claims(sociallogin)
        address = _address(claims, service)
        person = sociallogin.user if sociallogin.is_existing else _known(address)
        if person is None and service.makes_accounts and address:
            person = accounts.admit(address, full_name=str(claims.get("name") or ""))
        if person is None or not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
        groups = claims.get(service.groups_claim)
        if isinstance(groups, Collection) and not isinstance(groups, str):
            managed = frozenset(service.groups.values())
            accounts.give_roles(person, of_groups(groups, service.groups), of=managed)
        elif service.groups:
            logger.warning("the sign-in service sent no groups", extra={"person_id": person.pk})


def _known(address: str | None) -> Person | None:
    return Person.objects.filter(email=address).first() if address else None


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the service says of somebody: of both papers, the one asked for last counts more."""
    extra = sociallogin.account.extra_data
    return {**extra.get("id_token", {}), **extra.get("userinfo", {})}


def _address(claims: dict[str, Any], service: "IdentityProvider") -> str | None:
    """Their e-mail address, when the service vouches for it."""
    vouched = claims.get("email_verified") is True or service.trusts_email
    return Person.normalize_email(claims.get("email")) if vouched else None
