"""What makes a call go astray: stale cells, failing numbers, sole holders, leavers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from django.db.models import F, Q

from rosters.logic.standing import STALE_AFTER, Fault
from rosters.models import ContactPoint, MatrixEntry, Membership, Person
from rosters.queries import contact_index, contacts
from rosters.queries.contact_index import Cell, Index


class Kind(StrEnum):
    """What was found, the most urgent first."""

    VACANT = "vacant"
    LEFT = "left"
    FAILING = "failing"
    STALE = "stale"
    ALONE = "alone"


HEADINGS = {
    Kind.VACANT: "Nobody is named",
    Kind.LEFT: "Left the company and still named",
    Kind.FAILING: "A number or address fails",
    Kind.STALE: "Not confirmed for 90 days",
    Kind.ALONE: "One person alone, without a backup",
}
DAYS = {Kind.VACANT: 7, Kind.LEFT: 3, Kind.FAILING: 3, Kind.STALE: 14, Kind.ALONE: 30}
"""How many days its owner has, from when it became so."""
SHOWN = 100
"""How many of one kind are shown."""
TOLD = frozenset({Fault.LEFT, Fault.NEVER, Fault.STALE, Fault.ALONE})
"""What a cell's owner is told of."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend: what, whose it is, and until when."""

    kind: Kind
    title: str
    detail: str
    owner: Person | None
    due_on: date
    person: Person | None = None


@dataclass(frozen=True)
class Group:
    """Everything of one kind: how many there are, and the first of them by date."""

    heading: str
    total: int
    findings: tuple[Finding, ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.findings)


@dataclass(frozen=True)
class Audit:
    """Everything to mend, the most urgent first.

    `to_ask` are the cells, by primary key, whose people can say whether they are right.
    """

    groups: tuple[Group, ...]
    to_ask: tuple[int, ...]
    people_to_ask: int

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


class Clue(NamedTuple):
    """One thing to mend, before anybody reads it: its place in the order, and what it is about."""

    due_on: date
    title: str
    kind: Kind
    cell_id: int = 0
    person_id: int = 0
    point_id: int = 0
    team_id: int | None = None

    @property
    def order(self) -> tuple[date, str]:
        return (self.due_on, self.title)


def load(*, now: datetime) -> Audit:
    """The audit at `now`; a constant number of queries."""
    index = contact_index.load(now=now)
    clues: dict[Kind, list[Clue]] = {kind: [] for kind in Kind}
    points = _failing_points(index)
    for clue in chain(_vacancies(index), _of_cells(index), _failing(index, points)):
        clues[clue.kind].append(clue)
    first = {kind: nsmallest(SHOWN, found, key=_order) for kind, found in clues.items()}
    read = _read([clue for found in first.values() for clue in found], points, now=now)
    groups = (
        Group(HEADINGS[kind], len(clues[kind]), tuple(_finding(clue, read) for clue in found))
        for kind, found in first.items()
        if found
    )
    to_ask = [
        one
        for one in index.cells
        if one.faults & {Fault.NEVER, Fault.STALE}
        and one.person_id is not None
        and one.person_id not in index.left_at
    ]
    return Audit(
        tuple(groups),
        tuple(one.pk for one in index.ordered(to_ask)),
        len({one.person_id for one in to_ask}),
    )


def entries(pks: Sequence[int], *, now: datetime) -> list[MatrixEntry]:
    """These cells in this order, with whoever they name."""
    known = contacts.held(pks, now=now)
    return [known[pk].entry for pk in pks if pk in known]


def _order(clue: Clue) -> tuple[date, str]:
    return clue.order


def _vacancies(index: Index) -> Iterable[Clue]:
    due_on = _due(Kind.VACANT, index.now)
    for role, service in index.vacancies:
        title = f"{service.name}, {role.name}"
        yield Clue(due_on, title, Kind.VACANT, team_id=service.owner_team_id)


