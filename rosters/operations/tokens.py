"""Making and revoking tokens of the API. The text of a token is shown once and never kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from config.portal.refusals import Refused, refuse_if
from rosters.logic import tokens as logic
from rosters.models import ApiToken, Person
from rosters.queries import tokens as reading


@dataclass(frozen=True)
class Wish:
    """What a token is to be. It acts for `person`; `expires_at` None: until it is revoked."""

    name: str
    person: Person
    scopes: Sequence[str]
    expires_at: datetime | None


@dataclass(frozen=True)
class Issued:
    """A new token and, this once, its text."""

    token: ApiToken
    text: str


@transaction.atomic
def issue(wish: Wish, *, by: Person, now: datetime) -> Issued:
    """A live token for the person; twice the same name is refused, so a second press makes none.

    Raises Refused.
    """
    why_not = logic.why_not_issue(
        wish.scopes, is_administrator=by.is_superuser, is_for_self=by.pk == wish.person.pk
    )
    refuse_if(why_not)
    person = Person.objects.select_for_update(no_key=True).get(pk=wish.person.pk)
    if person.left_at is not None and person.left_at <= now:
        raise Refused(f"{person.full_name} has left. Choose somebody else.")
    if reading.live(now=now).filter(person=person, name__iexact=wish.name).exists():
        raise Refused(
            f"{person.full_name} has a token of this name. Choose another name, or revoke that one"
            " first."
        )
    text = logic.PREFIX + "".join(secrets.choice(logic.LETTERS) for _ in range(logic.LENGTH))
    token = ApiToken.objects.create(
        name=wish.name,
        person=person,
        scopes=list(wish.scopes),
        token_hash=reading.digest(text),
        hint=text[: logic.HINT_LENGTH],
        created_at=now,
        created_by=by,
        expires_at=wish.expires_at,
    )
    return Issued(token, text)


def revoke(token: ApiToken, *, by: Person, now: datetime) -> ApiToken:
    """The token opens nothing from `now` on; doing it twice changes nothing. Raises Refused."""
    why_not = logic.why_not_revoke(
        is_administrator=by.is_superuser, is_own=token.person_id == by.pk
    )
    refuse_if(why_not)
    still = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True)
    still.update(revoked_at=now, revoked_by=by)
    token.refresh_from_db()
    return token


def note_used(token: ApiToken, *, now: datetime) -> None:
    """It is known that the token was used, to the minute."""
    last = token.last_used_at
    if last is not None and now - last < logic.NOTED_EVERY:
        return
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - logic.NOTED_EVERY)
    ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
