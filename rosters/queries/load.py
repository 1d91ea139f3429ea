"""What being on call on one roster costs its people: what really was, and what is planned.

Each reader sees the team's figures and their own row; who leads the team sees every row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from rosters.enums import Lane, MessageState
from rosters.logic import load as rules
from rosters.logic.bookings import shifts
from rosters.logic.directory import Directory
from rosters.logic.leading import Standing
from rosters.logic.load import Load, Place, Rest, Spread
from rosters.models import Message, Person, Roster, ShiftLog
from rosters.queries import leading
from rosters.queries.directory import Wanted, load_directory

WEEK = timedelta(weeks=1)
RESTS_AHEAD = 4 * WEEK
CALLED = (Lane.FIRST_CALL, Lane.ESCALATION)
EVEN = 2
"""Up to so many nights between the least and the most, the nights count as even."""
Spans = Mapping[int, list[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Figures:
    """What one person carries: first on call, as backup, and how often we called them."""

    first: Load
    backup: timedelta
    calls: int = 0
    night_calls: int = 0

    @property
    def backup_hours(self) -> float:
        return round(self.backup / timedelta(hours=1), 1)


@dataclass(frozen=True)
class Row:
    """One person on one roster, real and planned."""

    person: Person
    real: Figures
    planned: Figures


@dataclass(frozen=True)
class TeamFigure:
    """One figure over the team, without a name in it."""

    name: str
    real: Spread
    planned: Spread | None


@dataclass(frozen=True)
class ShortRest:
    """Too little rest, and the shift whose change would mend it: the one after it, half-open.

    `slug` is its roster; of several that begin at once, the one whose load is shown.
    """

    person: Person
    rest: Rest
    slug: str
    until: datetime


@dataclass(frozen=True)
class LoadPage:
    """The load of one roster for one reader. `rows` are those that the reader may see.

    `known_since`: from when on the log holds what really was. `rests` are short ones of the next
    four weeks, of those whose rows are shown.
    """

    roster: Roster
    weeks: int
    now: datetime
    rows: tuple[Row, ...]
    team: tuple[TeamFigure, ...]
    people: int
    rests: tuple[ShortRest, ...]
    more_rests: int
    standing: Standing
    known_since: datetime | None

    @property
    def nights(self) -> Spread:
        return next(one.real for one in self.team if one.name == "Nights")

    @property
    def is_even(self) -> bool:
        return self.nights.most - self.nights.least <= EVEN

    @property
    def has_past(self) -> bool:
        return any(one.real.total for one in self.team)


def of(roster: Roster, *, reader: Person, weeks: int, now: datetime) -> LoadPage:
    """The load of the last and of the next `weeks`; a constant number of queries."""
    since, until = now - weeks * WEEK, now + weeks * WEEK
    standing = leading.of(reader, roster)
    directory = _directory(roster, now=now, until=max(until, now + RESTS_AHEAD))
    log = _logged(roster, since=since, now=now)
    ahead = _planned(directory, roster.pk, starts_at=now, ends_at=until)
    spec = directory.rosters.get(roster.pk)
    ids = {*log[0], *log[1], *ahead[0], *ahead[1], *(spec.people if spec else ())}
    people = Person.objects.in_bulk(ids)
    calls = _calls(log[0], log[1], since=since, now=now)
    rows = [
        _row(person, log, ahead, calls.get(person.pk, []))
        for person in sorted(people.values(), key=lambda one: (one.full_name, one.pk))
    ]
    shown = tuple(one for one in rows if standing.sees_figures or one.person.pk == reader.pk)
    planned = _planned_on(directory, roster, ids, now=now)
    rests = _rests(planned, roster)
    mine = {one.person.pk for one in shown}
    first = ShiftLog.objects.filter(roster=roster).order_by("starts_at").first()
    return LoadPage(
        roster,
        weeks,
        now,
        shown,
        tuple(_team(rows)),
        len(rows),
        tuple(_short_rests([one for one in rests if one.person in mine], planned, people)),
        sum(one.person not in mine for one in rests),
        standing,
        first.starts_at if first else None,
    )


def _directory(roster: Roster, *, now: datetime, until: datetime) -> Directory:
    """This roster and every other one that shares somebody with it."""
    mine = Q(rotation_places__rotation__layer__roster=roster)
    mine |= Q(overrides__roster=roster, overrides__ends_at__gt=now)
    people = Person.objects.filter(mine).values("pk")
    shared = Q(layers__rotations__members__person__in=people) | Q(
        overrides__person__in=people, overrides__ends_at__gt=now
    )
    ids = set(Roster.objects.filter(shared).values_list("pk", flat=True)) | {roster.pk}
    return load_directory(Wanted(roster_ids=frozenset(ids)), starts_at=now, ends_at=until)


def _logged(roster: Roster, *, since: datetime, now: datetime) -> tuple[Spans, Spans]:
    """Who really was first on call, and who was behind them, by person; cut to the window."""
    first: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    behind: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = ShiftLog.objects.filter(roster=roster, ends_at__gt=since, starts_at__lt=now)
    for person, level, starts_at, ends_at in rows.order_by("starts_at", "pk").values_list(
        "person_id", "level", "starts_at", "ends_at"
    ):
        kept = first if level == 1 else behind
        kept[person].append((max(starts_at, since), min(ends_at, now)))
    return first, behind


def _planned(
    directory: Directory, roster_id: int, *, starts_at: datetime, ends_at: datetime
) -> tuple[Spans, Spans]:
    """The same as the resolver plans it."""
    first: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    behind: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in shifts(directory.stretches(roster_id, starts_at=starts_at, ends_at=ends_at)):
        (behind if one.level else first)[one.person].append((one.starts_at, one.ends_at))
    return first, behind


def _calls(
    first: Spans, behind: Spans, *, since: datetime, now: datetime
) -> dict[int, list[datetime]]:
    """When we called each person while they were on call here; once for each decision to call."""
    spans = {pk: [*first.get(pk, []), *behind.get(pk, [])] for pk in {*first, *behind}}
    found: dict[tuple[int, str, int], datetime] = {}
    sent = Message.objects.filter(
        person__in=spans, lane__in=CALLED, state=MessageState.SENT, sent_at__range=(since, now)
    )
    for person, topic, topic_id, at in sent.order_by("sent_at", "pk").values_list(
        "person_id", "topic", "topic_id", "sent_at"
    ):
        if at and any(begin <= at < end for begin, end in spans[person]):
            found.setdefault((person, topic, topic_id), at)
    by_person: dict[int, list[datetime]] = defaultdict(list)
    for (person, _, _), at in found.items():
        by_person[person].append(at)
    return by_person


def _row(
    person: Person, log: tuple[Spans, Spans], ahead: tuple[Spans, Spans], calls: list[datetime]
) -> Row:
    place = place_of(person)
    night = rules.at_night(calls, place.zone)
    return Row(
        person,
        _figures(person.pk, place, log, calls=len(calls), night_calls=night),
        _figures(person.pk, place, ahead),
    )


def _figures(
    pk: int, place: Place, spans: tuple[Spans, Spans], *, calls: int = 0, night_calls: int = 0
) -> Figures:
    backup = rules.load(spans[1].get(pk, ()), place).total
    return Figures(rules.load(spans[0].get(pk, ()), place), backup, calls, night_calls)


def place_of(person: Person) -> Place:
    """Where somebody lives, as far as their hours go."""
    return Place(ZoneInfo(person.time_zone), person.region)


def _team(everybody: Sequence[Row]) -> Iterable[TeamFigure]:
    """Over those who are first on call at times; who only stands behind them is not compared."""
    first = [one for one in everybody if one.real.first.total or one.planned.first.total]
    rows = first or everybody
    for name in ("Hours", "Nights", "Weekends", "Holidays"):
        real = [getattr(one.real.first, name.lower()) for one in rows]
        planned = [getattr(one.planned.first, name.lower()) for one in rows]
        yield TeamFigure(name, rules.spread(real), rules.spread(planned))
    yield TeamFigure("Calls", rules.spread(one.real.calls for one in rows), None)


def _planned_on(
    directory: Directory, roster: Roster, people: set[int], *, now: datetime
) -> dict[int, Spans]:
    """When these people are first on call soon, by roster; this one comes first."""
    found: dict[int, Spans] = {}
    for pk in sorted(directory.rosters, key=lambda one: (one != roster.pk, one)):
        first, _ = _planned(directory, pk, starts_at=now, ends_at=now + RESTS_AHEAD)
        found[pk] = {person: theirs for person, theirs in first.items() if person in people}
    return found


def _rests(planned: Mapping[int, Spans], roster: Roster) -> list[Rest]:
    """Where somebody of this roster has too little rest between two shifts, on any roster."""
    spans: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for first in planned.values():
        for person, theirs in first.items():
            spans[person] += theirs
    return rules.short_rests(spans, rule=timedelta(hours=roster.rest_hours))


def _short_rests(
    rests: Iterable[Rest], planned: Mapping[int, Spans], people: Mapping[int, Person]
) -> Iterable[ShortRest]:
    slugs = dict(Roster.objects.filter(pk__in=planned).values_list("pk", "slug"))
    for rest in rests:
        after = (
            (slugs[pk], ends_at)
            for pk, first in planned.items()
            for starts_at, ends_at in first.get(rest.person, ())
            if starts_at == rest.starts_at
        )
        yield ShortRest(people[rest.person], rest, *next(after))
