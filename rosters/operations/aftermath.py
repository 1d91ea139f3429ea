"""Whoever a change of a roster concerns is told what it changed for them, in one message.

What is said is what the resolver says before and after, so nobody reads of a shift that they do
not have, and nobody is told of what stayed as it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from config.portal import words
from rosters.logic.directory import Directory
from rosters.logic.effects import Effect, effects
from rosters.logic.rotation import Span
from rosters.models import Person, Roster
from rosters.operations import telling
from rosters.operations.absences import period
from rosters.operations.telling import Word
from rosters.queries.directory import Wanted, load_directory

AHEAD = timedelta(days=14)
"""Who is told of a change of the roster itself: whoever stands elsewhere this soon."""
BEYOND = timedelta(days=35)
"""How much further we look, so that the last shift named has its end."""
LISTED = 12

_watched: ContextVar[frozenset[int]] = ContextVar("watched_rosters", default=frozenset())


@dataclass
class Telling:
    """One change in the making. `key` ends what is said of it, once it is taken back."""

    roster: Roster
    by: Person
    why: str
    said: str
    window: Span
    until: datetime
    subject: str = ""
    key: str = field(default="")
    spares: int | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether nothing beyond the window can change, so that its end is a real one."""
        return self.until == self.window[1]


@contextmanager
def told(
    roster: Roster,
    *,
    by: Person,
    now: datetime,
    why: str = "",
    did: str = "changed who is on call for",
    said: str = "",
    subject: str = "",
    window: Span | None = None,
    spares_by: bool = True,
) -> Iterator[Telling]:
    """What is changed inside is told, once, to everybody whom it concerns; `spares_by`: but `by`.

    `window`: nothing else can change; without one the next two weeks count. `said` and `subject`
    stand instead of what `by` `did` and of what it means to the reader. In the caller's
    transaction, with the roster locked. Inside of another one for the same roster it says nothing.
    """
    first = max(now, window[0]) if window else now
    last = window[1] if window else now + AHEAD + BEYOND
    making = Telling(
        roster,
        by,
        why,
        said or f"{by.full_name} {did} {roster}.",
        (first, last),
        window[1] if window else now + AHEAD,
        subject,
        spares=by.pk if spares_by else None,
    )
    if roster.pk in _watched.get() or first >= last:
        yield making
        return
    before = _directory(making)
    token = _watched.set(_watched.get() | {roster.pk})
    try:
        yield making
    finally:
        _watched.reset(token)
    _tell(making, before, _directory(making), now=now)


def _directory(making: Telling) -> Directory:
    first, last = making.window
    wanted = Wanted(roster_ids=frozenset({making.roster.pk}))
    return load_directory(wanted, starts_at=first, ends_at=last)


def _tell(making: Telling, before: Directory, after: Directory, *, now: datetime) -> None:
    first, last = making.window
    old, new = (
        one.stretches(making.roster.pk, starts_at=first, ends_at=last) for one in (before, after)
    )
    by_person: dict[int, list[Effect]] = defaultdict(list)
    for one in effects(old, new):
        if one.starts_at < making.until and one.person != making.spares:
            by_person[one.person].append(one)
    people = Person.objects.in_bulk(by_person)
    for pk in sorted(by_person):
        word = _word(making, people[pk], by_person[pk], now=now)
        if any(one.is_urgent(now) for one in by_person[pk]):
            telling.wake(people[pk], word, after.contacts(pk, urgency="urgent"), now=now)
        else:
            telling.tell(people[pk], word, now=now)


def _word(making: Telling, reader: Person, found: Sequence[Effect], *, now: datetime) -> Word:
    said = {one.said for one in found}
    means = said.pop() if len(said) == 1 else "your shifts change"
    lines = [_line(making, one, reader, now=now) for one in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(f"And {len(found) - LISTED} more, which the roster shows.")
    listed = lines[0] if len(lines) == 1 else "\n".join(f"- {one}" for one in lines)
    why = f"\n\nWhy: {making.why.rstrip('.')}." if making.why else ""
    address = reverse("rosters:roster", args=[making.roster.slug])
    body = f"{making.said}\n\n{listed}{why}\n\n{settings.PUBLIC_URL}{address}"
    return Word(
        topic=f"r-{now:%d%H%M%S}-{sha256(body.encode()).hexdigest()[:8]}",
        topic_id=making.roster.pk,
        subject_key=making.key or f"roster:{making.roster.pk}",
        subject=making.subject or f"{making.roster}: {means}",
        body=body,
        about_key=f"roster:{making.roster.pk}",
        about_name=str(making.roster),
    )


def _line(making: Telling, one: Effect, reader: Person, *, now: datetime) -> str:
    said = one.said[0].upper() + one.said[1:]
    return f"{said}: {_when(making, one, reader, now=now)}."


def _when(making: Telling, one: Effect, reader: Person, *, now: datetime) -> str:
    zone = ZoneInfo(reader.time_zone)
    first, last = (words.short(at, zone=zone, now=now) for at in (one.starts_at, one.ends_at))
    aside = words.zone_aside(zone, now=now)
    if one.ends_at == making.window[1] and not making.is_bounded:
        return f"from now on ({aside})" if one.starts_at <= now else f"from {first} on ({aside})"
    if one.starts_at <= now:
        return f"from now until {last} ({aside})"
    return period(one.starts_at, one.ends_at, reader=reader, now=now)
