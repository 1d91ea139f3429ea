"""Everybody who can be phoned, on paper: on call now, the whole company's roles, each service's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rosters.logic.directory import PersonSpec
from rosters.logic.matrix import Level
from rosters.models import ContactPoint, Person
from rosters.queries import calling, contacts
from rosters.queries.calling import Line
from rosters.queries.contacts import Held, Matrix


@dataclass(frozen=True)
class Called:
    """Somebody to phone, in order, and their numbers as far as they are shown."""

    person_id: int
    full_name: str
    word: str
    phones: tuple[ContactPoint, ...] = ()


@dataclass(frozen=True)
class Branch:
    """One thing that can break, and whom to phone about it, in order.

    `is_closed`: nobody is on call by plan, until `opens_at` if we see an end of it.
    """

    title: str
    detail: str
    people: tuple[Called, ...]
    is_closed: bool = False
    opens_at: datetime | None = None


@dataclass(frozen=True)
class PhoneTree:
    """The sheet as of `at`. Without `has_numbers` no number is on it."""

    at: datetime
    on_call: tuple[Branch, ...]
    company: tuple[Branch, ...]
    services: tuple[Branch, ...]
    on_duty: frozenset[int] = frozenset()
    has_numbers: bool = False

    @property
    def person_ids(self) -> set[int]:
        groups = (self.on_call, self.company, self.services)
        return {one.person_id for group in groups for branch in group for one in branch.people}


Phones = Mapping[int, list[ContactPoint]]
Lines = Mapping[int, Line]


def load(*, at: datetime, phones: Phones | None = None) -> PhoneTree:
    """The sheet, with these numbers on it; a constant number of queries."""
    matrix = contacts.whole(now=at)
    overview = calling.overview(at=at)
    known = phones or {}
    lines = {line.roster.pk: line for line in overview.lines}
    return PhoneTree(
        at,
        tuple(_line(line, known) for line in overview.lines),
        tuple(_role(one, known, lines) for one in matrix.held if not _place(one)),
        tuple(_services(matrix, known, lines)),
        on_duty=overview.on_duty_ids,
        has_numbers=phones is not None,
    )


def people_on(tree: PhoneTree) -> list[Person]:
    """Everybody on the sheet."""
    return list(Person.objects.filter(pk__in=tree.person_ids).order_by("full_name", "pk"))


def _place(held: Held) -> bool:
    return bool(held.entry.service_id or held.entry.team_id)


def _line(line: Line, phones: Phones) -> Branch:
    services = ", ".join(service.name for service in line.services)
    first = [_spec(one, "first", phones) for one in line.first]
    backup = [_spec(one, "backup", phones) for one in line.backup]
    return Branch(line.roster.name, services, (*first, *backup), line.is_closed, _opens_at(line))


def _spec(one: PersonSpec, word: str, phones: Phones) -> Called:
    return Called(one.person_id, one.full_name, word, tuple(phones.get(one.person_id, ())))


def _role(held: Held, phones: Phones, lines: Lines) -> Branch:
    roster = held.entry.roster
    detail = f"Whoever is on call: {roster}" if roster else held.when
    title = held.entry.role.name
    line = _closed(held, lines)
    people = _named(held, phones, lines)
    return Branch(title[:1].upper() + title[1:], detail, people, line is not None, _opens_at(line))


def _closed(held: Held, lines: Lines) -> Line | None:
    """The roster that this cell names, while it is closed by plan."""
    line = lines.get(held.entry.roster_id or 0)
    return line if line is not None and line.is_closed else None


def _opens_at(line: Line | None) -> datetime | None:
    return line.then.at if line is not None and line.is_closed and line.then else None


def _named(held: Held, phones: Phones, lines: Lines, word: str = "") -> tuple[Called, ...]:
    line = lines.get(held.entry.roster_id or 0)
    if line is not None:
        first = [_spec(one, word or "first", phones) for one in line.first]
        return (*first, *(_spec(one, "backup", phones) for one in line.backup))
    pairs = ((held.entry.person, word or "first"), (held.entry.backup, "backup"))
    return tuple(
        Called(person.pk, person.full_name, said, tuple(phones.get(person.pk, ())))
        for person, said in pairs
        if person is not None and person.left_at is None
    )


def _services(matrix: Matrix, phones: Phones, lines: Lines) -> list[Branch]:
    """Each service with the people of its own and its team's cells, in the order of the roles."""
    found = []
    for row in matrix.rows:
        own = [
            (square.role.name, Held(square.entry, square.faults))
            for square in row.squares
            if square.entry and square.inherited_from != Level.COMPANY
        ]
        named = [called for role, held in own for called in _named(held, phones, lines, role)]
        first = {called.person_id: called for called in reversed(named)}
        order = dict.fromkeys(called.person_id for called in named)
        people = tuple(first[pk] for pk in order)
        closed = [line for _role, held in own if (line := _closed(held, lines))]
        until = min((line.then.at for line in closed if line.then), default=None)
        title, detail = row.service.name, row.service.customer_impact
        found.append(Branch(title, detail, people, bool(closed), until))
    return found
