"""The contact matrix as people read it: some services, people or roles with all their cells.

Which of them a page shows, and how many there are, says `rosters.queries.contact_index`. A constant
number of queries, however many services and cells there are. Numbers are never in it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from rosters.logic import standing
from rosters.logic.asking_rules import Asks
from rosters.logic.grid import Key
from rosters.logic.matrix import CellSpec, Level, Place, Question, resolve
from rosters.logic.rotation import Span
from rosters.logic.standing import URGENT, Facts, Fault
from rosters.models import Absence, MatrixEntry, Person, Service, StakeholderRole, Team
from rosters.queries import answered, calling, cells
from rosters.queries.by_key import by_key, with_related
from rosters.queries.compiled import compiled
from rosters.queries.contact_index import Filled, Index, Named
from rosters.queries.many import Ids
from rosters.queries.sayings import condition

TOUCHED = ("role", "service", "team", "person", "backup", "roster", "hours", "confirmed_by")
"""What a cell shows. Fetched apart: thousands of cells share a few people, teams and roles."""

CELLS_SHOWN, VACANT_SHOWN = 50, 20
"""How many cells and vacancies of one role are shown; the rest is a number."""


@dataclass(frozen=True)
class Square:
    """One role for one service, team or the company: its cell, or the one it inherits.

    `others` hold only at a severity or in some hours, and answer before it then.
    """

    role: StakeholderRole
    service: Service | None = None
    team: Team | None = None
    entry: MatrixEntry | None = None
    inherited_from: Level | None = None
    faults: frozenset[Fault] = frozenset()
    others: tuple["Held", ...] = ()
    on_call: tuple[str, ...] = ()
    after: MatrixEntry | None = None
    """The cell that is to hold next in the same place."""
    not_asked: str = ""
    """Why the rules of the service do not call whoever stands here; empty when they do."""

    @property
    def key(self) -> str:
        """How the address names it where it is changed."""
        service, team = self.service, self.team
        return str(Key(self.role.pk, service.pk if service else None, team.pk if team else None))

    @property
    def team_key(self) -> str:
        """The same for the team from which it comes."""
        return str(Key(self.role.pk, team_id=self.entry.team_id if self.entry else None))

    @property
    def is_vacant(self) -> bool:
        return Fault.VACANT in self.faults

    @cached_property
    def all_faults(self) -> frozenset[Fault]:
        """Its faults, and those of the cells that hold at other times."""
        return self.faults.union(*(one.faults for one in self.others))

    @property
    def is_fresh(self) -> bool:
        """It is confirmed, and so is everything else that stands in it."""
        return self.entry is not None and not self.all_faults & URGENT

    @property
    def needs_attention(self) -> bool:
        return bool(self.all_faults & URGENT)

    @property
    def is_plain(self) -> bool:
        """There is nothing to add to whom it names."""
        more = self.after or self.not_asked or self.others or self.all_faults
        return not (more or (self.entry and self.entry.valid_to))

    @property
    def urgent(self) -> int:
        """How many of its cells need attention; nobody at all is one."""
        return bool(self.faults & URGENT) + sum(one.needs_attention for one in self.others)

    @property
    def tags(self) -> list[str]:
        """What is wrong, in words, the worst first; a vacancy says so by itself."""
        return standing.in_words(self.faults - {Fault.VACANT, Fault.LEFT})

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
        found = frozenset(fault for square in self.squares for fault in square.all_faults)
        return found | {Fault.TWICE} if self.twice else found

    @property
    def attention(self) -> int:
        return sum(square.urgent for square in self.squares)

    @property
    def to_look_at(self) -> int:
        """With those whom no rule calls, though nothing of them is to mend."""
        past = [square for square in self.squares if square.not_asked]
        return self.attention + sum(not square.needs_attention for square in past)


@dataclass(frozen=True)
class Held:
    """One cell that names somebody, and how it stands."""

    entry: MatrixEntry
    faults: frozenset[Fault]
    is_backup: bool = False
    after: MatrixEntry | None = None
    """The cell that is to hold next in its place."""

    @property
    def when(self) -> str:
        """At which severity and in which hours; nothing when always."""
        return condition(self.entry)

    @property
    def owner_id(self) -> int | None:
        """The team that it is for, or that owns its service."""
        service = self.entry.service
        return service.owner_team_id if service else self.entry.team_id

    @property
    def is_for_all(self) -> bool:
        """It holds for the whole company, not for one service or team."""
        return self.entry.service_id is None and self.entry.team_id is None

    @property
    def has_left(self) -> bool:
        """Somebody whom it names has left."""
        return Fault.LEFT in self.faults

    @property
    def is_stale(self) -> bool:
        """Nobody has confirmed it for 90 days, or ever."""
        return bool(self.faults & {Fault.NEVER, Fault.STALE})

    @property
    def about(self) -> str:
        """What it is for: a service, a team or the whole company."""
        entry = self.entry
        if entry.service:
            return entry.service.name
        return f"the {entry.team.name} team" if entry.team else "the whole company"

    @property
    def tags(self) -> list[str]:
        return standing.in_words(self.faults - {Fault.LEFT})

    @property
    def needs_attention(self) -> bool:
        return bool(self.faults & URGENT)


@dataclass(frozen=True)
class Holder:
    """One person and every cell that names them."""

    person: Person
    cells: tuple[Held, ...]
    away_until: datetime | None = None
    has_left: bool = False

    @property
    def first(self) -> list[Held]:
        return [one for one in self.cells if not one.is_backup]

    @property
    def backup(self) -> list[Held]:
        return [one for one in self.cells if one.is_backup]

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(fault for one in self.cells for fault in one.faults)

    @property
    def attention(self) -> int:
        return sum(one.needs_attention for one in self.cells)


@dataclass(frozen=True)
class RoleView:
    """One role: who fills it where, and for which services nobody does; the first of them all."""

    role: StakeholderRole
    cells: tuple[Held, ...]
    cells_total: int
    vacant: tuple[Named, ...]
    vacant_total: int
    attention: int

    @property
    def cells_more(self) -> int:
        """How many cells are not shown."""
        return self.cells_total - len(self.cells)

    @property
    def vacant_more(self) -> int:
        return self.vacant_total - len(self.vacant)


@dataclass(frozen=True)
class Matrix:
    """Some services, or all, with every cell that can answer for them at `now`."""

    now: datetime
    services: tuple[Service, ...]
    roles: tuple[StakeholderRole, ...]
    entries: tuple[MatrixEntry, ...]
    specs: Mapping[int, CellSpec]
    left_at: Mapping[int, datetime]
    away: Mapping[int, tuple[Span, ...]]
    on_call: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    asks: Mapping[int, Asks] = field(default_factory=dict)
    """By service: what its rules ask."""
    called: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By service whose rule does not call the roster that stands here: whom it calls first."""
    coming: tuple[MatrixEntry, ...] = ()
    """The cells that are still to begin, the next first."""
    used_roles: frozenset[int] | None = None
    """The roles that differ by service in the whole matrix, when this is a part of it."""

    @cached_property
    def _by_place(self) -> dict[Place, list[MatrixEntry]]:
        found: dict[Place, list[MatrixEntry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.role_id, entry.service_id, entry.team_id].append(entry)
        return found

    @cached_property
    def _next(self) -> dict[tuple[object, ...], MatrixEntry]:
        found: dict[tuple[object, ...], MatrixEntry] = {}
        for entry in self.coming:
            found.setdefault(_whole_place(entry), entry)
        return found

    def after(self, entry: MatrixEntry) -> MatrixEntry | None:
        """The cell that is to hold next in the place of this one."""
        return self._next.get(_whole_place(entry))

    @cached_property
    def owners(self) -> dict[int, str]:
        """By service: the short name of the team that owns it."""
        return {one.pk: one.owner_team.slug for one in self.services}

    @cached_property
    def columns(self) -> tuple[StakeholderRole, ...]:
        """The roles that differ by service: the others are filled once, for the company."""
        used = self.used_roles
        if used is None:
            used = frozenset(one.role_id for one in self.entries if one.service_id or one.team_id)
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
        near = [entry is not None and place == _place(entry) for place in places]
        before = places[: near.index(True) + 1] if any(near) else places
        return Square(
            role,
            service,
            team,
            entry,
            answer.inherited_from,
            self.faults_of(entry, role),
            tuple(
                Held(one, self.faults_of(one, role), after=self.after(one))
                for place in before
                for one in self._by_place.get(place, ())
                if one.severity or one.hours_id
            ),
            self.on_call.get(entry.roster_id, ()) if entry and entry.roster_id else (),
            self._next.get((*places[0], None, False, None)) or (entry and self.after(entry)),
            self._not_asked(entry, service),
        )

    @cached_property
    def by_roster(self) -> frozenset[int]:
        """The roles that are whoever is on call, somewhere in this part of the matrix."""
        return frozenset(one.role_id for one in self.entries if one.roster_id)

    def _not_asked(self, entry: MatrixEntry | None, service: Service | None) -> str:
        if entry is None or service is None:
            return ""
        if entry.roster_id:
            return self._called_instead(entry, service)
        known = self.asks.get(service.pk)
        return known.why_not(entry.role_id) if known and entry.role_id in self.by_roster else ""

    def _called_instead(self, entry: MatrixEntry, service: Service) -> str:
        called = self.called.get(service.pk)
        is_own = entry.service_id or entry.team_id
        if (
            called is None
            or not is_own
            or called == set(self.on_call.get(entry.roster_id or 0, ()))
        ):
            return ""
        return answered.in_words(called)

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
        return tuple(
            Held(one, self.faults_of(one, roles[one.role_id]), after=self.after(one))
            for one in self.entries
        )

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """Everybody who is named, by name."""
        people: dict[int, Person] = {}
        by_person: dict[int, list[Held]] = defaultdict(list)
        for one in self.held:
            for person, is_backup in ((one.entry.person, False), (one.entry.backup, True)):
                if person is not None:
                    people[person.pk] = person
                    held = Held(one.entry, one.faults, is_backup, one.after)
                    by_person[person.pk].append(held)
        return tuple(
            Holder(person, tuple(by_person[pk]), self._away_until(pk), person.has_left(self.now))
            for pk, person in sorted(people.items(), key=lambda pair: pair[1].full_name)
        )

    def _away_until(self, person_id: int) -> datetime | None:
        spans = self.away.get(person_id, ())
        return next((ends for starts, ends in spans if starts <= self.now < ends), None)


def _place(entry: MatrixEntry) -> Place:
    return (entry.role_id, entry.service_id, entry.team_id)


def _whole_place(entry: MatrixEntry) -> tuple[object, ...]:
    return (*_place(entry), entry.severity, entry.and_worse, entry.hours_id)


def of_service(service: Service, *, now: datetime) -> tuple[Square, ...]:
    """Every role of one service that somebody fills, its own and its team's roles first.

    A constant number of queries; nobody is looked up on a roster.
    """
    matrix = _around(service, now=now)
    squares = [matrix.square(role, service) for role in matrix.roles]
    filled = [one for one in squares if one.entry]
    return tuple(sorted(filled, key=lambda one: one.inherited_from == Level.COMPANY))


def square_of(
    role: StakeholderRole, service: Service | None, team: Team | None, *, now: datetime
) -> Square:
    """One role for a service, for a team, or (without both) for the company."""
    matrix = _around(service, now=now) if service else of_teams([team], now=now)
    return matrix.square(role, service, team)


def about(service: Service, *, now: datetime) -> tuple[Held, ...]:
    """Every cell that can answer for one service: its own, its team's, the company's."""
    return tuple(
        sorted(
            _around(service, now=now).held,
            key=lambda one: (
                one.entry.service_id is None,
                one.entry.team_id is None,
                one.entry.role.name,
                one.entry.severity or 0,
                one.entry.pk,
            ),
        )
    )


def _around(service: Service, *, now: datetime) -> Matrix:
    rows = _about({service.pk}, {service.owner_team_id}, now)
    return _with_rules(_matrix_of(rows, (service,), now=now))


def in_full(index: Index, pks: Sequence[int]) -> Matrix:
    """These services of the whole matrix, in this order, with whoever is on call for them."""
    found = _services(pks)
    owners = {one.owner_team_id for one in found}
    matrix = _matrix_of(_about(set(pks), owners, index.now), found, now=index.now)
    rosters = frozenset(one.roster_id for one in matrix.entries if one.roster_id)
    on_call = {
        pk: tuple(one.full_name for one in first)
        for pk, first in calling.first_of(rosters, at=index.now).items()
    }
    named = _rostered(matrix)
    asks = _asks(matrix) if named or _has_past_the_matrix(matrix) else {}
    called = answered.called_instead(named, asks, at=index.now)
    known = replace(matrix, asks=asks if _has_past_the_matrix(matrix) else {}, called=called)
    return replace(known, on_call=on_call, used_roles=index.used_roles)


def _rostered(matrix: Matrix) -> list[answered.Named]:
    """Every service with the roles that a roster fills for it, or for its team."""
    cells = [(one.service_id, one.team_id, one) for one in matrix.entries if one.roster_id]
    return [
        (service.pk, one.role_id, one.roster_id)
        for service in matrix.services
        for service_id, team_id, one in cells
        if one.roster_id and (service_id == service.pk or team_id == service.owner_team_id)
    ]


def _with_rules(matrix: Matrix) -> Matrix:
    """With what the rules ask, where a person stands in a role that a roster fills elsewhere."""
    return replace(matrix, asks=_asks(matrix)) if _has_past_the_matrix(matrix) else matrix


def _has_past_the_matrix(matrix: Matrix) -> bool:
    return any(one.person_id and one.role_id in matrix.by_roster for one in matrix.entries)


def _asks(matrix: Matrix) -> Mapping[int, Asks]:
    return answered.asks_of([one.pk for one in matrix.services])


def whole(*, now: datetime) -> Matrix:
    """Every service, by name, and every cell; nobody is looked up on a roster."""
    services = Service.objects.select_related("owner_team").order_by("name", "pk")
    return _matrix(tuple(services), Q(), now=now)


def _services(pks: Sequence[int]) -> tuple[Service, ...]:
    known = by_key(Service, pks)
    with_related(list(known.values()), "owner_team")
    return tuple(known[pk] for pk in pks if pk in known)


def shown(view: str, index: Index, found: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Square]]:
    """What was found of one view in full, and what the whole company has, if that view shows it."""
    if view == "person":
        return holders(found, now=index.now), ()
    if view == "role":
        return role_views(found, now=index.now), ()
    matrix = in_full(index, found)
    return matrix.rows, matrix.company


