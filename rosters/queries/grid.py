"""The grid of the contact matrix as it is edited: what stands in each square, and what is wrong."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from rosters.logic.cells import Filling
from rosters.logic.grid import ROSTER_PREFIX, Key, Names, Typed
from rosters.logic.matrix import Level
from rosters.logic.standing import Fault
from rosters.models import MatrixEntry, Person, Roster, StakeholderRole, Team
from rosters.queries.contact_index import Index
from rosters.queries.contacts import Held, Matrix, Square
from rosters.queries.last_change import Changed

WHENCE: Mapping[Level | None, str] = {
    Level.TEAM: "from the team",
    Level.COMPANY: "from the company",
}


@dataclass(frozen=True)
class Answers:
    """What somebody sent and what is wrong with it, by square."""

    typed: Mapping[Key, Typed] = field(default_factory=dict)
    problems: Mapping[Key, str] = field(default_factory=dict)
    theirs: Mapping[Key, Filling] = field(default_factory=dict)
    was: Mapping[Key, str] = field(default_factory=dict)
    """The revision that each typed square was read at: until its author has seen a newer one."""
    shown: frozenset[int] = frozenset()
    """The services on the page that was sent."""
    offered: Mapping[Key, str] = field(default_factory=dict)
    """The backup that a square would lose, by name."""
    changed: Mapping[Key, Changed] = field(default_factory=dict)
    """Who put there what is of `theirs`."""


@dataclass(frozen=True)
class GridCell:
    """One square to write into. `was` is the revision that the reader saw.

    `inherited` names whoever it is while nothing is written here, `whence` says from where. Those
    of `others` hold at a severity or in some hours; each has its own form. With `theirs`, somebody
    else has changed it meanwhile, as `changed` says; `offered` is the backup that it would inherit
    no more.
    """

    key: Key
    role: StakeholderRole
    typed: Typed
    was: str
    inherited: str = ""
    tags: tuple[str, ...] = ()
    problem: str = ""
    theirs: str = ""
    changed: Changed | None = None
    offered: str = ""
    is_changed: bool = False
    whence: str = ""
    others: tuple[Held, ...] = ()
    not_asked: str = ""
    entry: MatrixEntry | None = None
    """Its own cell, if it has one."""
    after: MatrixEntry | None = None
    """Its own cell that is to hold next."""


@dataclass(frozen=True)
class GridRow:
    """A service, a team or the whole company, with its squares."""

    title: str
    detail: str
    cells: tuple[GridCell, ...]

    @property
    def faulty(self) -> int:
        """In how many of its squares something is not as it should be."""
        return sum(bool(one.tags) for one in self.cells)


def names(also: Iterable[int] = (), *, now: datetime) -> Names:
    """Everybody who is here (and those of `also`), and every roster; two queries.

    People of the same name are told apart by their address.
    """
    here = Q(pk__in=Person.objects.employed(now=now).values("pk")) | Q(pk__in=set(also))
    rows = Person.objects.filter(here).order_by("full_name", "pk")
    people = list(rows.values_list("pk", "full_name", "email"))
    same = Counter(full_name.casefold() for _, full_name, _ in people)
    return Names(
        {
            full_name if same[full_name.casefold()] == 1 else f"{full_name}, {email or pk}": pk
            for pk, full_name, email in people
        },
        {f"{ROSTER_PREFIX}{row.name}": row.pk for row in Roster.objects.order_by("name", "pk")},
    )


def of_services(
    matrix: Matrix, roles: Sequence[StakeholderRole], known: Names, answers: Answers
) -> list[GridRow]:
    """Each service of this part of the matrix."""
    return [
        GridRow(
            service.name,
            f"Tier {service.tier}, {service.owner_team.name}",
            tuple(_cell(matrix.square(role, service), known, answers) for role in roles),
        )
        for service in matrix.services
    ]


def of_teams(
    matrix: Matrix,
    teams: Iterable[Team | None],
    roles: Sequence[StakeholderRole],
    known: Names,
    answers: Answers,
) -> list[GridRow]:
    """Each team; None is the whole company."""
    return [
        GridRow(
            team.name if team else "The whole company",
            "Team" if team else "Wherever nobody else is named",
            tuple(_cell(matrix.square(role, team=team), known, answers) for role in roles),
        )
        for team in teams
    ]


def _cell(square: Square, known: Names, answers: Answers) -> GridCell:
    key = Key(
        square.role.pk,
        square.service.pk if square.service else None,
        square.team.pk if square.team else None,
    )
    own = _own(square)
    filling = Filling(own.person_id, own.backup_id, own.roster_id) if own else Filling()
    stands = known.typed(filling)
    typed = answers.typed.get(key, stands)
    theirs = answers.theirs.get(key)
    return GridCell(
        key,
        square.role,
        typed,
        answers.was.get(key, filling.revision) if theirs is None else theirs.revision,
        inherited=_inherited(square, known) if own is None else "",
        tags=tuple(_tags(square)) if own or square.is_vacant else (),
        not_asked=square.not_asked if own else "",
        problem=answers.problems.get(key, ""),
        theirs="" if theirs is None else said(known, theirs),
        changed=answers.changed.get(key),
        offered=answers.offered.get(key, ""),
        is_changed=typed != stands,
        whence="" if own else WHENCE.get(square.inherited_from, ""),
        entry=own,
        after=square.after if square.after and _is_own(square.after, square) else None,
        others=tuple(one for one in square.others if _is_own(one.entry, square)),
    )


def _own(square: Square) -> MatrixEntry | None:
    """The cell of the square itself, not one that it inherits."""
    entry = square.entry
    return entry if entry is not None and _is_own(entry, square) else None


def _is_own(entry: MatrixEntry, square: Square) -> bool:
    place = (square.service.pk if square.service else None, square.team.pk if square.team else None)
    return (entry.service_id, entry.team_id) == place


def fillings(index: Index, keys: Iterable[Key]) -> dict[Key, Filling]:
    """What these squares hold of their own; those that are gone are left out."""
    own = {
        Key(one.role_id, one.service_id, one.team_id): one
        for one in index.cells
        if one.severity is None and one.hours_id is None
    }
    roles = {one.pk for one in index.roles}
    found = {}
    for key in keys:
        is_gone = (
            key.role_id not in roles
            or (key.service_id and key.service_id not in index.services)
            or (key.team_id and key.team_id not in index.teams)
        )
        if not is_gone:
            cell = own.get(key)
            found[key] = (
                Filling(cell.person_id, cell.backup_id, cell.roster_id) if cell else Filling()
            )
    return found


def _tags(square: Square) -> Iterable[str]:
    if square.is_vacant:
        yield "Nobody"
    if Fault.LEFT in square.faults:
        yield "Has left"
    yield from square.tags


def backups(
    matrix: Matrix, roles: Iterable[StakeholderRole], keys: Collection[Key], known: Names
) -> dict[Key, str]:
    """The backups that these squares of services inherit, as they are typed."""
    by_pk, found = {role.pk: role for role in roles}, {}
    services = {service.pk: service for service in matrix.services}
    for key in keys:
        service, role = services.get(key.service_id or 0), by_pk.get(key.role_id)
        square = matrix.square(role, service) if service and role else None
        entry = square.entry if square and _own(square) is None else None
        if entry and entry.backup_id:
            found[key] = known.typed(Filling(entry.person_id, entry.backup_id)).backup
    return found


def _inherited(square: Square, known: Names) -> str:
    if square.entry is None:
        return ""
    entry = square.entry
    return known.typed(Filling(entry.person_id, entry.backup_id, entry.roster_id)).who


def said(known: Names, filling: Filling) -> str:
    """A filling in words: "Mei Tan, backup Ben Carter"."""
    typed = known.typed(filling)
    if not typed.who:
        return "nobody of its own"
    return f"{typed.who}, backup {typed.backup}" if typed.backup else typed.who


@dataclass(frozen=True)
class Swap:
    """One cell in which somebody would be replaced, before and after."""

    entry: MatrixEntry
    before: str
    after: str
    loses_backup: bool = False


def swaps(
    old: Person, new: Person, *, now: datetime, only: Collection[int] | None = None
) -> list[Swap]:
    """Every cell that names `old` now or later, as it would be with `new`; nothing is changed."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    rows = MatrixEntry.objects.filter(lasting, Q(person=old) | Q(backup=old))
    if only is not None:
        rows = rows.filter(pk__in=only)
    ordered = rows.select_related(
        "role", "service", "team", "person", "backup", "hours", "roster"
    ).order_by("service__name", "team__name", "role__order", "pk")
    known = names({pk for row in ordered for pk in (row.person_id, row.backup_id) if pk}, now=now)
    return [_swap(row, old, new, known) for row in ordered]


def _swap(row: MatrixEntry, old: Person, new: Person, known: Names) -> Swap:
    before = Filling(row.person_id, row.backup_id, row.roster_id)
    after = before.instead(old.pk, new.pk)
    loses = before.backup_id is not None and after.backup_id is None
    return Swap(row, said(known, before), said(known, after), loses)
