"""Calendars out and in: whose address one is, what it holds, and the lists of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from rosters.channels import ical
from rosters.logic import feeds as logic
from rosters.models import CalendarFeed, FeedToken, Layer, Person, Roster
from rosters.queries import shifts
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.tokens import digest


def live(*, now: datetime) -> QuerySet[FeedToken]:
    """Addresses that answer at `now`."""
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    return FeedToken.objects.filter(here, revoked_at__isnull=True)


def find(text: str, *, now: datetime) -> FeedToken | None:
    """The live calendar behind this secret address."""
    found = live(now=now).select_related("person", "roster")
    return found.filter(token_hash=digest(text)).first()


def calendar(feed: FeedToken, *, now: datetime) -> bytes:
    """The calendar as programs read it; a constant number of queries."""
    rosters = [feed.roster] if feed.roster else shifts.rosters_of(feed.person, since=_since(now))
    starts_at, ends_at = logic.window(now)
    looked_from = starts_at - logic.LOOK_BACK
    directory = load_directory(
        Wanted(roster_ids=frozenset(roster.pk for roster in rosters)),
        starts_at=looked_from,
        ends_at=ends_at,
    )
    found = [
        held
        for roster in rosters
        for held in logic.held(
            roster.pk,
            directory.stretches(roster.pk, starts_at=looked_from, ends_at=ends_at),
            since=starts_at,
        )
    ]
    if feed.roster:
        names = {person: spec.full_name for person, spec in directory.people.items()}
        entries = logic.of_roster(
            found, roster_name=feed.roster.name, names=names, address=_address(feed.roster)
        )
    else:
        entries = logic.of_person(
            [held for held in found if held.person == feed.person_id],
            rosters={roster.pk: (roster.name, _address(roster)) for roster in rosters},
        )
    return ical.write(
        title(feed),
        entries,
        host=urlsplit(settings.PUBLIC_URL).hostname or "muster",
        time_zone=feed.roster.time_zone if feed.roster else feed.person.time_zone,
        made_at=starts_at,
    )


def title(feed: FeedToken) -> str:
    """What a calendar program calls it."""
    return feed.roster.name if feed.roster else f"On call: {feed.person.full_name}"


def _since(now: datetime) -> datetime:
    return logic.window(now)[0] - logic.LOOK_BACK


def _address(roster: Roster) -> str:
    return f"{settings.PUBLIC_URL}{reverse('rosters:roster', args=[roster.slug])}"


@dataclass(frozen=True)
class Row:
    """One address as its owner and administrators see it."""

    feed: FeedToken
    is_live: bool


def rows(reader: Person, *, now: datetime) -> list[Row]:
    """The reader's addresses; for administrators everybody's. Live ones first, the newest first."""
    found = FeedToken.objects.select_related("person", "roster", "revoked_by")
    if not reader.is_superuser:
        found = found.filter(person=reader)
    alive = set(live(now=now).values_list("pk", flat=True))
    listed = [Row(one, one.pk in alive) for one in found.order_by("-created_at", "-pk")]
    return sorted(listed, key=lambda row: not row.is_live)


STALE_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Source:
    """A layer that a calendar elsewhere fills. `is_stale`: not read for a day, or never."""

    feed: CalendarFeed
    is_stale: bool
    shifts: int

    @property
    def layer(self) -> Layer:
        return self.feed.layer


def sources(roster: Roster, *, now: datetime) -> list[Source]:
    """The calendars that fill layers of the roster now, the first asked first; one query."""
    rows = CalendarFeed.objects.filter(layer__roster=roster, layer__valid_until__isnull=True)
    ahead = Count("shifts", filter=Q(shifts__ends_at__gt=now))
    found = rows.select_related("layer").annotate(ahead=ahead)
    return [
        Source(one, one.read_at is None or one.read_at <= now - STALE_AFTER, one.ahead)
        for one in found.order_by("layer__priority", "pk")
    ]
