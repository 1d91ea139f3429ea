"""Secrets of alert sources: shown once, stored as digests."""

import hashlib
import secrets
from datetime import datetime

from incidents.models import AlertSource, SourceToken
from rosters.models import Person


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
