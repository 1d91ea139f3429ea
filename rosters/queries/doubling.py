"""Who of a roster is, or would be, first on call elsewhere at the same time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rosters.logic.bookings import double_bookings
from rosters.logic.directory import Directory, PersonSpec
from rosters.logic.rotation import Segment
from rosters.models import Roster
from rosters.queries.directory import Wanted, load_directory


@dataclass(frozen=True)
class Doubled:
    """One person, the names of the other rosters, and the first instant of it."""

    person: PersonSpec
    rosters: tuple[str, ...]
    starts_at: datetime


def doubled(
    roster: Roster,
    directory: Directory,
    ahead: Sequence[Segment],
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> tuple[Doubled, ...]:
    """Everybody whom the roster's stretches `ahead` name while a published roster does, by time.

    A constant number of queries; one alone where nobody takes turns elsewhere.
    """
    people = directory.rosters[roster.pk].people
    elsewhere = Roster.objects.filter(
        is_draft=False, layers__rotations__members__person__in=people
    ).exclude(pk=roster.pk)
    names = dict(elsewhere.distinct().values_list("pk", "name"))
    if not names:
        return ()
    window = {"starts_at": starts_at, "ends_at": ends_at}
    beside = load_directory(Wanted(roster_ids=frozenset(names)), **window)
    stretches = {pk: beside.stretches(pk, **window) for pk in names}
    where: dict[int, set[str]] = defaultdict(set)
    since: dict[int, datetime] = {}
    for one in double_bookings({**stretches, roster.pk: ahead}):
        if roster.pk in one.rosters:
            where[one.person] |= {names[pk] for pk in one.rosters if pk != roster.pk}
            since[one.person] = min(since.get(one.person, one.starts_at), one.starts_at)
    found = [Doubled(directory.people[pk], tuple(sorted(where[pk])), since[pk]) for pk in where]
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.person.full_name)))
