"""Who is on call now, for people who read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q

from rosters.logic.coverage import is_closed
from rosters.logic.directory import Directory
from rosters.models import Roster
from rosters.queries.directory import load_people
from rosters.queries.specs import load_rosters

LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Duty:
    """One roster at `now`. Without `first` nobody is on call.

    `is_closed`: nobody is meant to be on call at this hour. What only a page about it says is
    worked out when it is asked for: a thousand rosters are counted in half the time.
    """

    roster: Roster
    first: tuple[str, ...]
    backup: tuple[str, ...]
    first_ids: tuple[int, ...]
    zone: ZoneInfo
    now: datetime
    directory: Directory = field(repr=False, compare=False)
    is_closed: bool = False
    backup_ids: tuple[int, ...] = ()

    @property
    def is_gap(self) -> bool:
        return not (self.first or self.is_closed or self.roster.is_draft)

    @cached_property
    def until(self) -> datetime | None:
        """When who is first on call changes, if known; it reads nothing."""
        return self.directory.until(self.roster.pk, at=self.now, within=LOOK_AHEAD)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Of everybody who should be on call and is not, why: Mei Tan is away."""
        return _missing(self.roster, self.directory, now=self.now)


def on_call_overview(*, now: datetime) -> list[Duty]:
    """Every roster with who is on call at `now`, gaps first; a constant number of queries."""
    return _overview(Q(is_draft=False), now=now)


def duty_of(roster: Roster, *, now: datetime) -> Duty:
    """Who is on call on one roster at `now`."""
    return _overview(Q(pk=roster.pk), now=now)[0]


def first_of(roster: Roster, *, since: datetime, until: datetime) -> str | None:
    """The name of whoever was on call first in this time, backup or not; None if nobody was."""
    loaded = load_rosters({roster.pk}, starts_at=since, ends_at=until)[roster.pk]
    people = load_people(loaded.spec.people, starts_at=since, ends_at=until)
    directory = Directory(people=people, rosters={roster.pk: loaded.spec})
    for one in directory.stretches(roster.pk, starts_at=since, ends_at=until):
        for level in one.levels:
            return directory.people[level[0]].full_name
    return None


def _overview(which: Q, *, now: datetime) -> list[Duty]:
    ends_at = now + LOOK_AHEAD
    rosters = Roster.objects.filter(which).select_related("team").order_by("name", "pk")
    found = {roster.pk: roster for roster in rosters}
    loaded = load_rosters(found.keys(), starts_at=now, ends_at=ends_at)
    ids = set[int]().union(*(one.spec.people for one in loaded.values()))
    directory = Directory(
        people=load_people(ids, starts_at=now, ends_at=ends_at),
        rosters={pk: one.spec for pk, one in loaded.items()},
    )
    duties = [_duty(roster, directory, now=now) for roster in found.values()]
    return sorted(duties, key=lambda duty: not duty.is_gap)


def _duty(roster: Roster, directory: Directory, *, now: datetime) -> Duty:
    first, backup = (*directory.levels(roster.pk, at=now), (), ())[:2]
    spec = directory.rosters[roster.pk]
    return Duty(
        roster,
        _names(first, directory),
        _names(backup, directory),
        first,
        spec.zone,
        now,
        directory,
        is_closed=not first and is_closed(spec, at=now),
        backup_ids=backup,
    )


def _names(people: tuple[int, ...], directory: Directory) -> tuple[str, ...]:
    return tuple(directory.people[person].full_name for person in people)


def _missing(roster: Roster, directory: Directory, *, now: datetime) -> tuple[str, ...]:
    scheduled = directory.scheduled(roster.pk, at=now)
    reasons = {
        person: directory.why_not_reachable(person, at=now)
        for level in scheduled[:1]
        for person in level
    }
    return tuple(
        f"{directory.people[person].full_name} {reason}."
        for person, reason in reasons.items()
        if reason
    )
