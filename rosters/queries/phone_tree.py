"""Everybody who can be phoned, on paper: on call now, the whole company's roles, each service's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rosters.logic.directory import PersonSpec
from rosters.logic.matrix import Place
from rosters.models import ContactPoint, Person, StakeholderRole, Team
from rosters.queries import answered, calling, contact_index, contacts
from rosters.queries.calling import Line, Part, RoleDuty
from rosters.queries.contact_index import Cell, Index, Named, Row

EVERY_TEAM = "*"
"""Asks for the services of all teams, however many there are."""
OPENED_AT_MOST = 100
"""With more services than these the page asks for a team first."""


@dataclass(frozen=True)
class Called:
    """Somebody to phone, in order, and their numbers as far as they are shown."""

    person_id: int
    full_name: str
    word: str
    phones: tuple[ContactPoint, ...] = ()
    is_first: bool = True
    """They stand on the sheet for the first time."""


@dataclass(frozen=True)
class Branch:
    """One thing that can break, and whom to phone about it, in order.

    `is_closed`: nobody is on call by plan, until `opens_at` if we see an end of it. `lacks_backup`:
    somebody is on call, and nobody stands behind them.
    """

    title: str
    detail: str
    people: tuple[Called, ...]
    is_closed: bool = False
    opens_at: datetime | None = None
    team_id: int | None = None
    lacks_backup: bool = False
    called_instead: str = ""
    """That the rule calls others than the roster that stands here, in words."""


@dataclass(frozen=True)
class TeamPart:
    """What one team owns: how many services, and their branches as far as they are shown."""

    team: Team
    total: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class PhoneTree:
    """The sheet as of `at`. Without `has_numbers` no number is on it."""

    at: datetime
    on_call: tuple[Branch, ...]
    company: tuple[Branch, ...]
    services: tuple[Branch, ...]
    by_team: tuple[TeamPart, ...] = ()
    on_duty: frozenset[int] = frozenset()
    has_numbers: bool = False

    @property
    def without(self) -> list[Branch]:
        """The rosters on which nobody is on call now, though somebody should be."""
        return [one for one in self.on_call if not one.people and not one.is_closed]

    @property
    def answered(self) -> int:
        """On how many rosters somebody is on call now."""
        return sum(bool(one.people) for one in self.on_call)

    @property
    def closed(self) -> list[Branch]:
        """The rosters that are closed now, by plan."""
        return [one for one in self.on_call if not one.people and one.is_closed]

    @property
    def total(self) -> int:
        """How many services there are, shown or not."""
        return sum(part.total for part in self.by_team)

    @property
    def person_ids(self) -> set[int]:
        groups = (self.on_call, self.company, self.services)
        return {one.person_id for group in groups for branch in group for one in branch.people}


Phones = Mapping[int, list[ContactPoint]]
Lines = Mapping[int, Line]


def load(*, at: datetime, phones: Phones | None = None, team: str = EVERY_TEAM) -> PhoneTree:
    """The sheet, with these numbers on it; a constant number of queries.

    `team` narrows the services to those of one, by its slug; "" to none when they are many.
    """
    index = contact_index.load(now=at)
    overview = calling.overview(at=at)
    known = phones or {}
    lines = {line.roster.pk: line for line in overview.lines}
    seen: set[int] = set()
    on_call = _once((_line(line, known) for line in overview.lines), seen)
    duties = ((duty, part) for duty in overview.duties for part in duty.parts)
    company = _once((_role(duty, part, known, lines) for duty, part in duties), seen)
    rows = _rows_of(index, team)
    services = _once(_services(index, rows, known, lines), seen)
    return PhoneTree(
        at,
        on_call,
        company,
        services,
        by_team=_by_team(index, services),
        on_duty=overview.on_duty_ids,
        has_numbers=phones is not None,
    )


def _rows_of(index: Index, team: str) -> Sequence[Row]:
    """The services that the sheet shows."""
    if team == EVERY_TEAM or (not team and len(index.services) <= OPENED_AT_MOST):
        return index.rows
    slugs = {pk: one.slug for pk, one in index.teams.items()}
    return [row for row in index.rows if slugs[row.service.owner_team_id] == team]


def _by_team(index: Index, services: Iterable[Branch]) -> tuple[TeamPart, ...]:
    owned = Counter(one.owner_team_id for one in index.services.values())
    shown: dict[int, list[Branch]] = defaultdict(list)
    for one in services:
        shown[one.team_id or 0].append(one)
    return tuple(
        TeamPart(team, owned[pk], tuple(shown[pk])) for pk, team in index.teams.items() if owned[pk]
    )


def _once(branches: Iterable[Branch], seen: set[int]) -> tuple[Branch, ...]:
    """With who stands there for the first time; they are added to `seen`."""
    found = []
    for branch in branches:
        people = []
        for one in branch.people:
            people.append(replace(one, is_first=one.person_id not in seen))
            seen.add(one.person_id)
        found.append(replace(branch, people=tuple(people)))
    return tuple(found)


def people_on(tree: PhoneTree) -> list[Person]:
    """Everybody on the sheet."""
    return list(Person.objects.filter(pk__in=tree.person_ids).order_by("full_name", "pk"))


def _line(line: Line, phones: Phones) -> Branch:
    services = ", ".join(service.name for service in line.services)
    first = [_spec(one, "first", phones) for one in line.first]
    backup = [_spec(one, "backup", phones) for one in line.backup]
    return Branch(
        line.roster.name,
        services,
        (*first, *backup),
        line.is_closed,
        _opens_at(line),
        lacks_backup=bool(first) and not backup,
    )


def _spec(one: PersonSpec, word: str, phones: Phones) -> Called:
    return Called(one.person_id, one.full_name, word, tuple(phones.get(one.person_id, ())))


def _role(duty: RoleDuty, part: Part, phones: Phones, lines: Lines) -> Branch:
    """One cell of a role of the whole company, in the words of the on-call page."""
    line = lines.get(part.roster.pk) if part.roster else None
    closed = line if line is not None and line.is_closed else None
    name = f"{part.roster} roster" if part.roster else ""
    first = [_spec(one, "first", phones) for one in part.people]
    backup = [_spec(one, "backup", phones) for one in part.backup]
    return Branch(
        f"{duty.role.name[:1].upper()}{duty.role.name[1:]}",
        ", ".join(filter(None, (part.when, name))),
        (*first, *backup),
        closed is not None,
        _opens_at(closed),
    )


def _closed(cell: Cell, lines: Lines) -> Line | None:
    """The roster that this cell names, while it is closed by plan."""
    line = lines.get(cell.roster_id or 0)
    return line if line is not None and line.is_closed else None


def _opens_at(line: Line | None) -> datetime | None:
    return line.then.at if line is not None and line.is_closed and line.then else None


def _named(
    cell: Cell, phones: Phones, lines: Lines, word: str, *, index: Index
) -> tuple[Called, ...]:
    line = lines.get(cell.roster_id or 0)
    if line is not None:
        first = [_spec(one, word, phones) for one in line.first]
        return (*first, *(_spec(one, "backup", phones) for one in line.backup))
    return tuple(
        Called(pk, index.names[pk], said, tuple(phones.get(pk, ())))
        for pk, said in ((cell.person_id, word), (cell.backup_id, "backup"))
        if pk is not None and not index.has_left(pk)
    )


def _services(index: Index, rows: Iterable[Row], phones: Phones, lines: Lines) -> list[Branch]:
    """Each service with the people of its own and its team's cells, in the order of the roles."""
    rows, at_times = list(rows), _at_times(index)
    rostered = _rostered(rows)
    asks = answered.asks_of({one for one, *_ in rostered}) if rostered else {}
    instead = answered.called_instead(rostered, asks, at=index.now)
    found = []
    for row in rows:
        own = [
            (role.name, cell)
            for role, cell in zip(index.columns, row.answers, strict=True)
            if cell and (cell.service_id or cell.team_id)
        ]
        own += [
            said
            for role, cell in zip(index.columns, row.answers, strict=True)
            for place in _before(role, row.service, cell)
            for said in at_times.get(place, ())
        ]
        named = [
            called
            for role, cell in own
            for called in _named(cell, phones, lines, role, index=index)
        ]
        first = {called.person_id: called for called in reversed(named)}
        order = dict.fromkeys(called.person_id for called in named)
        people = tuple(first[pk] for pk in order)
        closed = [line for _role, cell in own if (line := _closed(cell, lines))]
        until = min((line.then.at for line in closed if line.then), default=None)
        said, team = row.service, row.service.owner_team_id
        found.append(
            Branch(
                said.name,
                said.customer_impact,
                people,
                bool(closed),
                until,
                team,
                called_instead=_instead(instead.get(said.pk), own, lines),
            )
        )
    return found


