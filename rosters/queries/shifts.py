"""When one person is on call, across every roster; from the one resolver."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q

from rosters.logic.feeds import joined_by_person
from rosters.models import Person, Roster
from rosters.queries.directory import Wanted, load_directory

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Shift:
    """One stretch in which a person is first on call, or the backup. Half-open.

    `ends_at` None: it lasts as long as we look ahead. `is_now`: it has begun.
    """

    roster: Roster
    starts_at: datetime
    ends_at: datetime | None
    is_backup: bool
    is_now: bool = False


def shifts_of(person: Person, *, now: datetime, ahead: timedelta = MONTH) -> list[Shift]:
    """The person's shifts from `now` on, by time; a constant number of queries."""
    rosters = {roster.pk: roster for roster in rosters_of(person, since=now)}
    horizon = now + ahead
    wanted = Wanted(roster_ids=frozenset(rosters))
    directory = load_directory(wanted, starts_at=now, ends_at=horizon)
    found = [
        Shift(roster, one.starts_at, one.ends_at, one.level == 1)
        for roster in rosters.values()
        for one in joined_by_person(
            roster.pk, directory.stretches(roster.pk, starts_at=now, ends_at=horizon)
        )
        if one.person == person.pk and one.level <= 1
    ]
    return sorted(
        (
            replace(
                shift,
                ends_at=shift.ends_at if shift.ends_at != horizon else None,
                is_now=shift.starts_at == now,
            )
            for shift in found
        ),
        key=lambda shift: (shift.starts_at, shift.is_backup, shift.roster.name),
    )


def rosters_of(person: Person, *, since: datetime) -> list[Roster]:
    """The rosters on which the person may be on call at some time from `since` on, by name."""
    takes_turns = Q(layers__rotations__members__person=person)
    stands_in = Q(overrides__person=person, overrides__ends_at__gt=since)
    for_a_time = Q(
        temporary_schedules__shifts__person=person, temporary_schedules__ends_at__gt=since
    )
    from_elsewhere = Q(layers__feed__shifts__person=person, layers__feed__shifts__ends_at__gt=since)
    anywhere = takes_turns | stands_in | for_a_time | from_elsewhere
    return list(Roster.objects.filter(anywhere).distinct().order_by("name", "pk"))
