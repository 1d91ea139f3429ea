"""Tokens of the API: what they look like, what they may do, and whether one still counts. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX = "mu_"
"""What every token begins with, so that a log or a scanner knows one when it sees it."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LENGTH = 40
"""Characters after the prefix: 238 random bits."""
HINT_LENGTH = 8
GOOD_FOR = timedelta(days=365)
LONGEST = timedelta(days=730)
NOTED_EVERY = timedelta(minutes=1)
"""How often at most it is written down that a token was used."""

READ, READ_NUMBERS, WRITE = "read", "read_numbers", "write"


@dataclass(frozen=True)
class Standing:
    """What decides whether a token counts."""

    name: str
    holder: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    holder_left_at: datetime | None = None


def why_not_count(token: Standing, *, now: datetime) -> str | None:
    """Whether a token opens nothing any more, as a sentence for whoever sent it."""
    if token.expires_at is not None and token.expires_at <= now:
        return f"This token, “{token.name}”, has expired. Make a new one."
    if token.holder_left_at is not None and token.holder_left_at <= now:
        return f"{token.holder} has left, and this token with them. Ask for a new one."
    if token.revoked_at is not None:
        return f"This token, “{token.name}”, was revoked. Ask for a new one."
    return None


def why_not_scope(scopes: Collection[str], needed: str) -> str | None:
    """Whether a token lacks a scope."""
    if needed in scopes:
        return None
    return f"This token lacks the scope “{needed}”. It has: {', '.join(scopes) or 'none'}."


def why_not_issue(
    scopes: Collection[str], *, is_administrator: bool, is_for_self: bool
) -> str | None:
    """Whether somebody may make a token like this."""
    if not scopes:
        return "Choose what the token may do."
    if is_administrator:
        return None
    if not is_for_self:
        return "Only administrators can make a token for somebody else."
    if set(scopes) != {READ}:
        return "A token that you make for yourself may read. Ask an administrator for more."
    return None


def why_not_revoke(*, is_administrator: bool, is_own: bool) -> str | None:
    """Whether somebody may revoke a token."""
    if is_administrator or is_own:
        return None
    return "Only administrators can revoke a token of somebody else."
