"""The whole contact matrix at a glance: who is named where and what is wrong, without the rows.

Values only, so that thousands of services take a fraction of a second; what a page shows of them is
then read in full by `rosters.queries.contacts`. A constant number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q

from rosters.logic import standing
from rosters.logic.matrix import Place
from rosters.logic.standing import STALE_AFTER, URGENT, Facts, Fault
from rosters.models import Absence, MatrixEntry, Person, Roster, Service, StakeholderRole, Team

LAST = 10**9
"""Where no service, team or severity stands in an order: at the end."""
SOMEBODY = 0
"""Anybody about whom there is nothing to say: they are here, and not away."""


@dataclass(frozen=True)
class Asked:
    """What a reader narrows the matrix to."""

    q: str = ""
    team: str = ""
    fault: str = ""
    sort: str = "-attention"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.team or self.fault)

    @property
    def is_chosen(self) -> bool:
        """Something beside the search was chosen."""
        return bool(self.team or self.fault)


SORTS = ("name", "-name", "tier", "-attention")


class Named(NamedTuple):
    """A service as far as lists order and search it."""

    pk: int
    name: str
    slug: str
    tier: int
    owner_team_id: int
    customer_impact: str


class Cell(NamedTuple):
    """One cell that holds now, and what is wrong with it."""

    pk: int
    role_id: int
    service_id: int | None
    team_id: int | None
    severity: int | None
    and_worse: bool
    hours_id: int | None
    person_id: int | None
    backup_id: int | None
    roster_id: int | None
    confirmed_at: datetime | None
    faults: frozenset[Fault] = frozenset()

    @property
    def needs_attention(self) -> bool:
        return bool(self.faults & URGENT)

    @property
    def named(self) -> list[int]:
        """Who is named: the person, then the backup."""
        return [pk for pk in (self.person_id, self.backup_id) if pk is not None]


CELL = Cell._fields[:-1]


class Row(NamedTuple):
    """One service: the cell that answers in each column, and what is wrong in all of them."""

    service: Named
    answers: tuple[Cell | None, ...]
    faults: frozenset[Fault]
    attention: int


class Vacancy(NamedTuple):
    """A role that a service should have somebody for and has not."""

    role: StakeholderRole
    service: Named


class Leaver(NamedTuple):
    """Somebody who has left and is still named."""

    person: Person
    cells: tuple[Cell, ...]


class Filled(NamedTuple):
    """One role with the cells and the vacancies that fit."""

    role: StakeholderRole
    cells: list[Cell]
    vacant: list[Named]


@dataclass(frozen=True)
class Index:
    """Everything that holds at `now`, as values; services by name."""

    now: datetime
    services: Mapping[int, Named]
    teams: Mapping[int, Team]
    roles: tuple[StakeholderRole, ...]
    cells: tuple[Cell, ...]
    names: Mapping[int, str]
    rosters: Mapping[int, str]
    left_at: Mapping[int, datetime]
    leavers: tuple[Leaver, ...] = ()

    @property
    def held(self) -> tuple[Cell, ...]:
        """Every cell, each once."""
        return self.cells

    @cached_property
    def named(self) -> frozenset[int]:
        """Everybody whom a cell names, whether or not they are still here."""
        pairs = ((one.person_id, one.backup_id) for one in self.cells)
        return frozenset(pk for pair in pairs for pk in pair if pk is not None)

    @cached_property
    def _urgent(self) -> frozenset[frozenset[Fault]]:
        """What cells have wrong that needs attention; thousands of cells share a few."""
        every = {one.faults for one in self.cells}
        return frozenset(faults for faults in every if faults & URGENT)

    @cached_property
    def used_roles(self) -> frozenset[int]:
        """The roles that differ by service or team."""
        return frozenset(one.role_id for one in self.cells if one.service_id or one.team_id)

    @cached_property
    def columns(self) -> tuple[StakeholderRole, ...]:
        """Those, and what every service needs and nobody fills for the company."""
        filled = {one.role_id for one in self.cells if not one.service_id and not one.team_id}
        return tuple(
            role
            for role in self.roles
            if role.pk in self.used_roles or (role.is_needed and role.pk not in filled)
        )

    @cached_property
    def _always(self) -> dict[tuple[int | None, int | None], dict[int, Cell]]:
        """By service and team, then by role: the cells that hold at every severity and hour.

        The database keeps one a square.
        """
        found: dict[tuple[int | None, int | None], dict[int, Cell]] = defaultdict(dict)
        for one in self.cells:
            if not one.severity and not one.hours_id:
                found[one.service_id, one.team_id][one.role_id] = one
        return dict(found)

    @cached_property
    def _at_times(self) -> dict[Place, list[Cell]]:
        """Those that hold at a severity or in some hours."""
        found: dict[Place, list[Cell]] = defaultdict(list)
        for one in self.cells:
            if one.severity or one.hours_id:
                found[one.role_id, one.service_id, one.team_id].append(one)
        return found

    def _others(self, role_id: int, service: Named, answer: Cell | None) -> Iterable[Cell]:
        """The cells at a severity or in some hours that answer before it, or where nobody does."""
        find = self._at_times.get
        yield from find((role_id, service.pk, None), ())
        if answer is None or not answer.service_id:
            yield from find((role_id, None, service.owner_team_id), ())
        if answer is None or not (answer.service_id or answer.team_id):
            yield from find((role_id, None, None), ())

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every service, by name."""
        at_times = {role_id for role_id, _, _ in self._at_times}
        changing = [
            (place, role.pk) for place, role in enumerate(self.columns) if role.pk in at_times
        ]
        above = {pk: self._above(pk) for pk in self.teams}
        return tuple(
            self._row(service, above[service.owner_team_id], changing)
            for service in self.services.values()
        )

    def _above(self, team_id: int) -> tuple[Cell | None, ...]:
        """What answers in each column for a service of this team that has no cell of its own."""
        team, company = (self._always.get((None, pk), {}) for pk in (team_id, None))
        return tuple(team.get(role.pk) or company.get(role.pk) for role in self.columns)

    def _row(
        self,
        service: Named,
        above: tuple[Cell | None, ...],
        changing: Sequence[tuple[int, int]],
    ) -> Row:
        """The nearest cell answers, as in `rosters.logic.matrix`: the tests compare the two.

        `changing` are the columns, with their roles, in which other cells may hold at times.
        """
        own = self._always.get((service.pk, None), {})
        answers = tuple(
            own.get(role.pk) or cell for role, cell in zip(self.columns, above, strict=True)
        )
        found = [one for one in answers if one is not None]
        for place, role_id in changing:
            found += self._others(role_id, service, answers[place])
        faults = set[Fault]().union(*(one.faults for one in found))
        attention = sum(one.faults in self._urgent for one in found)
        if None in answers:
            vacant = sum(answers[place] is None for place in self._needed)
            attention += vacant
            if vacant:
                faults.add(Fault.VACANT)
        named = [self.names[one.person_id] for one in answers if one and one.person_id]
        if len(set(named)) < len(named):
            faults.add(Fault.TWICE)
        return Row(service, answers, frozenset(faults), attention)

    @cached_property
    def _needed(self) -> tuple[int, ...]:
        """The columns that every service should have somebody in."""
        return tuple(place for place, role in enumerate(self.columns) if role.is_needed)

    @cached_property
    def vacancies(self) -> tuple[Vacancy, ...]:
        """Each service and role that should be filled and is not."""
        return tuple(
            Vacancy(role, row.service)
            for row in self.rows
            if Fault.VACANT in row.faults
            for role, cell in zip(self.columns, row.answers, strict=True)
            if cell is None and role.is_needed
        )

    @cached_property
    def counts(self) -> Counter[Fault]:
        """How many cells have each fault; vacancies are squares without a cell."""
        found = Counter(fault for one in self.cells for fault in one.faults)
        found[Fault.VACANT] = len(self.vacancies)
        found[Fault.TWICE] = sum(Fault.TWICE in row.faults for row in self.rows)
        return found

    @cached_property
    def in_order(self) -> int:
        """Cells that were confirmed in the last 90 days by people who are here."""
        return sum(one.faults not in self._urgent for one in self.cells)

    @property
    def attention(self) -> int:
        return len(self.vacancies) + len(self.cells) - self.in_order

    @cached_property
    def _orders(self) -> tuple[dict[int, int], dict[int | None, int], dict[int | None, int]]:
        """Where each role, service and team stands."""
        roles = {role.pk: place for place, role in enumerate(self.roles)}
        return roles, _places(self.services), _places(self.teams)

    def ordered(self, cells: Iterable[Cell]) -> list[Cell]:
        """By role, then by service, by team, and the worst severity first."""
        roles, services, teams = self._orders
        return sorted(
            cells,
            key=lambda one: (
                roles[one.role_id],
                services[one.service_id],
                teams[one.team_id],
                one.severity or LAST,
                one.pk,
            ),
        )

    @cached_property
    def by_person(self) -> dict[int, list[Cell]]:
        """Everybody who is named, by name, each with every cell that names them."""
        return self.holders_in(self.cells)

    def holders_in(self, cells: Iterable[Cell]) -> dict[int, list[Cell]]:
        """Everybody whom these cells name, by name."""
        found: dict[int, list[Cell]] = defaultdict(list)
        for one in self.ordered(cells):
            for pk in one.named:
                found[pk].append(one)
        return dict(sorted(found.items(), key=lambda pair: self.names[pair[0]]))

    def has_left(self, person_id: int) -> bool:
        left_at = self.left_at.get(person_id)
        return left_at is not None and left_at <= self.now

    def about(self, cell: Cell) -> str:
        """The service or team that it is for."""
        if cell.service_id:
            return self.services[cell.service_id].name
        return self.teams[cell.team_id].name if cell.team_id else "everything"


