"""What makes a call go astray: stale cells, failing numbers, sole holders, leavers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q

from rosters.logic.standing import STALE_AFTER, Fault
from rosters.models import ContactPoint, Membership, Person
from rosters.queries import contacts
from rosters.queries.contacts import Held, Matrix, Square


class Kind(StrEnum):
    """What was found, the most urgent first."""

    VACANT = "vacant"
    LEFT = "left"
    FAILING = "failing"
    STALE = "stale"
    ALONE = "alone"


HEADINGS = {
    Kind.VACANT: "Nobody is named",
    Kind.LEFT: "Left the company and still named",
    Kind.FAILING: "A number or address fails",
    Kind.STALE: "Not confirmed for 90 days",
    Kind.ALONE: "One person alone, without a backup",
}
DAYS = {Kind.VACANT: 7, Kind.LEFT: 3, Kind.FAILING: 3, Kind.STALE: 14, Kind.ALONE: 30}
"""How many days its owner has, from when it became so."""


@dataclass(frozen=True)
class Finding:
    """One thing to mend: what, whose it is, and until when."""

    kind: Kind
    title: str
    detail: str
    owner: Person | None
    due_on: date | None = None
    person: Person | None = None


@dataclass(frozen=True)
class Audit:
    """Everything to mend; `to_ask` are the cells whose people can say whether they are right."""

    findings: tuple[Finding, ...]
    to_ask: tuple[Held, ...]

    @property
    def groups(self) -> list[tuple[str, list[Finding]]]:
        """By kind, the most urgent first."""
        return [
            (HEADINGS[kind], found)
            for kind in Kind
            if (found := [one for one in self.findings if one.kind == kind])
        ]

    @property
    def people_to_ask(self) -> int:
        return len({one.entry.person_id for one in self.to_ask})


def load(*, now: datetime) -> Audit:
    """The audit at `now`; a constant number of queries."""
    matrix = contacts.load(now=now, with_rosters=False)
    leads = _leads(now=now)
    found = [
        *(_vacancy(square, leads, now) for square in matrix.vacancies),
        *(one for held in matrix.held for one in _of_cell(held, matrix, leads, now)),
        *_failing(leads, matrix, now),
    ]
    to_ask = tuple(
        held
        for held in matrix.held
        if held.faults & {Fault.NEVER, Fault.STALE}
        and held.entry.person_id is not None
        and held.entry.person_id not in matrix.left_at
    )
    return Audit(tuple(sorted(found, key=_order)), to_ask)


def _order(finding: Finding) -> tuple[date, str]:
    return (finding.due_on or date.max, finding.title)


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
        gone = [one for one in (entry.person, entry.backup) if one and one.pk in matrix.left_at]
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
    """People who are named, whose last message did not arrive. Never the address itself."""
    people = {holder.person.pk: holder.person for holder in matrix.holders}
    here = [pk for pk, person in people.items() if person.left_at is None or person.left_at > now]
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