def of_teams(teams: Iterable[Team | None], *, now: datetime) -> Matrix:
    """What these teams have, and the whole company; no service."""
    about = Q(team__in=[team for team in teams if team]) | Q(
        service__isnull=True, team__isnull=True
    )
    return _matrix((), about, now=now)


def holders(pks: Sequence[int], *, now: datetime) -> list[Holder]:
    """These people in this order, each with every cell that names them."""
    found = _matrix((), Q(person__in=pks) | Q(backup__in=pks), now=now).holders
    known = {one.person.pk: one for one in found}
    return [known[pk] for pk in pks if pk in known]


def held(pks: Collection[int], *, now: datetime) -> dict[int, Held]:
    """These cells by primary key, as far as they hold."""
    return {one.entry.pk: one for one in _matrix((), Q(pk__in=pks), now=now).held}


def role_views(found: Sequence[Filled], *, now: datetime) -> list[RoleView]:
    """These roles, each with its first cells and vacancies."""
    first = {one.pk for filled in found for one in filled.cells[:CELLS_SHOWN]}
    known = held(first, now=now)
    return [
        RoleView(
            filled.role,
            tuple(known[one.pk] for one in filled.cells[:CELLS_SHOWN] if one.pk in known),
            len(filled.cells),
            tuple(filled.vacant[:VACANT_SHOWN]),
            len(filled.vacant),
            sum(one.needs_attention for one in filled.cells) + len(filled.vacant),
        )
        for filled in found
    ]


