"""The contact matrix judged cell by cell: slow, plain, and what its index is compared with."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from rosters.logic.standing import STALE_AFTER, URGENT, Fault
from rosters.models import ContactPoint, Membership, Person, Service, StakeholderRole
from rosters.queries import contacts
from rosters.queries.contact_audit import DAYS, Kind
from rosters.queries.contact_index import Asked
from rosters.queries.contacts import Held, Holder, Matrix, Row, Square


def load(now: datetime) -> Matrix:
    return contacts.whole(now=now)


def vacancies(matrix: Matrix) -> list[Square]:
    """Each service and role that should be filled and is not."""
    return [one for row in matrix.rows for one in row.squares if one.is_vacant]


def counts(matrix: Matrix) -> Counter[Fault]:
    found = Counter(fault for one in matrix.held for fault in one.faults)
    found[Fault.VACANT] = len(vacancies(matrix))
    found[Fault.TWICE] = sum(bool(row.twice) for row in matrix.rows)
    return found


def attention(matrix: Matrix) -> int:
    return len(vacancies(matrix)) + sum(one.needs_attention for one in matrix.held)


def leavers(matrix: Matrix) -> list[Holder]:
    return [
        one
        for one in matrix.holders
        if one.person.left_at is not None and one.person.left_at <= matrix.now
    ]


def in_order(matrix: Matrix) -> int:
    return sum(not one.needs_attention for one in matrix.held)


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


def _key(sort: str):  # type: ignore[no-untyped-def]  # a key of mixed tuples
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
    gone = {one.person.pk for one in leavers(matrix)}
    return sorted(found, key=lambda one: (one.person.pk not in gone, one.person.full_name))


def _of_team(held: Held, slug: str) -> bool:
    return held.entry.team is not None and held.entry.team.slug == slug


def _in_cells(found: Iterable[Held], wanted: str) -> bool:
    return any(wanted in f"{one.entry} {one.entry.role.name}".lower() for one in found)


@dataclass(frozen=True)
class RoleFound:
    role: StakeholderRole
    cells: tuple[Held, ...]
    vacant: tuple[Service, ...]


def roles(matrix: Matrix, asked: Asked) -> list[RoleFound]:
    wanted = asked.q.lower()
    found = []
    for role in matrix.roles:
        cells = tuple(one for one in matrix.held if one.entry.role_id == role.pk)
        shown = tuple(one for one in cells if _fits(one, asked, wanted, role))
        vacant = [one.service for one in vacancies(matrix) if one.role == role and one.service]
        if asked.fault not in ("", "any", Fault.VACANT) or wanted:
            vacant = []
        if shown or vacant or not asked.is_narrowed or (wanted and wanted in role.name):
            found.append(RoleFound(role, shown, tuple(vacant)))
    return found


def _fits(held: Held, asked: Asked, wanted: str, role: StakeholderRole) -> bool:
    entry = held.entry
    named = f"{entry} {entry.person or ''} {entry.backup or ''} {entry.roster or ''}".lower()
    return (
        _has(held.faults, asked.fault)
        and (not asked.team or _of_team(held, asked.team))
        and (not wanted or wanted in named or wanted in role.name)
    )


@dataclass(frozen=True)
class Finding:
    kind: Kind
    title: str
    detail: str
    owner: Person | None
    due_on: date
    person: Person | None = None


def audit(now: datetime) -> tuple[list[Finding], list[Held]]:
    """What is to mend, and the cells whose people are asked."""
    matrix = load(now)
    leads = _leads(now=now)
    found = [
        *(_vacancy(square, leads, now) for square in vacancies(matrix)),
        *(one for held in matrix.held for one in _of_cell(held, matrix, leads, now)),
        *_failing(leads, matrix, now),
    ]
    to_ask = [
        held
        for held in matrix.held
        if held.faults & {Fault.NEVER, Fault.STALE}
        and held.entry.person is not None
        and not held.entry.person.has_left(now)
    ]
    return sorted(found, key=lambda one: (one.due_on, one.title)), to_ask


Leads = dict[int, Person]


def _leads(*, now: datetime) -> Leads:
    """Who leads each team, the first by name."""
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    rows = Membership.objects.filter(here, is_lead=True).select_related("person")
    found: Leads = {}
    for row in rows.order_by("person__full_name", "pk"):
        found.setdefault(row.team_id, row.person)
    return found


def _vacancy(square: Square, leads: Leads, now: datetime) -> Finding:
    service = square.service
    title = f"{service}, {square.role.name}"
    owner = leads.get(service.owner_team_id) if service else None
    return Finding(Kind.VACANT, title, "Every service needs one.", owner, _due(Kind.VACANT, now))


def _of_cell(held: Held, matrix: Matrix, leads: Leads, now: datetime) -> Iterable[Finding]:
    entry = held.entry
    team_id = entry.service.owner_team_id if entry.service else entry.team_id
    owner = leads.get(team_id or 0) or entry.confirmed_by
    title = f"{held.about[:1].upper()}{held.about[1:]}, {entry.role.name}"
    if Fault.LEFT in held.faults:
        gone = [one for one in (entry.person, entry.backup) if one and one.has_left(now)]
        for person in gone:
            since = matrix.left_at[person.pk]
            text = f"{person.full_name} is still named."
            yield Finding(Kind.LEFT, title, text, owner, _due(Kind.LEFT, since), person)
    elif held.faults & {Fault.NEVER, Fault.STALE}:
        since = entry.confirmed_at + STALE_AFTER if entry.confirmed_at else now
        text = f"{entry.person or entry.roster}: " + (
            f"confirmed on {entry.confirmed_at:%-d %B}."
            if entry.confirmed_at
            else "never confirmed."
        )
        yield Finding(Kind.STALE, title, text, owner, _due(Kind.STALE, since), entry.person)
    if Fault.ALONE in held.faults and Fault.LEFT not in held.faults:
        text = f"{entry.person} has nobody behind them."
        yield Finding(Kind.ALONE, title, text, owner, _due(Kind.ALONE, now), entry.person)


def _failing(leads: Leads, matrix: Matrix, now: datetime) -> Iterable[Finding]:
    """People who are named or on a roster, whose last message did not arrive."""
    people = {holder.person.pk: holder.person for holder in matrix.holders}
    people |= {one.pk: one for one in Person.objects.filter(rotation_places__isnull=False)}
    here = [pk for pk, person in people.items() if not person.has_left(now)]
    since_test = Q(last_tested_at__isnull=True) | Q(last_failed_at__gt=F("last_tested_at"))
    points = ContactPoint.objects.filter(since_test, person__in=here, last_failed_at__isnull=False)
    teams: dict[int, int] = defaultdict(int)
    for row in Membership.objects.filter(person__in=here).order_by("-pk"):
        teams[row.person_id] = row.team_id
    for point in points.order_by("pk"):
        person = people[point.person_id]
        due_on = _due(Kind.FAILING, point.last_failed_at or now)
        title = f"{person.full_name}, {point.get_channel_display().lower()}"
        owner = leads.get(teams[person.pk]) or person
        yield Finding(Kind.FAILING, title, point.last_failure, owner, due_on, person)


def _due(kind: Kind, since: datetime) -> date:
    return (since + timedelta(days=DAYS[kind])).date()
