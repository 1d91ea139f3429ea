"""The whole contact matrix at a glance: who is named where and what is wrong, without the rows.

Values only, so that thousands of services take a fraction of a second; what a page shows of them is
then read in full by `rosters.queries.contacts`. A constant number of queries.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from rosters.logic import standing
from rosters.logic.matrix import Place
from rosters.logic.standing import STALE_AFTER, URGENT, Facts, Fault
from rosters.models import Absence, MatrixEntry, Person, Roster, Service, StakeholderRole, Team
from rosters.queries.by_key import by_key
from rosters.queries.compiled import compiled

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


class _Above(NamedTuple):
    """What the services of one team share: by column the role and the cell that answers where a
    service has none of its own; and the columns, by their place, in which cells of the team and of
    the company hold at times."""

    answers: tuple[tuple[int, Cell | None], ...]
    at_times: tuple[tuple[int, list[Cell], list[Cell]], ...]


NO_CELLS: Mapping[int, Cell] = {}
VACANT, TWICE = frozenset({Fault.VACANT}), frozenset({Fault.TWICE})


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
        return dict(found)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every service, by name."""
        above = {pk: self._above(pk) for pk in self.teams}
        return tuple(
            self._row(service, above[service.owner_team_id]) for service in self.services.values()
        )

    def _above(self, team_id: int) -> "_Above":
        """What there is for a service of this team beside its own cells."""
        team, company = (self._always.get((None, pk), {}) for pk in (team_id, None))
        find, at_times = self._at_times.get, []
        for place, role in enumerate(self.columns):
            of_team = find((role.pk, None, team_id), [])
            of_company = find((role.pk, None, None), [])
            if of_team or of_company:
                at_times.append((place, of_team, of_company))
        return _Above(
            tuple((role.pk, team.get(role.pk) or company.get(role.pk)) for role in self.columns),
            tuple(at_times),
        )

    @cached_property
    def _own_at_times(self) -> dict[int, list[Cell]]:
        """By service: its own cells, in a column, that hold at a severity or in some hours."""
        columns = {role.pk for role in self.columns}
        found: dict[int, list[Cell]] = defaultdict(list)
        for (role_id, service_id, _), cells in self._at_times.items():
            if service_id is not None and role_id in columns:
                found[service_id] += cells
        return dict(found)

    def _row(self, service: Named, above: "_Above") -> Row:
        """The nearest cell answers, as in `rosters.logic.matrix`: the tests compare the two."""
        own = self._always.get((service.pk, None), NO_CELLS)
        answers = tuple([own.get(role_id) or cell for role_id, cell in above.answers])
        found = [one for one in answers if one is not None]
        for place, of_team, of_company in above.at_times:
            answer = answers[place]
            if answer is None or not answer.service_id:
                found += of_team
                if answer is None or not answer.team_id:
                    found += of_company
        if service.pk in self._own_at_times:
            found += self._own_at_times[service.pk]
        faults, attention = self._judged(tuple([one.faults for one in found]))
        if None in answers:
            vacant = sum(answers[place] is None for place in self._needed)
            attention += vacant
            if vacant:
                faults |= VACANT
        named = [self.names[one.person_id] for one in answers if one and one.person_id]
        if len(set(named)) < len(named):
            faults |= TWICE
        return Row(service, answers, faults, attention)

    @cached_property
    def _judged(self) -> Callable[[tuple[frozenset[Fault], ...]], tuple[frozenset[Fault], int]]:
        """Everything that is wrong with cells of these faults, and how many need attention."""

        @cache
        def judged(every: tuple[frozenset[Fault], ...]) -> tuple[frozenset[Fault], int]:
            return frozenset[Fault]().union(*every), sum(one in self._urgent for one in every)

        return judged

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
    people = _people()
    left_at = {pk: at for pk, _, at in people if at is not None}
    found = Index(
        now=now,
        services={row[0]: Named._make(row) for row in _services()},
        teams={team.pk: team for team in _teams()},
        roles=tuple(_roles()),
        cells=_cells(left_at, now=now),
        names={pk: name for pk, name, _ in people},
        rosters=dict(_rosters()),
        left_at=left_at,
    )
    return replace(found, leavers=_leavers(found))


@compiled
def _people() -> QuerySet[Person, Any]:
    people: QuerySet[Person] = Person.objects.all()
    return people.values_list("pk", "full_name", "left_at")


@compiled
def _teams() -> QuerySet[Team]:
    return Team.objects.order_by("name", "pk")