def _matrix(services: tuple[Service, ...], about: Q, *, now: datetime) -> Matrix:
    return _matrix_of(list(_lasting(about, now)), services, now=now)


@compiled
def _about(services: Ids, teams: Ids, now: datetime) -> QuerySet[MatrixEntry]:
    """The cells of these services and teams, and of the whole company."""
    about = Q(service__in=services) | Q(team__in=teams)
    return _lasting(about | Q(service__isnull=True, team__isnull=True), now)


def _lasting(about: Q, now: datetime) -> QuerySet[MatrixEntry]:
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    return MatrixEntry.objects.filter(about, lasting).order_by(
        "role__order", "role__name", "service__name", "team__name", "severity", "pk"
    )


def _matrix_of(
    rows: Sequence[MatrixEntry], services: tuple[Service, ...], *, now: datetime
) -> Matrix:
    ordered = with_related(rows, *TOUCHED)
    entries = tuple(one for one in ordered if not _begins(one, now))
    coming = [(begins, one) for one in ordered if (begins := _begins(one, now))]
    people = {one.pk: one for row in entries for one in (row.person, row.backup) if one}
    return Matrix(
        now=now,
        services=services,
        roles=tuple(_roles()),
        entries=entries,
        specs={spec.cell_id: spec for spec in cells.specs(entries)},
        left_at={pk: one.left_at for pk, one in people.items() if one.left_at},
        away=_away(people, now=now),
        coming=tuple(one for _begins_at, one in sorted(coming, key=lambda pair: pair[0])),
    )


def _begins(entry: MatrixEntry, now: datetime) -> datetime | None:
    """When it begins, if that is still to come."""
    return entry.valid_from if entry.valid_from and entry.valid_from > now else None


def _away(person_ids: Collection[int], *, now: datetime) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = defaultdict(tuple)
    wanted = frozenset(person_ids)
    for pk, starts_at, ends_at in _absences(wanted, now) if wanted else ():
        found[pk] += ((starts_at, ends_at),)
    return dict(found)


@compiled
def _absences(people: Ids, now: datetime) -> QuerySet[Absence, Any]:
    rows = Absence.objects.filter(person__in=people, starts_at__lte=now, ends_at__gt=now)
    return rows.values_list("person_id", "starts_at", "ends_at")


@compiled
def _roles() -> QuerySet[StakeholderRole]:
    return StakeholderRole.objects.order_by("order", "name", "pk")
