"""The contact matrix as people read it: by service, by person, by role; read in one go.

A constant number of queries, however many services and cells there are. Numbers are never in it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from rosters.logic import standing
from rosters.logic.matrix import CellSpec, Level, Question, resolve
from rosters.logic.rotation import Span
from rosters.logic.standing import URGENT, Facts, Fault
from rosters.models import Absence, MatrixEntry, Person, Service, StakeholderRole, Team
from rosters.queries import calling, cells
from rosters.queries.sayings import condition

Place = tuple[int, int | None, int | None]


@dataclass(frozen=True)
class Square:
    """One role for one service, team or the company: its cell, or the one it inherits.

    `others` are its own cells that hold only at a severity or in some hours.
    """

    role: StakeholderRole
    service: Service | None = None
    team: Team | None = None
    entry: MatrixEntry | None = None
    inherited_from: Level | None = None
    faults: frozenset[Fault] = frozenset()
    others: tuple["Held", ...] = ()
    on_call: tuple[str, ...] = ()

    @property
    def is_vacant(self) -> bool:
        return Fault.VACANT in self.faults

    @property
    def is_fresh(self) -> bool:
        return self.entry is not None and not self.faults & {Fault.NEVER, Fault.STALE}

    @property
    def needs_attention(self) -> bool:
        return bool(self.faults & URGENT)

    @property
    def tags(self) -> list[str]:
        """What is wrong, in words, the worst first; a vacancy says so by itself."""
        shown = [fault for fault in Fault if fault in self.faults and fault != Fault.VACANT]
        return [standing.WORDS[fault] for fault in shown if fault != Fault.LEFT]

    @property
    def names(self) -> str:
        """Everything a search can find it by."""
        entry = self.entry
        named = [entry.person, entry.backup, entry.roster] if entry else []
        return " ".join([self.role.name, *(str(one) for one in named if one)]).lower()


@dataclass(frozen=True)
class Row:
    """One service with its squares in the order of the columns."""

    service: Service
    squares: tuple[Square, ...]
    twice: tuple[str, ...] = ()

    @property
    def faults(self) -> frozenset[Fault]:
        found = frozenset(fault for square in self.squares for fault in square.faults)
        return found | {Fault.TWICE} if self.twice else found

    @property
    def attention(self) -> int:
        return sum(square.needs_attention for square in self.squares)


@dataclass(frozen=True)
class Held:
    """One cell that names somebody, and how it stands."""

    entry: MatrixEntry
    faults: frozenset[Fault]
    is_backup: bool = False

    @property
    def when(self) -> str:
        """At which severity and in which hours; nothing when always."""
        return condition(self.entry)

    @property
    def about(self) -> str:
        """What it is for: a service, a team or the whole company."""
        entry = self.entry
        if entry.service:
            return entry.service.name
        return f"the {entry.team.name} team" if entry.team else "the whole company"

    @property
    def tags(self) -> list[str]:
        shown = [fault for fault in Fault if fault in self.faults and fault != Fault.LEFT]
        return [standing.WORDS[fault] for fault in shown]

    @property
    def needs_attention(self) -> bool:
        return bool(self.faults & URGENT)


@dataclass(frozen=True)
class Holder:
    """One person and every cell that names them."""

    person: Person
    cells: tuple[Held, ...]
    away_until: datetime | None = None

    @property
    def first(self) -> list[Held]:
        return [one for one in self.cells if not one.is_backup]

    @property
    def backup(self) -> list[Held]:
        return [one for one in self.cells if one.is_backup]

    @property
    def has_left(self) -> bool:
        return any(Fault.LEFT in one.faults for one in self.cells) and bool(self.person.left_at)

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(fault for one in self.cells for fault in one.faults)

    @property
    def attention(self) -> int:
        return sum(one.needs_attention for one in self.cells)


@dataclass(frozen=True)
class RoleView:
    """One role: who fills it where, and for which services nobody does."""

    role: StakeholderRole
    cells: tuple[Held, ...]
    vacant: tuple[Service, ...]

    @property
    def attention(self) -> int:
        return sum(one.needs_attention for one in self.cells) + len(self.vacant)


@dataclass(frozen=True)
class Matrix:
    """Everything that holds at `now`."""

    now: datetime
    services: tuple[Service, ...]
    roles: tuple[StakeholderRole, ...]
    entries: tuple[MatrixEntry, ...]
    specs: Mapping[int, CellSpec]
    left_at: Mapping[int, datetime]
    away: Mapping[int, tuple[Span, ...]]
    on_call: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def _by_place(self) -> dict[Place, list[MatrixEntry]]:
        found: dict[Place, list[MatrixEntry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.role_id, entry.service_id, entry.team_id].append(entry)
        return found

    @cached_property
    def columns(self) -> tuple[StakeholderRole, ...]:
        """The roles that differ by service: the others are filled once, for the company."""
        used = {one.role_id for one in self.entries if one.service_id or one.team_id}
        return tuple(
            role
            for role in self.roles
            if role.pk in used or (role.is_needed and (role.pk, None, None) not in self._by_place)
        )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every service, by name."""
        return tuple(self._row(service) for service in self.services)

    @cached_property
    def company(self) -> tuple[Square, ...]:
        """What is filled once for the whole company, and the roles nobody fills at all."""
        shown = [
            role
            for role in self.roles
            if (role.pk, None, None) in self._by_place or role not in self.columns
        ]
        return tuple(self.square(role) for role in shown)

    def square(
        self, role: StakeholderRole, service: Service | None = None, team: Team | None = None
    ) -> Square:
        """One role for a service, for a team, or (without both) for the company."""
        team_id = service.owner_team_id if service else team.pk if team else None
        places: list[Place] = [(role.pk, service.pk, None)] if service else []
        places += [(role.pk, None, team_id)] if team_id else []
        places.append((role.pk, None, None))
        found = [one for place in places for one in self._by_place.get(place, ())]
        plain = {one.pk: one for one in found if not one.severity and not one.hours_id}
        question = Question(role.pk, service.pk if service else None, team_id)
        answer = resolve((self.specs[pk] for pk in plain), question, at=self.now)
        entry = plain[answer.cell.cell_id] if answer.cell else None
        own = self._by_place.get(places[0], ())
        return Square(
            role,
            service,
            team,
            entry,
            answer.inherited_from,
            self.faults_of(entry, role),
            tuple(
                Held(one, self.faults_of(one, role)) for one in own if one.severity or one.hours_id
            ),
            self.on_call.get(entry.roster_id, ()) if entry and entry.roster_id else (),
        )

    def faults_of(self, entry: MatrixEntry | None, role: StakeholderRole) -> frozenset[Fault]:
        facts = entry and Facts(
            entry.person_id, entry.backup_id, entry.roster_id is not None, entry.confirmed_at
        )
        return standing.faults(
            facts or None,
            is_needed=role.is_needed,
            left_at=self.left_at,
            away=self.away,
            now=self.now,
        )

    def _row(self, service: Service) -> Row:
        squares = tuple(self.square(role, service) for role in self.columns)
        named = Counter(
            one.entry.person.full_name for one in squares if one.entry and one.entry.person
        )
        return Row(service, squares, tuple(name for name, number in named.items() if number > 1))

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Every cell, each once."""
        roles = {role.pk: role for role in self.roles}
        return tuple(Held(one, self.faults_of(one, roles[one.role_id])) for one in self.entries)

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Everybody who is named, by name."""
        people: dict[int, Person] = {}
        by_person: dict[int, list[Held]] = defaultdict(list)
        for one in self.held:
            for person, is_backup in ((one.entry.person, False), (one.entry.backup, True)):
                if person is not None:
                    people[person.pk] = person
                    by_person[person.pk].append(Held(one.entry, one.faults, is_backup))
        return tuple(
            Holder(person, tuple(by_person[pk]), self._away_until(pk))
            for pk, person in sorted(people.items(), key=lambda pair: pair[1].full_name)
        )

    def _away_until(self, person_id: int) -> datetime | None:
        spans = self.away.get(person_id, ())
        return next((ends for starts, ends in spans if starts <= self.now < ends), None)

    @cached_property
    def by_role(self) -> tuple[RoleView, ...]:
        return tuple(
            RoleView(
                role,
                tuple(one for one in self.held if one.entry.role_id == role.pk),
                tuple(one.service for one in self.vacancies if one.role == role and one.service),
            )
            for role in self.roles
        )

    @cached_property
    def vacancies(self) -> tuple[Square, ...]:
        """Each service and role that should be filled and is not."""
        return tuple(one for row in self.rows for one in row.squares if one.is_vacant)

    @cached_property
    def counts(self) -> Counter[Fault]:
        """How many cells have each fault; vacancies are squares without a cell."""
        found = Counter(fault for one in self.held for fault in one.faults)
        found[Fault.VACANT] = len(self.vacancies)
        found[Fault.TWICE] = sum(bool(row.twice) for row in self.rows)
        return found

    @cached_property
    def attention(self) -> int:
        return len(self.vacancies) + sum(one.needs_attention for one in self.held)

    @cached_property
    def leavers(self) -> tuple[Holder, ...]:
        """Whoever has left and is still named."""
        return tuple(
            one
            for one in self.holders
            if one.person.left_at is not None and one.person.left_at <= self.now
        )

    @property
    def in_order(self) -> int:
        """Cells that were confirmed in the last 90 days by people who are here."""
        return sum(not one.needs_attention for one in self.held)


