"""Tokens of the API: whose a text is, what its person may change, and the lists of them."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from rosters.logic import tokens as logic
from rosters.models import ApiToken, Person


@dataclass(frozen=True)
class Caller:
    """Who asks through the API: a person, through one of their tokens, at `now`."""

    token: ApiToken = field(compare=False)
    person: Person
    now: datetime

    def has(self, scope: str) -> bool:
        return scope in self.token.scopes

    @cached_property
    def _rights(self) -> frozenset[str]:
        return rights(self.person)

    def may(self, permission: str) -> bool:
        """Whether the person has this right in the admin: "rosters.change_service"."""
        return self.person.is_superuser or permission in self._rights

    @property
    def said(self) -> str:
        """Who acted, for a record: Amara Okafor through HR sync."""
        return f"{self.person.full_name} through {self.token.name}"


def digest(text: str) -> str:
    """What is stored of a token: it is random enough to need no salt."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find(text: str) -> ApiToken | None:
    """The token whose text this is, with its person, whether or not it still counts."""
    return ApiToken.objects.select_related("person").filter(token_hash=digest(text)).first()


def why_not_count(token: ApiToken, *, now: datetime) -> str | None:
    """Whether a token opens nothing any more."""
    standing = logic.Standing(
        token.name,
        token.person.full_name,
        token.expires_at,
        token.revoked_at,
        token.person.left_at,
    )
    return logic.why_not_count(standing, now=now)


def rights(person: Person) -> frozenset[str]:
    """What the person may do in the admin, given directly or by a group.

    Signing in is not asked for: a program's own person has these rights too.
    """
    given = Permission.objects.filter(Q(user=person) | Q(group__user=person)).distinct()
    pairs = given.values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{name}" for app, name in pairs)


def live(*, now: datetime) -> QuerySet[ApiToken]:
    """Tokens that open something at `now`."""
    return ApiToken.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        Q(person__left_at__isnull=True) | Q(person__left_at__gt=now),
        revoked_at__isnull=True,
    )


@dataclass(frozen=True)
class Row:
    """One token as its owner and administrators see it."""

    token: ApiToken
    why_not: str | None

    @property
    def is_live(self) -> bool:
        return self.why_not is None

    @property
    def scopes(self) -> list[str]:
        """What it may do, in words."""
        return [WORDS[scope] for scope in self.token.scopes if scope in WORDS]


WORDS = {
    logic.READ: "reads",
    logic.READ_NUMBERS: "reads numbers",
    logic.WRITE: "changes",
}


def rows(reader: Person, *, now: datetime) -> list[Row]:
    """The reader's tokens; for administrators everybody's. Live ones first, the newest first."""
    found = ApiToken.objects.select_related("person", "created_by", "revoked_by")
    if not reader.is_superuser:
        found = found.filter(person=reader)
    listed = [Row(one, why_not_count(one, now=now)) for one in found.order_by("-created_at", "-pk")]
    return sorted(listed, key=lambda row: not row.is_live)