def _rostered(rows: Iterable[Row]) -> list[answered.Named]:
    return [
        (row.service.pk, cell.role_id, cell.roster_id)
        for row in rows
        for cell in row.answers
        if cell and cell.roster_id and (cell.service_id or cell.team_id)
    ]


def _instead(called: frozenset[str] | None, cells: Iterable[tuple[str, Cell]], lines: Lines) -> str:
    """Whom the rule calls, unless these cells come to the same people."""
    rosters = [lines.get(cell.roster_id or 0) for _role, cell in cells]
    first = {one.full_name for line in rosters if line for one in line.first}
    return "" if called is None or called <= first else answered.in_words(called)


def _before(role: StakeholderRole, service: Named, cell: Cell | None) -> list[Place]:
    """Where a cell for some times comes before the one for always: as near as that, or nearer."""
    places: list[Place] = [
        (role.pk, service.pk, None),
        (role.pk, None, service.owner_team_id),
        (role.pk, None, None),
    ]
    if cell is not None:
        places = places[: places.index((cell.role_id, cell.service_id, cell.team_id)) + 1]
    return places[:2]  # those of the whole company stand with its roles


def _at_times(index: Index) -> Mapping[Place, list[tuple[str, Cell]]]:
    """The cells that hold only at a severity or in some hours, by square, each with its times."""
    cells = [one for one in index.cells if one.severity or one.hours_id]
    held = contacts.held([one.pk for one in cells], now=index.now)
    roles = {role.pk: role.name for role in index.roles}
    found: dict[Place, list[tuple[str, Cell]]] = defaultdict(list)
    for one in index.ordered(cells):
        if one.pk in held:
            said = f"{roles[one.role_id]}, {held[one.pk].when}"
            found[one.role_id, one.service_id, one.team_id].append((said, one))
    return found