def of_service(service: Service, *, now: datetime) -> tuple[Square, ...]:
    """Every role of one service that somebody fills, its own and its team's roles first.

    Three or four queries; nobody is looked up on a roster.
    """
    about = Q(service=service) | Q(team=service.owner_team_id)
    about |= Q(service__isnull=True, team__isnull=True)
    matrix = _matrix((service,), about, {}, now=now)
    squares = [matrix.square(role, service) for role in matrix.roles]
    filled = [one for one in squares if one.entry]
    return tuple(sorted(filled, key=lambda one: one.inherited_from == Level.COMPANY))


def load(*, now: datetime, with_rosters: bool = True) -> Matrix:
    """The whole matrix at `now`."""
    lines = calling.overview(at=now).lines if with_rosters else ()
    on_call = {line.roster.pk: tuple(one.full_name for one in line.first) for line in lines}
    services = Service.objects.select_related("owner_team").order_by("name", "pk")
    return _matrix(tuple(services), Q(), on_call, now=now)


def _matrix(
    services: tuple[Service, ...],
    about: Q,
    on_call: Mapping[int, tuple[str, ...]],
    *,
    now: datetime,
) -> Matrix:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    entries = tuple(
        MatrixEntry.objects.filter(about, begun, lasting)
        .select_related(
            "role", "service", "team", "person", "backup", "roster", "hours", "confirmed_by"
        )
        .order_by("role__order", "role__name", "service__name", "team__name", "severity", "pk")
    )
    people = {one.pk: one for row in entries for one in (row.person, row.backup) if one}
    return Matrix(
        now=now,
        services=services,
        roles=tuple(StakeholderRole.objects.order_by("order", "name", "pk")),
        entries=entries,
        specs={spec.cell_id: spec for spec in cells.specs(entries)},
        left_at={pk: one.left_at for pk, one in people.items() if one.left_at},
        away=_away(people, now=now),
        on_call=on_call,
    )


