"""What makes a call go astray: stale cells, failing numbers, sole holders, leavers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from rosters.logic.grid import Key
from rosters.logic.standing import STALE_AFTER, Fault
from rosters.models import ContactPoint, MatrixEntry, Membership, Person, RotationMember
from rosters.queries import contact_index, contacts
from rosters.queries.compiled import compiled
from rosters.queries.contact_index import Cell, Index


class Kind(StrEnum):
    """What was found, the most urgent first."""

    VACANT = "vacant"
    LEFT = "left"
    FAILING = "failing"
    WRONG = "wrong"
    ANSWERED = "answered"
    STALE = "stale"
    DUPLICATE = "duplicate"
    UNVERIFIED = "unverified"
    UNTESTED = "untested"
    ALONE = "alone"


HEADINGS = {
    Kind.VACANT: "Nobody is named",
    Kind.LEFT: "Left the company and still named",
    Kind.FAILING: "A number or address fails",
    Kind.WRONG: "Reported as wrong",
    Kind.ANSWERED: "Was asked, and said no",
    Kind.STALE: "Not confirmed for 90 days",
    Kind.DUPLICATE: "Two people, one number",
    Kind.UNVERIFIED: "Not verified",
    Kind.UNTESTED: "Not tested for 90 days",
    Kind.ALONE: "One person alone, without a backup",
}
ROLES = frozenset({Kind.VACANT, Kind.LEFT, Kind.ANSWERED, Kind.STALE, Kind.ALONE})
"""What is about who is named; everything else is about a number or an address."""
DAYS = {
    Kind.VACANT: 7,
    Kind.LEFT: 3,
    Kind.FAILING: 3,
    Kind.WRONG: 3,
    Kind.ANSWERED: 3,
    Kind.STALE: 14,
    Kind.DUPLICATE: 14,
    Kind.UNVERIFIED: 14,
    Kind.UNTESTED: 14,
    Kind.ALONE: 30,
}
"""How many days its owner has, from when it became so."""
SHOWN = 100
"""How many of one kind are shown."""
TOLD = frozenset({Fault.LEFT, Fault.NEVER, Fault.STALE, Fault.ALONE})
"""What a cell's owner is told of."""


class Who(NamedTuple):
    """A person whom a finding is about, as far as it is read."""

    pk: int
    full_name: str

    def __str__(self) -> str:
        return self.full_name


class Finding(NamedTuple):
    """One thing to mend: what, whose it is, and until when."""

    kind: Kind
    title: str
    detail: str
    owner: Person | None
    due_on: date
    person: Person | Who | None = None
    team_id: int = 0
    cell: str = ""
    """How the address names the cell where it is mended."""

    @property
    def heading(self) -> str:
        return HEADINGS[self.kind]


