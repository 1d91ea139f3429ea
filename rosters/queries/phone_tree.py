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
    """One thing that can break, and whom to phone about it, in order."""

    title: str
    detail: str
    people: tuple[Called, ...]


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
    matrix = contacts.load(now=at, with_rosters=False)
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
    return Branch(line.roster.name, services, (*first, *backup))


def _spec(one: PersonSpec, word: str, phones: Phones) -> Called:
    return Called(one.person_id, one.full_name, word, tuple(phones.get(one.person_id, ())))


def _role(held: Held, phones: Phones, lines: Lines) -> Branch:
    roster = held.entry.roster
    detail = f"Whoever is on call: {roster}" if roster else held.when
    title = held.entry.role.name
    return Branch(title[:1].upper() + title[1:], detail, _named(held, phones, lines))


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
        named = [
            called
            for square in row.squares
            if square.entry and square.inherited_from != Level.COMPANY
            for called in _named(Held(square.entry, square.faults), phones, lines, square.role.name)
        ]
        first = {called.person_id: called for called in reversed(named)}
        order = dict.fromkeys(called.person_id for called in named)
        people = tuple(first[pk] for pk in order)
        found.append(Branch(row.service.name, row.service.customer_impact, people))
    return found