def _away(person_ids: Collection[int], *, now: datetime) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = defaultdict(tuple)
    rows = Absence.objects.filter(person__in=person_ids, starts_at__lte=now, ends_at__gt=now)
    for pk, starts_at, ends_at in rows.values_list("person_id", "starts_at", "ends_at"):
        found[pk] += ((starts_at, ends_at),)
    return dict(found)


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


SORTS = ("name", "-name", "tier", "-attention")


def services(matrix: Matrix, asked: Asked) -> list[Row]:
    """The services that fit, in the order asked for."""
    wanted = asked.q.lower()
    found = [
        row
        for row in matrix.rows
        if (not asked.team or row.service.owner_team.slug == asked.team)
        and _has(row.faults, asked.fault)
        and (not wanted or _in_row(row, wanted))
    ]
    return sorted(found, key=_key(asked.sort), reverse=asked.sort == "-name")


def _in_row(row: Row, wanted: str) -> bool:
    service = row.service
    named = f"{service.name} {service.owner_team.name} {service.customer_impact}".lower()
    return wanted in named or any(wanted in square.names for square in row.squares)


def _key(sort: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  # a key of mixed tuples
    keys = {
        "tier": lambda row: (row.service.tier, row.service.name),
        "-attention": lambda row: (
            Fault.VACANT not in row.faults,
            Fault.LEFT not in row.faults,
            -row.attention,
            row.service.name,
        ),
    }
    return keys.get(sort, lambda row: row.service.name)


def _has(faults: frozenset[Fault], fault: str) -> bool:
    if not fault:
        return True
    return bool(faults & URGENT) if fault == "any" else fault in faults


def people(matrix: Matrix, asked: Asked) -> list[Holder]:
    """The people who fit; whoever has left comes first."""
    wanted = asked.q.lower()
    found = [
        one
        for one in matrix.holders
        if _has(one.faults, asked.fault)
        and (not asked.team or any(_of_team(held, asked.team) for held in one.cells))
        and (not wanted or wanted in one.person.full_name.lower() or _in_cells(one.cells, wanted))
    ]
    gone = {one.person.pk for one in matrix.leavers}
    return sorted(found, key=lambda one: (one.person.pk not in gone, one.person.full_name))


def _of_team(held: Held, slug: str) -> bool:
    return held.entry.team is not None and held.entry.team.slug == slug


def _in_cells(found: Iterable[Held], wanted: str) -> bool:
    return any(wanted in f"{one.entry} {one.entry.role.name}".lower() for one in found)


def roles(matrix: Matrix, asked: Asked) -> list[RoleView]:
    """The roles that fit, each with the cells that fit."""
    wanted = asked.q.lower()
    found = []
    for view in matrix.by_role:
        shown = tuple(one for one in view.cells if _fits(one, asked, wanted, view.role))
        vacant = view.vacant if asked.fault in ("", "any", Fault.VACANT) and not wanted else ()
        if shown or vacant or (not asked.is_narrowed) or (wanted and wanted in view.role.name):
            found.append(RoleView(view.role, shown, tuple(vacant)))
    return found


def _fits(held: Held, asked: Asked, wanted: str, role: StakeholderRole) -> bool:
    entry = held.entry
    named = f"{entry} {entry.person or ''} {entry.backup or ''} {entry.roster or ''}".lower()
    return (
        _has(held.faults, asked.fault)
        and (not asked.team or _of_team(held, asked.team))
        and (not wanted or wanted in named or wanted in role.name)
    )


def teams(matrix: Matrix) -> Sequence[Team]:
    """The teams that own a service, by name."""
    owners = {row.owner_team_id: row.owner_team for row in matrix.services}
    return sorted(owners.values(), key=lambda team: team.name)