@dataclass(frozen=True)
class Group:
    """Everything of one kind."""

    kind: Kind
    everything: tuple[Finding, ...]

    @property
    def heading(self) -> str:
        return HEADINGS[self.kind]

    @property
    def total(self) -> int:
        return len(self.everything)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that are shown."""
        return self.everything[:SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.findings)


@dataclass(frozen=True)
class Tally:
    """How many things there are to mend, by kind."""

    by_kind: Counter[Kind]

    @property
    def total(self) -> int:
        """How many contacts are to mend: the one number that every page says."""
        return self.by_kind.total()

    @property
    def of_roles(self) -> int:
        """How many of them are about who is named."""
        return sum(number for kind, number in self.by_kind.items() if kind in ROLES)

    @property
    def of_numbers(self) -> int:
        return self.total - self.of_roles

    @property
    def shown(self) -> list[tuple[Kind, str, int]]:
        """By kind, the most urgent first: what it is called, and how many."""
        return [(kind, HEADINGS[kind], self.by_kind[kind]) for kind in Kind if self.by_kind[kind]]

    def less_than(self, before: "Tally") -> list[str]:
        """What was on the list `before` and is not now, the most urgent first: each heading, with
        how many when that is more than one."""
        gone = before.by_kind - self.by_kind
        return [
            HEADINGS[kind] + (f" ({gone[kind]})" if gone[kind] > 1 else "")
            for kind in Kind
            if gone[kind]
        ]


@dataclass(frozen=True)
class Audit:
    """Everything to mend, by date.

    `to_ask` are the cells, by primary key, whose people can say whether they are right.
    """

    findings: tuple[Finding, ...]
    to_ask: tuple[int, ...]
    ids_to_ask: frozenset[int] = frozenset()
    """The people of those cells."""

    @cached_property
    def tally(self) -> Tally:
        """How many there are of each kind."""
        return Tally(Counter(one.kind for one in self.findings))

    @property
    def total(self) -> int:
        return self.tally.total

    @property
    def of_roles(self) -> int:
        return self.tally.of_roles

    @property
    def of_numbers(self) -> int:
        return self.tally.of_numbers

    @cached_property
    def groups(self) -> list[Group]:
        """By kind, the most urgent first."""
        found: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}
        for one in self.findings:
            found[one.kind].append(one)
        return [Group(kind, tuple(some)) for kind, some in found.items() if some]


def load(*, now: datetime, index: Index | None = None, of: Person | None = None) -> Audit:
    """The audit at `now`, or what is `of` one person to mend; a constant number of queries, fewer
    with an index that is there."""
    index = index or contact_index.load(now=now)
    owners = _owners(index)
    mends = of.pk if of else 0
    found = [
        *_vacancies(index, owners, mends),
        *_of_cells(index, owners, mends),
        *(one for one in _failures(index, owners) if is_of(one.owner, mends)),
    ]
    to_ask = [
        one
        for one in index.cells
        if one.faults & {Fault.NEVER, Fault.STALE}
        and one.person_id is not None
        and not index.has_left(one.person_id)
    ]
    return Audit(
        tuple(sorted(found, key=order)),
        tuple(one.pk for one in index.ordered(to_ask)),
        frozenset(one.person_id for one in to_ask if one.person_id is not None),
    )


def count(index: Index) -> Counter[Kind]:
    """How many findings of each kind `load` has, without a word of any of them; three queries."""
    found = Counter({Kind.VACANT: len(index.vacancies), Kind.FAILING: len(_failing(index))})
    for faults, number in Counter(one.faults for one in index.cells).items():
        if Fault.LEFT not in faults:
            found[Kind.STALE] += number * bool(faults & {Fault.NEVER, Fault.STALE})
            found[Kind.ALONE] += number * (Fault.ALONE in faults)
    found[Kind.LEFT] = sum(
        index.has_left(pk) for one in index.cells if Fault.LEFT in one.faults for pk in one.named
    )
    return found


def entries(pks: Sequence[int], *, now: datetime) -> list[MatrixEntry]:
    """These cells in this order, with whoever they name."""
    known = contacts.held(pks, now=now)
    return [known[pk].entry for pk in pks if pk in known]


def order(finding: Finding) -> tuple[date, str]:
    """By date, then by name."""
    return (finding.due_on, finding.title)


def leads(*, now: datetime) -> dict[int, Person]:
    """Who leads each team, the first by name."""
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    rows = Membership.objects.filter(here, is_lead=True).select_related("person")
    found: dict[int, Person] = {}
    for row in rows.order_by("person__full_name", "pk"):
        found.setdefault(row.team_id, row.person)
    return found


@dataclass(frozen=True)
class _Owners:
    """Who mends what: whoever leads the team, else whoever confirmed the cell last."""

    leads: Mapping[int, Person]
    confirmed_by: Mapping[int, int]
    people: Mapping[int, Person]

    def of_cell(self, cell: Cell, team_id: int) -> Person | None:
        return self.leads.get(team_id) or self.people.get(self.confirmed_by.get(cell.pk, 0))


def _owners(index: Index) -> _Owners:
    leading = leads(now=index.now)
    unled = [
        one.pk for one in index.cells if one.faults & TOLD and _team_of(index, one) not in leading
    ]
    rows = MatrixEntry.objects.filter(pk__in=unled, confirmed_by__isnull=False)
    confirmed_by = dict(rows.values_list("pk", "confirmed_by_id"))
    people = Person.objects.in_bulk(set(confirmed_by.values()))
    return _Owners(leading, confirmed_by, people)


def is_of(owner: Person | None, mends: int) -> bool:
    """Whether `owner` is whom the audit is asked for; 0 is everybody."""
    return not mends or (owner is not None and owner.pk == mends)


def _vacancies(index: Index, owners: _Owners, mends: int) -> Iterable[Finding]:
    due_on = due(Kind.VACANT, index.now)
    for role, service in index.vacancies:
        owner = owners.leads.get(service.owner_team_id)
        if not is_of(owner, mends):
            continue
        yield Finding(
            Kind.VACANT,
            f"{service.name}, {role.name}",
            "Every service needs one.",
            owner,
            due_on,
            team_id=service.owner_team_id,
            cell=str(Key(role.pk, service.pk)),
        )


def _of_cells(index: Index, owners: _Owners, mends: int) -> Iterable[Finding]:
    roles = {role.pk: role.name for role in index.roles}
    told = {faults for faults in {one.faults for one in index.cells} if faults & TOLD}
    for cell in index.ordered(one for one in index.cells if one.faults in told):
        if not is_of(owners.of_cell(cell, _team_of(index, cell)), mends):
            continue
        about = _about(index, cell)
        title = f"{about[:1].upper()}{about[1:]}, {roles[cell.role_id]}"
        team_id = _team_of(index, cell)
        owner = owners.of_cell(cell, team_id)
        for kind, detail, since, pk in _said(index, cell):
            person = Who(pk, index.names[pk]) if pk else None
            until = due(kind, since)
            yield Finding(kind, title, detail, owner, until, person, team_id, str(cell.pk))


def _team_of(index: Index, cell: Cell) -> int:
    if cell.service_id:
        return index.services[cell.service_id].owner_team_id
    return cell.team_id or 0


def _said(index: Index, cell: Cell) -> Iterable[tuple[Kind, str, datetime, int | None]]:
    """What is wrong with a cell, in words, since when, and about whom."""
    if Fault.LEFT in cell.faults:
        for pk in cell.named:
            if index.has_left(pk):
                yield Kind.LEFT, f"{index.names[pk]} is still named.", index.left_at[pk], pk
        return
    if cell.faults & {Fault.NEVER, Fault.STALE}:
        since = cell.confirmed_at + STALE_AFTER if cell.confirmed_at else index.now
        yield Kind.STALE, f"{_holder(index, cell)}: {_confirmed(cell)}", since, cell.person_id
    if Fault.ALONE in cell.faults:
        detail = f"{_holder(index, cell)} has nobody behind them."
        yield Kind.ALONE, detail, index.now, cell.person_id


def _holder(index: Index, cell: Cell) -> str:
    if cell.person_id:
        return index.names[cell.person_id]
    return index.rosters[cell.roster_id or 0]


def _confirmed(cell: Cell) -> str:
    if cell.confirmed_at is None:
        return "never confirmed."
    return _confirmed_on(cell.confirmed_at.date())


@lru_cache(maxsize=400)
def _confirmed_on(day: date) -> str:
    return f"confirmed on {day:%-d %B}."


def _about(index: Index, cell: Cell) -> str:
    """What it is for: a service, a team or the whole company."""
    if cell.service_id:
        return index.about(cell)
    return f"the {index.about(cell)} team" if cell.team_id else "the whole company"


def _failing(index: Index) -> list[ContactPoint]:
    """Where a last message did not arrive, of people who are named or on a roster."""
    counted_on = index.named | {pk for (pk,) in _on_rosters()}
    here = {pk for pk in counted_on if not index.has_left(pk)}
    return [one for one in _failed() if one.person_id in here]


@compiled
def _on_rosters() -> QuerySet[RotationMember, Any]:
    return RotationMember.objects.order_by().values_list("person_id").distinct()


@compiled
def _failed() -> QuerySet[ContactPoint]:
    since_test = Q(last_tested_at__isnull=True) | Q(last_failed_at__gt=F("last_tested_at"))
    points = ContactPoint.objects.filter(since_test, last_failed_at__isnull=False)
    return points.select_related("person").order_by("pk")


def _failures(index: Index, owners: _Owners) -> Iterable[Finding]:
    """The same in words. Never the address."""
    failing = _failing(index)
    people = {one.person_id for one in failing}
    memberships = Membership.objects.filter(person__in=people).order_by("-pk")
    teams = dict(memberships.values_list("person_id", "team_id"))
    for point in failing:
        team_id = teams.get(point.person_id, 0)
        yield Finding(
            Kind.FAILING,
            f"{point.person.full_name}, {point.get_channel_display().lower()}",
            point.last_failure.replace(point.address, "this address"),
            owners.leads.get(team_id) or point.person,
            due(Kind.FAILING, point.last_failed_at or index.now),
            point.person,
            team_id,
        )


def due(kind: Kind, since: datetime) -> date:
    """Until when its owner has time, when it became so at `since`."""
    return _days_after(since.date(), DAYS[kind])


@lru_cache(maxsize=2000)
def _days_after(day: date, days: int) -> date:
    return day + timedelta(days=days)