def _places(known: Iterable[int]) -> dict[int | None, int]:
    places: dict[int | None, int] = {pk: place for place, pk in enumerate(known)}
    places[None] = LAST
    return places


def load(*, now: datetime) -> Index:
    """The whole matrix at `now`; eight queries."""
    people = list(Person.objects.values_list("pk", "full_name", "left_at"))
    left_at = {pk: at for pk, _, at in people if at is not None}
    services = Service.objects.order_by("name", "pk").values_list(*Named._fields)
    found = Index(
        now=now,
        services={row[0]: Named(*row) for row in services},
        teams={team.pk: team for team in Team.objects.order_by("name", "pk")},
        roles=tuple(StakeholderRole.objects.order_by("order", "name", "pk")),
        cells=_cells(left_at, now=now),
        names={pk: name for pk, name, _ in people},
        rosters=dict(Roster.objects.values_list("pk", "name")),
        left_at=left_at,
    )
    return replace(found, leavers=_leavers(found))


def _cells(left_at: Mapping[int, datetime], *, now: datetime) -> tuple[Cell, ...]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    faults = _judge(left_at, now=now)
    rows = MatrixEntry.objects.filter(begun, lasting).order_by("pk").values_list(*CELL)
    return tuple(Cell._make((*row, faults(*row[7:]))) for row in rows)


