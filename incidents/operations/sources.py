"""Secrets of alert sources: shown once, stored as digests."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError

from config.portal import secrets as sealed
from config.portal import standard_webhooks
from incidents.intake.body import Unreadable
from incidents.intake.kind import Kind, Signed
from incidents.intake.kinds import KINDS
from incidents.models import AlertSource, SourceToken, TokenUse
from incidents.queries.remembered import kept
from rosters.models import Person

UNSIGNED = (
    "{tool} did not sign this with the secret that stands here. Put the same one on both sides."
)
NOTED_EVERY = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)

_noted: dict[str, datetime] = {}


def digest(token: str) -> str:
    """What is stored of a source's token: it has 240 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(kind: str) -> str:
    """A new token: 240 random bits. In an address of e-mail case may be lost: it has none there."""
    known = KINDS.get(kind)
    if known is None or known.form is None:
        return secrets.token_urlsafe(30)
    return base64.b32encode(secrets.token_bytes(30)).decode().lower()


def issue_token(source: AlertSource, *, by: Person | None, now: datetime, token: str = "") -> str:
    """A new live token for the source; its text is returned once and not kept."""
    token = token or new_token(source.kind)
    SourceToken.objects.create(
        source=source, digest=digest(token), hint=token[-4:], created_at=now, created_by=by
    )
    return token


def source_for(token: str, *, kind: str) -> AlertSource | None:
    """The active source of this kind that a live token belongs to."""
    found = _live(digest(token), kind)
    return found.source if found else None


def note_used(token: str, *, kind: str, now: datetime) -> None:
    """It is known that a source has shown this token, to the minute; each process notes it once.

    Who rotates tokens sees by it which one the tool still shows.
    """
    found = _live(digest(token), kind)
    if found is None or now - _noted.get(found.digest, LONG_AGO) < NOTED_EVERY:
        return
    _noted[found.digest] = now
    with suppress(IntegrityError):  # it has just been deleted
        TokenUse.objects.bulk_create(
            [TokenUse(token=found, last_at=now)],
            update_conflicts=True,
            unique_fields=["token"],
            update_fields=["last_at"],
        )


@kept
def _live(digest: str, kind: str) -> SourceToken | None:
    """The live token of an active source of this kind, with its source."""
    return (
        SourceToken.objects.filter(
            digest=digest, revoked_at__isnull=True, source__kind=kind, source__is_active=True
        )
        .select_related("source")
        .first()
    )


def refuse_unsigned(
    source: AlertSource, kind: Kind, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> str:
    """A source with a secret takes only what is signed with it. Raises Unreadable (401).

    Returns the id that the signature covers; empty where there is no signature, or none in it.
    """
    if not source.sealed_secret:
        return ""
    if kind.why_not_signed:
        raise Unreadable(kind.why_not_signed, status=401)
    try:
        secret = sealed.decrypt(source.sealed_secret)
    except sealed.CannotRead:
        raise Unreadable(
            "Muster cannot read this source's secret any more. Make a new one.", status=401
        ) from None
    if kind.is_signed is not None:
        signed = Signed(body, headers, secret, now)
        why_not = None if kind.is_signed(signed) else UNSIGNED.format(tool=kind.name)
    else:
        why_not = standard_webhooks.why_not(secret, body=body, found=headers, now=now)
    if why_not:
        raise Unreadable(why_not, status=401)
    return headers[standard_webhooks.ID] if kind.is_signed is None else ""
