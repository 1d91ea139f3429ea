"""What would go wrong if one person took over from another, line by line, before it is done."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.front.logic.leaving import Kind, Place
from config.portal import words
from rosters.logic.coverage import Gap, gaps
from rosters.logic.readiness import Readiness
from rosters.models import Absence, Person, Roster
from rosters.queries import grid, people
from rosters.queries.directory import Wanted, load_directory

AHEAD = timedelta(days=30)
NIGHT_ENDS, NIGHT_BEGINS = 7, 22


@dataclass(frozen=True)
class Look:
    """Some rosters at one instant: the gaps of the next 30 days, and who is on call now."""

    gaps: Mapping[int, frozenset[Gap]]
    levels: Mapping[int, tuple[tuple[int, ...], ...]]

    def on_call(self, roster_id: int) -> set[int]:
        return {pk for level in self.levels.get(roster_id, ())[:2] for pk in level}


@dataclass(frozen=True)
class Rehearsal:
    """The rosters before and after what was chosen."""

    before: Look
    after: Look


@dataclass(frozen=True)
class Successor:
    """Somebody who takes over: where they are, and whether they can be called."""

    person: Person
    readiness: Readiness
    local: str
    is_night: bool
    away: str = ""


def look(roster_ids: Collection[int], *, now: datetime) -> Look:
    """These rosters as the resolver sees them; a constant number of queries."""
    if not roster_ids:
        return Look({}, {})
    ids, until = frozenset(roster_ids), now + AHEAD
    directory = load_directory(Wanted(roster_ids=ids), starts_at=now, ends_at=until)
    known = {pk: spec for pk, spec in directory.rosters.items() if pk in ids}
    return Look(
        {
            pk: frozenset(gaps(spec, directory.stretches(pk, starts_at=now, ends_at=until)))
            for pk, spec in known.items()
        },
        {pk: tuple(map(tuple, directory.levels(pk, at=now))) for pk in known},
    )


def successors(ids: Collection[int], *, reader: Person, now: datetime) -> list[Successor]:
    """Everybody who takes over, by name."""
    rows = people.with_contacts(Person.objects.filter(pk__in=set(ids)).order_by("full_name", "pk"))
    away: dict[int, Absence] = {}
    window = Absence.objects.filter(person__in=set(ids), ends_at__gt=now, starts_at__lt=now + AHEAD)
    for one in window.order_by("starts_at", "pk"):
        away.setdefault(one.person_id, one)
    zone = ZoneInfo(reader.time_zone)
    found = []
    for person in rows:
        local = now.astimezone(ZoneInfo(person.time_zone))
        absence = away.get(person.pk)
        found.append(
            Successor(
                person,
                people.readiness_of(person, now=now),
                f"{local:%H:%M} in {_city(person)}",
                is_night=not NIGHT_ENDS <= local.hour < NIGHT_BEGINS,
                away=words.period(absence.starts_at, absence.ends_at, zone=zone, now=now)
                if absence
                else "",
            )
        )
    return found


def _city(person: Person) -> str:
    return person.time_zone.rpartition("/")[2].replace("_", " ")


def notes(
    person: Person,
    taken: Sequence[tuple[Place, Person]],
    rehearsal: Rehearsal,
    *,
    reader: Person,
    now: datetime,
) -> dict[str, list[str]]:
    """What would go wrong, by the key of the place; what is fine has none."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, note in _of_cells(person, taken, now=now):
        found[key].append(note)
    zone = ZoneInfo(reader.time_zone)
    called: set[tuple[int, int]] = set()
    for place, new in taken:
        if place.roster_id is None:
            continue
        if (place.roster_id, new.pk) not in called:
            found[place.key] += _called_from_now(place.roster_id, new, rehearsal, now=now)
        if place.roster_id not in {roster_id for roster_id, _pk in called}:
            found[place.key] += _of_gaps(place, new, rehearsal, zone=zone, now=now)
        called.add((place.roster_id, new.pk))
    return {key: said for key, said in found.items() if said}


def _of_cells(
    person: Person, taken: Sequence[tuple[Place, Person]], *, now: datetime
) -> Iterator[tuple[str, str]]:
    """Contacts in which the successor stands already: two people would be one."""
    by_new: dict[Person, dict[int, str]] = defaultdict(dict)
    for place, new in taken:
        if place.kind == Kind.CELL:
            by_new[new][place.pk] = place.key
    for new, keys in by_new.items():
        for swap in grid.swaps(person, new, now=now, only=list(keys)):
            if swap.loses_backup:
                was_first = swap.entry.person_id == new.pk
                already = "is named first there already" if was_first else "is the backup there"
                yield (
                    keys[swap.entry.pk],
                    f"{new.full_name} {already}, so nobody would be backup.",
                )


def _called_from_now(
    roster_id: int, new: Person, rehearsal: Rehearsal, *, now: datetime
) -> Iterator[str]:
    if new.pk in rehearsal.after.on_call(roster_id) - rehearsal.before.on_call(roster_id):
        local = now.astimezone(ZoneInfo(new.time_zone))
        yield (
            f"{new.full_name} is on call from the moment you press. It is {local:%H:%M} in"
            f" {_city(new)}."
        )


def _of_gaps(
    place: Place, new: Person, rehearsal: Rehearsal, *, zone: ZoneInfo, now: datetime
) -> Iterator[str]:
    """The gaps of its roster that there are only afterwards: in the first level, behind it."""
    roster_id = place.roster_id or 0
    before, after = (
        one.gaps.get(roster_id, frozenset()) for one in (rehearsal.before, rehearsal.after)
    )
    for what, is_backup in (("on call", False), ("backup", True)):
        fresh = sorted(
            (gap for gap in after - before if gap.is_backup == is_backup),
            key=lambda gap: gap.starts_at,
        )
        if fresh:
            when = words.period(fresh[0].starts_at, fresh[0].ends_at, zone=zone, now=now)
            more = len(fresh) - 1
            times = f", and {more} more {'time' if more == 1 else 'times'} in 30 days"
            why = f" {new.full_name} is first on call there already." if is_backup else ""
            yield f"Nobody would be {what} for {place.title} {when}{times if more else ''}.{why}"


def rosters_of(places: Sequence[Place]) -> set[int]:
    """The rosters on which these places stand, that call people."""
    ids = {one.roster_id for one in places if one.roster_id is not None}
    return set(Roster.objects.filter(pk__in=ids, is_draft=False).values_list("pk", flat=True))