Judge = Callable[[int | None, int | None, int | None, datetime | None], frozenset[Fault]]


def _judge(left_at: Mapping[int, datetime], *, now: datetime) -> Judge:
    """What is wrong with a cell; asked once for all cells of which the same can be said."""
    away = {
        pk: ((starts_at, ends_at),)
        for pk, starts_at, ends_at in Absence.objects.filter(
            starts_at__lte=now, ends_at__gt=now
        ).values_list("person_id", "starts_at", "ends_at")
    }
    special = left_at.keys() | away.keys()
    stale_since = now - STALE_AFTER
    known: dict[object, frozenset[Fault]] = {}

    def judge(
        person: int | None, backup: int | None, roster: int | None, confirmed_at: datetime | None
    ) -> frozenset[Fault]:
        one = person if person is None or person in special else SOMEBODY
        other = backup if backup is None or backup in special else SOMEBODY
        is_stale = None if confirmed_at is None else confirmed_at < stale_since
        key = (one, other, roster is None, is_stale)
        if key not in known:
            facts = Facts(one, other, roster is not None, confirmed_at)
            known[key] = standing.faults(facts, is_needed=True, left_at=left_at, away=away, now=now)
        return known[key]

    return judge


def _leavers(index: Index) -> tuple[Leaver, ...]:
    cells = [one for one in index.cells if Fault.LEFT in one.faults]
    named = {pk for one in cells for pk in one.named if index.has_left(pk)}
    people = Person.objects.in_bulk(named)
    holders = index.holders_in(one for one in cells if named.intersection(one.named))
    return tuple(Leaver(people[pk], tuple(cells)) for pk, cells in holders.items() if pk in people)


def services(index: Index, asked: Asked) -> list[int]:
    """The services that fit, in the order asked for."""
    wanted = asked.q.lower()
    says = _said(index)
    found = [
        row
        for row in index.rows
        if (not asked.team or index.teams[row.service.owner_team_id].slug == asked.team)
        and _has(row.faults, asked.fault)
        and (not wanted or _in_row(index, row, wanted, says))
    ]
    key: Callable[[Row], Any] = KEYS.get(asked.sort, _by_name)
    return [row.service.pk for row in sorted(found, key=key, reverse=asked.sort == "-name")]


