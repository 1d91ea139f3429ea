"""Secrets of alert sources: shown once, stored as digests."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from config.portal import secrets as sealed
from config.portal import standard_webhooks
from incidents.intake.body import Unreadable
from incidents.intake.kind import Kind, Signed
from incidents.intake.kinds import KINDS
from incidents.models import AlertSource, SourceToken
from incidents.queries.remembered import kept
from rosters.models import Person


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
    return _source_of(digest(token), kind)


@kept
def _source_of(digest: str, kind: str) -> AlertSource | None:
    return AlertSource.objects.filter(
        kind=kind, is_active=True, tokens__digest=digest, tokens__revoked_at__isnull=True
    ).first()


def refuse_unsigned(
    source: AlertSource, kind: Kind, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> None:
    """A source with a secret takes only what is signed with it. Raises Unreadable (401)."""
    if not source.sealed_secret:
        return
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
        why_not = None if kind.is_signed(signed) else "The signature does not fit the body."
    else:
        why_not = standard_webhooks.why_not(secret, body=body, found=headers, now=now)
    if why_not:
        raise Unreadable(why_not, status=401)