def _of_cells(index: Index) -> Iterable[Clue]:
    roles = {role.pk: role.name for role in index.roles}
    due_alone = _due(Kind.ALONE, index.now)
    for cell in index.ordered(one for one in index.cells if one.faults & TOLD):
        about = _about(index, cell)
        title = f"{about[:1].upper()}{about[1:]}, {roles[cell.role_id]}"
        if Fault.LEFT in cell.faults:
            for pk in cell.named:
                if pk in index.left_at:
                    due_on = _due(Kind.LEFT, index.left_at[pk])
                    yield Clue(due_on, title, Kind.LEFT, cell.pk, pk)
        elif cell.faults & {Fault.NEVER, Fault.STALE}:
            since = cell.confirmed_at + STALE_AFTER if cell.confirmed_at else index.now
            yield Clue(_due(Kind.STALE, since), title, Kind.STALE, cell.pk)
        if Fault.ALONE in cell.faults and Fault.LEFT not in cell.faults:
            yield Clue(due_alone, title, Kind.ALONE, cell.pk)


def _about(index: Index, cell: Cell) -> str:
    """What it is for: a service, a team or the whole company."""
    if cell.service_id:
        return index.about(cell)
    return f"the {index.about(cell)} team" if cell.team_id else "the whole company"


def _failing_points(index: Index) -> dict[int, ContactPoint]:
    """Points of people who are named, whose last message did not arrive."""
    since_test = Q(last_tested_at__isnull=True) | Q(last_failed_at__gt=F("last_tested_at"))
    points = ContactPoint.objects.filter(since_test, last_failed_at__isnull=False).order_by("pk")
    here = {pk for pk in index.named if not index.has_left(pk)}
    return {one.pk: one for one in points if one.person_id in here}


def _failing(index: Index, points: Mapping[int, ContactPoint]) -> Iterable[Clue]:
    """Never the address itself."""
    for point in points.values():
        due_on = _due(Kind.FAILING, point.last_failed_at or index.now)
        title = f"{index.names[point.person_id]}, {point.get_channel_display().lower()}"
        yield Clue(due_on, title, Kind.FAILING, person_id=point.person_id, point_id=point.pk)


@dataclass(frozen=True)
class _Read:
    """What the findings that are shown need in full."""

    entries: Mapping[int, MatrixEntry]
    people: Mapping[int, Person]
    points: Mapping[int, ContactPoint]
    leads: Mapping[int, Person]
    teams: Mapping[int, int]


def _read(clues: Sequence[Clue], points: Mapping[int, ContactPoint], *, now: datetime) -> _Read:
    people = {clue.person_id for clue in clues if clue.person_id}
    rows = Membership.objects.filter(person__in=people).order_by("-pk")
    known = contacts.held({clue.cell_id for clue in clues if clue.cell_id}, now=now)
    return _Read(
        {pk: one.entry for pk, one in known.items()},
        Person.objects.in_bulk(people),
        points,
        _leads(now=now),
        dict(rows.values_list("person_id", "team_id")),
    )


def _leads(*, now: datetime) -> dict[int, Person]:
    """Who leads each team, the first by name."""
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    rows = Membership.objects.filter(here, is_lead=True).select_related("person")
    found: dict[int, Person] = {}
    for row in rows.order_by("person__full_name", "pk"):
        found.setdefault(row.team_id, row.person)
    return found


def _finding(clue: Clue, read: _Read) -> Finding:
    """A clue as people read it."""
    person = read.people.get(clue.person_id)
    if clue.kind == Kind.VACANT:
        owner, detail = read.leads.get(clue.team_id or 0), "Every service needs one."
    elif clue.kind == Kind.FAILING:
        owner = read.leads.get(read.teams.get(clue.person_id, 0)) or person
        detail = read.points[clue.point_id].last_failure
    else:
        entry = read.entries[clue.cell_id]
        team_id = entry.service.owner_team_id if entry.service else entry.team_id
        owner = read.leads.get(team_id or 0) or entry.confirmed_by
        person, detail = person or entry.person, _detail(clue.kind, entry, person)
    return Finding(clue.kind, clue.title, detail, owner, clue.due_on, person)


def _detail(kind: Kind, entry: MatrixEntry, gone: Person | None) -> str:
    if kind == Kind.LEFT:
        return f"{gone} is still named."
    if kind == Kind.ALONE:
        return f"{entry.person} has nobody behind them."
    said = "never confirmed."
    if entry.confirmed_at:
        said = f"confirmed on {entry.confirmed_at:%-d %B}."
    return f"{entry.person or entry.roster}: {said}"


def _due(kind: Kind, since: datetime) -> date:
    return (since + timedelta(days=DAYS[kind])).date()
