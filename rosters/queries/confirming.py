"""Questions whether what Muster knows of somebody is right, and what is asked."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from rosters.enums import Channel
from rosters.models import ConfirmationRequest, ContactPoint, MatrixEntry, Person
from rosters.queries.lines import usable_channels

AGAIN_AFTER = timedelta(days=1)
"""Nobody is asked the same more often."""
WRITTEN = (Channel.EMAIL, Channel.SMS, Channel.CHAT, Channel.PUSH)
"""How somebody can be asked in writing, the best way first."""


def written_ways() -> list[Channel]:
    """Those of them that something carries."""
    carried = usable_channels()
    return [channel for channel in WRITTEN if channel in carried]


@dataclass(frozen=True)
class Asking:
    """What the page behind the link shows. `state`: open, right, wrong, or over."""

    request: ConfirmationRequest
    state: str
    cells: tuple[MatrixEntry, ...]

    @property
    def person(self) -> Person:
        return self.request.person


def digest(token: str) -> str:
    """What is stored of a token. Tokens have 55 random bits, so no salt is needed."""
    return hashlib.sha256(token.upper().encode()).hexdigest()


def find(token: str) -> ConfirmationRequest | None:
    """The question behind a link, or None when Muster never sent such a link."""
    found = ConfirmationRequest.objects.filter(token_hash=digest(token))
    return found.select_related("person", "asked_by").first()


def of(request: ConfirmationRequest, *, now: datetime) -> Asking:
    """What its page shows at `now`."""
    cells = cells_of(request.person, now=now)
    return Asking(request, _state(request, now=now), tuple(cells))


def _state(request: ConfirmationRequest, *, now: datetime) -> str:
    if request.answered_at is not None:
        return "right" if request.is_right else "wrong"
    return "over" if why_not_answer(request, now=now) else "open"


def why_not_answer(request: ConfirmationRequest, *, now: datetime) -> str | None:
    """Whether its link still takes an answer."""
    if now >= request.expires_at:
        return "This link is older than 14 days. You will get a new one when somebody asks again."
    if request.person.left_at is not None and request.person.left_at <= now:
        return "You are no longer named. You do not need to do anything."
    return None


@dataclass(frozen=True)
class AskedLately:
    """The last time that many were asked. `waiting` of them have not answered, `left` were not
    asked since yesterday."""

    at: datetime
    by: Person | None
    waiting: int
    left: int


def lately(person_ids: Collection[int], *, now: datetime) -> AskedLately | None:
    """Who of these was asked in the last day, and has not answered. One query."""
    rows = ConfirmationRequest.objects.filter(
        person__in=person_ids, answered_at__isnull=True, asked_at__gt=now - AGAIN_AFTER
    )
    found = list(rows.select_related("asked_by").order_by("-asked_at", "-pk"))
    if not found:
        return None
    newest = found[0]
    return AskedLately(
        newest.asked_at, newest.asked_by, len(found), len(set(person_ids)) - len(found)
    )


def mute(person_ids: Collection[int]) -> list[Person]:
    """Those of these people who cannot be asked in writing, by name. One query."""
    can = ContactPoint.objects.filter(channel__in=written_ways()).values("person_id")
    found = Person.objects.filter(pk__in=person_ids).exclude(pk__in=can)
    return list(found.order_by("full_name", "pk"))


def cells_of(person: Person, *, now: datetime) -> list[MatrixEntry]:
    """The cells in which the person comes first and that hold at `now`."""
    return cells_by_person([person.pk], now=now).get(person.pk, [])


def cells_by_person(person_ids: Collection[int], *, now: datetime) -> dict[int, list[MatrixEntry]]:
    """The same for many people in one query."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(begun, lasting, person__in=person_ids)
    found: dict[int, list[MatrixEntry]] = defaultdict(list)
    for entry in rows.select_related("role", "service", "team").order_by("role__name", "pk"):
        if entry.person_id:
            found[entry.person_id].append(entry)
    return dict(found)
