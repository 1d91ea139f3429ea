"""Layers that a calendar elsewhere fills: connecting one, reading it again and again, ending it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from config.portal import fetching, queue, secrets
from config.portal.refusals import Refused
from rosters.intake import ical
from rosters.intake.ical import EventRead
from rosters.logic import meant
from rosters.models import CalendarFeed, ImportedShift, Layer, Person, Roster
from rosters.operations.layering import because, locked

EVERY = timedelta(minutes=30)
LEASE = timedelta(minutes=5)
BACK, AHEAD = timedelta(days=1), timedelta(days=400)
BATCH = 20
MOST_SHIFTS = 5_000
NAMES_KEPT = 20


@dataclass(frozen=True)
class Source:
    """A calendar elsewhere, and the layer that it is to fill. Priority 1 is asked first."""

    name: str
    priority: int
    address: str


@transaction.atomic
def add(roster: Roster, source: Source, *, by: Person, now: datetime, reason: str = "") -> Layer:
    """The roster has a layer that this calendar fills, from `now` on; first read at the next sweep.

    A published roster asks for a reason. Raises Refused for those who may not, for a name that is
    taken, and for an address that cannot be read at all.
    """
    roster = locked(roster, by=by)
    if why_not := fetching.why_not(source.address, _errand()):
        raise Refused(why_not, about="address")
    here = Layer.objects.filter(roster=roster, valid_until__isnull=True)
    if here.filter(name__iexact=source.name).exists():
        raise Refused(f"This roster has a layer called {source.name} already.", about="name")
    with because(roster, by=by, now=now, reason=reason):
        layer = Layer.objects.create(
            roster=roster,
            name=source.name,
            priority=source.priority,
            valid_from=None if roster.is_draft else now,
        )
        _point(layer, source.address, now=now)
    queue.wake("muster.calendars")
    return layer


@transaction.atomic
def change_address(
    layer: Layer, address: str, *, by: Person, now: datetime, reason: str = ""
) -> CalendarFeed:
    """The layer is filled from another address. Raises Refused, as `add` does."""
    roster = locked(layer.roster, by=by)
    if why_not := fetching.why_not(address, _errand()):
        raise Refused(why_not)
    current = Layer.objects.filter(pk=layer.pk, valid_until__isnull=True, feed__isnull=False)
    found = current.first()
    if found is None:
        raise Refused("This layer has ended, or no calendar fills it.")
    with because(roster, by=by, now=now, reason=reason):
        feed = _point(found, address, now=now)
    queue.wake("muster.calendars")
    return feed


def _point(layer: Layer, address: str, *, now: datetime) -> CalendarFeed:
    feed, _ = CalendarFeed.objects.update_or_create(
        layer=layer,
        defaults={
            "sealed_url": secrets.encrypt(address),
            "host": fetching.host(address),
            "next_read_at": now,
            "failure": "",
            "unknown_names": [],
        },
    )
    return feed


def sweep(*, clock: Callable[[], datetime]) -> int:
    """Every calendar that is due has been read; returns how many. Any number may run at once."""
    done = 0
    while feeds := _claim(now=clock()):
        for feed in feeds:
            refresh(feed, clock=clock)
        done += len(feeds)
    return done


@transaction.atomic
def _claim(*, now: datetime) -> list[CalendarFeed]:
    due = CalendarFeed.objects.filter(
        next_read_at__lte=now, layer__valid_until__isnull=True
    ).order_by("next_read_at")
    feeds = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    claimed = [feed.pk for feed in feeds]
    CalendarFeed.objects.filter(pk__in=claimed).update(next_read_at=now + LEASE)
    return list(CalendarFeed.objects.select_related("layer__roster").filter(pk__in=claimed))


def _errand() -> fetching.Errand:
    return fetching.Errand(
        "a calendar",
        own_hosts=settings.CALENDAR_HOSTS,
        allowed_by="CALENDAR_HOSTS",
        accept="text/calendar, */*;q=0.1",
    )


def refresh(feed: CalendarFeed, *, clock: Callable[[], datetime]) -> None:
    """The shifts of this layer are what its calendar says now; if it cannot be read, as before."""
    try:
        content = fetching.fetch(secrets.decrypt(feed.sealed_url), _errand())
        now = clock()
        events = _events(feed, content, now=now)
    except (fetching.CannotFetch, secrets.CannotRead, ical.CannotRead) as error:
        _note_failure(feed, str(error), now=clock())
        return
    _keep(feed, events, now=now)


def _events(feed: CalendarFeed, content: bytes, *, now: datetime) -> list[EventRead]:
    zone = ZoneInfo(feed.layer.time_zone or feed.layer.roster.time_zone)
    return ical.read(content, zone=zone, starts_at=now - BACK, ends_at=now + AHEAD)


def _note_failure(feed: CalendarFeed, said: str, *, now: datetime) -> None:
    still = CalendarFeed.objects.filter(pk=feed.pk, sealed_url=feed.sealed_url)
    still.update(tried_at=now, failure=said[:300], next_read_at=now + EVERY)


@transaction.atomic
def _keep(feed: CalendarFeed, events: Sequence[EventRead], *, now: datetime) -> None:
    """Shifts that have ended stay; those to come are replaced.

    Nothing is kept when the layer got another address meanwhile.
    """
    mine = CalendarFeed.objects.select_for_update().filter(pk=feed.pk, sealed_url=feed.sealed_url)
    row = mine.first()
    if row is None:
        return
    row.unknown_names = _replace(row, events, now=now)
    row.tried_at = row.read_at = now
    row.next_read_at, row.failure = now + EVERY, ""
    row.save()


def _replace(feed: CalendarFeed, events: Iterable[EventRead], *, now: datetime) -> list[str]:
    known, unknown = _known(now=now), Counter[str]()
    shifts = []
    for event in events:
        found = meant.who(event.emails, event.title, known=known)
        unknown.update(found.unknown)
        shifts += [
            ImportedShift(
                feed=feed, person_id=person, starts_at=event.starts_at, ends_at=event.ends_at
            )
            for person in found.people
            if event.ends_at > now
        ]
    feed.shifts.filter(ends_at__gt=now).delete()
    ImportedShift.objects.bulk_create(shifts[:MOST_SHIFTS])
    return [name[:120] for name, _ in unknown.most_common(NAMES_KEPT)]


def _known(*, now: datetime) -> dict[str, int]:
    """People by full name and by e-mail, casefolded; names that several have are left out."""
    people = list(Person.objects.employed(now=now).values_list("pk", "full_name", "email"))
    names = Counter(name.casefold() for _, name, _ in people)
    known = {name.casefold(): pk for pk, name, _ in people if names[name.casefold()] == 1}
    return known | {email.casefold(): pk for pk, _, email in people if email}
