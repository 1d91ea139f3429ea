"""The log of shifts: what really was, from the one resolver, up to now."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from rosters.logic import logged
from rosters.logic.logged import Entry
from rosters.models import Person, Roster, ShiftLog
from rosters.queries.directory import Wanted, load_directory

STEP = timedelta(days=14)
"""How much of the past one transaction writes at most."""
BATCH = 50
MOST_BATCHES = 200
EACH = timedelta(minutes=1)
Place = tuple[int, int, int, str]
"""Roster, person, level and reason: two entries that touch and share it are one shift."""


def write(*, now: datetime) -> int:
    """The log holds who was on call on every roster until the minute before `now`.

    A roster's log begins when it is first seen, or is no draft any more. What is logged is never
    written again: an override entered afterwards for the past changes nothing. After a pause it is
    caught up in batches. Any number of sweeps may run at once: each roster is one sweep's. Returns
    how many new entries there are.
    """
    until = now.replace(second=0, microsecond=0)
    _begin(now=until)
    made = 0
    for _ in range(MOST_BATCHES):
        wrote = _batch(until=until)
        if wrote is None:
            break
        made += wrote
    return made


def _begin(*, now: datetime) -> None:
    """What nobody logged yet is logged from here on; a draft is not logged."""
    Roster.objects.filter(is_draft=False, logged_until__isnull=True).update(logged_until=now)
    Roster.objects.filter(is_draft=True, logged_until__isnull=False).update(logged_until=None)


@transaction.atomic
def _batch(*, until: datetime) -> int | None:
    """The rosters that are furthest behind come one step closer; None when none is behind."""
    behind = Roster.objects.filter(logged_until__lte=until - EACH, is_draft=False)
    locked = behind.select_for_update(skip_locked=True, no_key=True)
    rosters = list(locked.order_by("logged_until", "pk")[:BATCH])
    if not rosters:
        return None
    begins = {one.pk: one.logged_until for one in rosters if one.logged_until}
    first = min(begins.values())
    ends_at = min(first + STEP, until)
    begins = {pk: at for pk, at in begins.items() if at < ends_at}
    directory = load_directory(
        Wanted(roster_ids=frozenset(begins)), starts_at=first, ends_at=ends_at
    )
    names = {one.pk: one.name for one in rosters}
    found = {
        pk: logged.entries(directory, pk, starts_at=at, ends_at=ends_at)
        for pk, at in begins.items()
    }
    made = _append(found, begins, names)
    Roster.objects.filter(pk__in=begins).update(logged_until=ends_at)
    return made


def _append(
    found: Mapping[int, Iterable[Entry]], begins: Mapping[int, datetime], names: Mapping[int, str]
) -> int:
    """What goes on is prolonged, and all else is new; returns how many are new."""
    running = _running(begins)
    prolonged: dict[datetime, list[int]] = {}
    fresh: list[tuple[int, Entry]] = []
    for roster, one in _each(found):
        place = (roster, one.person, one.level, str(one.source))
        pk = running.get(place) if one.starts_at == begins[roster] else None
        if pk is None:
            fresh.append((roster, one))
        else:
            prolonged.setdefault(one.ends_at, []).append(pk)
    for until, pks in prolonged.items():
        ShiftLog.objects.filter(pk__in=pks, ends_at__lt=until).update(ends_at=until)
    people = _names(one.person for _, one in fresh)
    ShiftLog.objects.bulk_create(
        ShiftLog(
            roster_id=roster,
            person_id=one.person,
            level=one.level,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            source=one.source,
            roster_name=names[roster],
            person_name=people[one.person],
        )
        for roster, one in fresh
    )
    return len(fresh)


def _each(found: Mapping[int, Iterable[Entry]]) -> Iterator[tuple[int, Entry]]:
    return ((roster, one) for roster, rows in found.items() for one in rows)


def _running(begins: Mapping[int, datetime]) -> dict[Place, int]:
    """The entries that end where the log of their roster stands, by place."""
    ending = ShiftLog.objects.filter(roster__in=begins, ends_at=F("roster__logged_until"))
    rows = ending.values_list("roster_id", "person_id", "level", "source", "pk")
    return {(roster, person, level, source): pk for roster, person, level, source, pk in rows}


def _names(people: Iterable[int]) -> dict[int, str]:
    wanted = Person.objects.filter(pk__in=set(people))
    return dict(wanted.values_list("pk", "full_name"))
