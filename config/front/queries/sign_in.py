"""What "Your sign-in" shows: second steps, password and sessions of one person."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from config.front.account.adapters import NO_ADDRESS
from config.front.account.devices import describe
from rosters.logic.roles import needs_second_step
from rosters.models import Person
from rosters.queries import roles


@dataclass(frozen=True)
class Seen:
    """One place where the person is signed in, in words."""

    pk: int
    device: str
    address: str
    since: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class SignInPage:
    """Everything about one person's sign-in."""

    email: str
    has_password: bool
    passkeys: list[Authenticator]
    app: Authenticator | None
    codes_left: int | None
    codes_total: int
    sessions: list[Seen]
    must_have_second_step: bool
    provider_name: str

    @property
    def has_second_step(self) -> bool:
        return bool(self.passkeys or self.app)

    @property
    def others(self) -> int:
        return sum(not one.is_this for one in self.sessions)


def of(person: Person, *, this_session: str, now: datetime) -> SignInPage:
    """The page of `person`; the number of queries does not grow with what it shows."""
    steps = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
    by_type = {step.type: step for step in steps}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return SignInPage(
        email=person.email or "",
        has_password=person.has_usable_password(),
        passkeys=[step for step in steps if step.type == Authenticator.Type.WEBAUTHN],
        app=by_type.get(Authenticator.Type.TOTP),
        codes_left=_left(codes) if codes else None,
        codes_total=app_settings.RECOVERY_CODE_COUNT,
        sessions=_sessions(person, this_session=this_session, now=now),
        must_have_second_step=needs_second_step(
            roles.of(person), required=settings.SECOND_STEP_ROLES
        ),
        provider_name=settings.IDENTITY_PROVIDER.name if settings.IDENTITY_PROVIDER else "",
    )


def has_second_step(person: Person) -> bool:
    """Whether this person has a passkey or an authenticator app."""
    steps = Authenticator.objects.filter(user=person)
    return bool(steps.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _left(codes: Authenticator) -> int:
    used = int(codes.data.get("used_mask", 0)).bit_count()
    return int(app_settings.RECOVERY_CODE_COUNT) - used


def _sessions(person: Person, *, this_session: str, now: datetime) -> list[Seen]:
    """Newest first, this one above all."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    rows = UserSession.objects.filter(user=person, session_key__in=alive)
    found = [
        Seen(
            pk=row.pk,
            device=describe(row.user_agent),
            address="" if row.ip == NO_ADDRESS else row.ip,
            since=row.created_at,
            last_seen_at=row.last_seen_at,
            is_this=row.session_key == this_session,
        )
        for row in rows.order_by("-last_seen_at", "pk")
    ]
    return sorted(found, key=lambda one: not one.is_this)
