"""Making and ending calendar addresses. The address is shown once; only its hash is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from config.portal.refusals import refuse_if
from rosters.logic import feeds as logic
from rosters.models import FeedToken, Person, Roster
from rosters.queries import feeds as reading
from rosters.queries.tokens import digest

NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Made:
    """A new calendar address and, this once, the secret in it."""

    feed: FeedToken
    text: str


@transaction.atomic
def make(roster: Roster | None, *, name: str, by: Person, now: datetime) -> Made:
    """An address for the shifts of `by`, or of one roster. Raises Refused."""
    person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    here = reading.live(now=now).filter(person=person)
    why_not = logic.why_not_make(
        live=here.count(),
        is_own=True,
        is_administrator=person.is_superuser,
        has_left=person.left_at is not None and person.left_at <= now,
    )
    refuse_if(why_not)
    text = "".join(secrets.choice(logic.LETTERS) for _ in range(logic.LENGTH))
    feed = FeedToken.objects.create(
        person=person,
        roster=roster,
        name=name,
        token_hash=digest(text),
        hint=text[: logic.HINT_LENGTH],
        created_at=now,
    )
    return Made(feed, text)


def end(feed: FeedToken, *, by: Person, now: datetime) -> None:
    """The address answers nothing from `now` on; doing it twice changes nothing. Raises Refused."""
    refuse_if(logic.why_not_end(is_own=feed.person_id == by.pk, is_administrator=by.is_superuser))
    still = FeedToken.objects.filter(pk=feed.pk, revoked_at__isnull=True)
    still.update(revoked_at=now, revoked_by=by)


def note_used(feed: FeedToken, *, now: datetime) -> None:
    """It is known that the calendar was read, to the hour."""
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - NOTED_EVERY)
    FeedToken.objects.filter(long_ago, pk=feed.pk).update(last_used_at=now)