@compiled
def _roles() -> QuerySet[StakeholderRole]:
    return StakeholderRole.objects.order_by("order", "name", "pk")


@compiled
def _rosters() -> QuerySet[Roster, Any]:
    return Roster.objects.values_list("pk", "name")


@compiled
def _services() -> QuerySet[Service, Any]:
    return Service.objects.order_by("name", "pk").values_list(*Named._fields)


@compiled
def _holding(now: datetime) -> QuerySet[MatrixEntry, Any]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    return MatrixEntry.objects.filter(begun, lasting).order_by("pk").values_list(*CELL)


def _cells(left_at: Mapping[int, datetime], *, now: datetime) -> tuple[Cell, ...]:
    faults, make = _judge(left_at, now=now), Cell._make
    return tuple([make((*row, faults(*row[7:]))) for row in _holding(now)])


Judge = Callable[[int | None, int | None, int | None, datetime | None], frozenset[Fault]]


def _judge(left_at: Mapping[int, datetime], *, now: datetime) -> Judge:
    """What is wrong with a cell; asked once for all cells of which the same can be said."""
    away = {pk: ((starts_at, ends_at),) for pk, starts_at, ends_at in _absences(now)}
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


@compiled
def _absences(now: datetime) -> QuerySet[Absence, Any]:
    rows = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return rows.values_list("person_id", "starts_at", "ends_at")


def _leavers(index: Index) -> tuple[Leaver, ...]:
    cells = [one for one in index.cells if Fault.LEFT in one.faults]
    named = {pk for one in cells for pk in one.named if index.has_left(pk)}
    people = by_key(Person, named)
    holders = index.holders_in(one for one in cells if named.intersection(one.named))
    return tuple(Leaver(people[pk], tuple(cells)) for pk, cells in holders.items() if pk in people)


def services(index: Index, asked: Asked) -> list[int]:
    """The services that fit, in the order asked for."""
    wanted = asked.q.lower()
    says = _Search(index, wanted)
    found = [
        row
        for row in index.rows
        if (not asked.team or index.teams[row.service.owner_team_id].slug == asked.team)
        and _has(row.faults, asked.fault)
        and (not wanted or says.is_in(row))
    ]
    key: Callable[[Row], Any] = KEYS.get(asked.sort, _by_name)
    return [row.service.pk for row in sorted(found, key=key, reverse=asked.sort == "-name")]


class _Search:
    """Finds what a search asks for among the names in cells, each name looked at once.

    A cell says the name of its role, then whom it names, with a space between: what is wanted may
    reach from the end of one name into the next.
    """

    def __init__(self, index: Index, wanted: str) -> None:
        self.index, self.wanted = index, wanted
        cuts = [place for place, sign in enumerate(wanted) if sign == " "]
        self.ends = tuple(wanted[:place] for place in cuts)
        self.people, self.open_people = self._known(index.names)
        self.rosters, _ = self._known(index.rosters)
        self.roles, self.open_roles = self._known({one.pk: one.name for one in index.columns})

    def _known(self, names: Mapping[int, str]) -> tuple[set[int], set[int]]:
        """Those whose name has it, and those whose name ends as it may begin."""
        low = [(pk, name.lower()) for pk, name in names.items()] if self.wanted else []
        has = {pk for pk, name in low if self.wanted in name}
        return has, {pk for pk, name in low if self.ends and name.endswith(self.ends)}

    def is_in(self, row: Row) -> bool:
        """Whether the service, its team or what answers for it says so."""
        service = row.service
        text = f"{service.name} {self.index.teams[service.owner_team_id].name}"
        if self.roles or self.wanted in f"{text} {service.customer_impact}".lower():
            return True
        people, rosters = self.people, self.rosters
        for one in row.answers:
            if one is not None and (
                one.person_id in people or one.backup_id in people or one.roster_id in rosters
            ):
                return True
        return bool(self.ends) and any(
            cell is not None and self._is_said(role, cell)
            for role, cell in zip(self.index.columns, row.answers, strict=True)
        )

    def _is_said(self, role: StakeholderRole, cell: Cell) -> bool:
        """Whether it reaches from one name of the cell into the next."""
        open_people = self.open_people
        if not (
            role.pk in self.open_roles
            or cell.person_id in open_people
            or cell.backup_id in open_people
        ):
            return False
        names = [role.name, *(self.index.names[pk] for pk in cell.named)]
        names += [self.index.rosters[cell.roster_id]] if cell.roster_id else []
        return self.wanted in " ".join(names).lower()


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