Said = Callable[[Cell], str]


def _said(index: Index) -> Said:
    """The names in a cell, in small letters."""

    def said(cell: Cell) -> str:
        names = [index.names[pk] for pk in cell.named]
        names += [index.rosters[cell.roster_id]] if cell.roster_id else []
        return " ".join(names).lower()

    return said


def _in_row(index: Index, row: Row, wanted: str, said: Said) -> bool:
    service = row.service
    team = index.teams[service.owner_team_id]
    if wanted in f"{service.name} {team.name} {service.customer_impact}".lower():
        return True
    return any(
        wanted in (f"{role.name.lower()} {said(cell)}" if cell else role.name.lower())
        for role, cell in zip(index.columns, row.answers, strict=True)
    )


def _by_name(row: Row) -> str:
    return row.service.name


def _by_tier(row: Row) -> tuple[int, str]:
    return (row.service.tier, row.service.name)


def _by_attention(row: Row) -> tuple[bool, bool, int, str]:
    return (
        Fault.VACANT not in row.faults,
        Fault.LEFT not in row.faults,
        -row.attention,
        row.service.name,
    )


KEYS: dict[str, Callable[[Row], Any]] = {"tier": _by_tier, "-attention": _by_attention}


def _has(faults: frozenset[Fault], fault: str) -> bool:
    if not fault:
        return True
    return bool(faults & URGENT) if fault == "any" else fault in faults


def people(index: Index, asked: Asked) -> list[int]:
    """The people who fit; whoever has left comes first."""
    wanted = asked.q.lower()
    roles = {role.pk: role.name for role in index.roles}
    found = [
        pk
        for pk, cells in index.by_person.items()
        if (not asked.fault or _has(frozenset().union(*(one.faults for one in cells)), asked.fault))
        and (not asked.team or any(_of_team(index, one, asked.team) for one in cells))
        and (
            not wanted
            or wanted in index.names[pk].lower()
            or any(
                wanted in f"{_titled(index, one, roles)} {roles[one.role_id]}".lower()
                for one in cells
            )
        )
    ]
    return sorted(found, key=lambda pk: (not index.has_left(pk), index.names[pk]))


def _titled(index: Index, cell: Cell, roles: Mapping[int, str]) -> str:
    """As the cell calls itself: engineering lead for Payments."""
    return f"{roles[cell.role_id]} for {index.about(cell)}"


def _told(index: Index, cell: Cell, roles: Mapping[int, str]) -> str:
    """Its title and everybody in it, in small letters."""
    people = " ".join(index.names.get(pk or 0, "") for pk in (cell.person_id, cell.backup_id))
    roster = index.rosters.get(cell.roster_id or 0, "")
    return f"{_titled(index, cell, roles)} {people} {roster}".lower()


def _of_team(index: Index, cell: Cell, slug: str) -> bool:
    return cell.team_id is not None and index.teams[cell.team_id].slug == slug


def roles(index: Index, asked: Asked) -> list[Filled]:
    """The roles that fit, each with the cells that fit."""
    wanted = asked.q.lower()
    names = {role.pk: role.name for role in index.roles}

    def fits(one: Cell) -> bool:
        return (
            _has(one.faults, asked.fault)
            and (not asked.team or _of_team(index, one, asked.team))
            and (not wanted or wanted in names[one.role_id] or wanted in _told(index, one, names))
        )

    shown = defaultdict(list)
    for one in index.ordered(filter(fits, index.cells)):
        shown[one.role_id].append(one)
    vacant = defaultdict(list)
    if asked.fault in ("", "any", Fault.VACANT) and not wanted:
        for vacancy in index.vacancies:
            vacant[vacancy.role.pk].append(vacancy.service)
    return [
        Filled(role, shown[role.pk], vacant[role.pk])
        for role in index.roles
        if shown[role.pk]
        or vacant[role.pk]
        or not asked.is_narrowed
        or (wanted and wanted in role.name)
    ]


def teams(index: Index) -> Sequence[Team]:
    """The teams that own a service, by name."""
    owners = {service.owner_team_id for service in index.services.values()}
    return sorted((index.teams[pk] for pk in owners), key=lambda team: team.name)
