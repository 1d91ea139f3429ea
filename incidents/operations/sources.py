"""Secrets of alert sources: shown once, stored as digests."""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache

from config.portal import secrets as sealed
from config.portal import standard_webhooks
from incidents.intake.body import Unreadable
from incidents.intake.kind import Kind, Signed
from incidents.models import AlertSource, SourceToken
from rosters.models import Person

logger = logging.getLogger(__name__)

MINUTE = 60


def digest(token: str) -> str:
    """What is stored of a source's token: it has 240 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(source: AlertSource, *, by: Person | None, now: datetime, token: str = "") -> str:
    """A new live token for the source; its text is returned once and not kept."""
    token = token or secrets.token_urlsafe(30)
    SourceToken.objects.create(
        source=source, digest=digest(token), hint=token[-4:], created_at=now, created_by=by
    )
    return token


def source_for(token: str, *, kind: str) -> AlertSource | None:
    """The active source of this kind that a live token belongs to."""
    return AlertSource.objects.filter(
        kind=kind, is_active=True, tokens__digest=digest(token), tokens__revoked_at__isnull=True
    ).first()


def is_over_rate(source: AlertSource, *, now: datetime) -> bool:
    """Whether the source has sent more in this minute than agreed. Without a cache: never."""
    key = f"intake-rate:{source.pk}:{int(now.timestamp()) // MINUTE}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        count: int = cache.incr(key)
    except Exception:  # the cache's client raises many kinds; counting must not lose an alert
        logger.warning("the rate of a source could not be counted", exc_info=True)
        return False
    return count > source.rate_per_minute


def refuse_unsigned(
    source: AlertSource, kind: Kind, body: bytes, headers: Mapping[str, str], *, now: datetime
) -> None:
    """A source with a secret takes only what is signed with it. Raises Unreadable (401)."""
    if not source.sealed_secret:
        return
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
