"""The letter about next week's shifts, as it will be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rosters.logic import outlook
from rosters.logic.walltime import instant
from rosters.models import Person
from rosters.queries.shifts import Shift


@dataclass(frozen=True)
class Outlook:
    """The next letter: when it leaves, which week it is about [since, until), and its shifts."""

    leaves_at: datetime
    since: datetime
    until: datetime
    shifts: tuple[Shift, ...]


def ahead(person: Person, shifts: Iterable[Shift], *, now: datetime) -> Outlook:
    """What the letter would say if nothing changed; `shifts` are the person's from `now` on."""
    zone = outlook.zone_of(person.time_zone)
    day = outlook.next_day(now, zone=zone)
    since, until = outlook.next_week(day, zone)
    return Outlook(
        instant(datetime.combine(day, outlook.AT), zone),
        since,
        until,
        tuple(
            one
            for one in shifts
            if one.starts_at < until and (one.ends_at is None or since < one.ends_at)
        ),
    )
