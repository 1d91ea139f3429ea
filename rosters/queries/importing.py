"""What a file is compared with, read in a constant number of queries; and who may send one."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.enums import ImportSubject
from rosters.logic.imports.contact_points import Point, Reach
from rosters.logic.imports.matrix import Cell, Matrix
from rosters.logic.imports.people import Company, PersonNow
from rosters.logic.imports.services import Catalogue, ServiceNow
from rosters.logic.imports.values import People, Register, Someone
from rosters.models import (
    ContactPoint,
    MatrixEntry,
    Membership,
    NamedHours,
    Person,
    Roster,
    Service,
    ServiceDependency,
    StakeholderRole,
    Team,
)
from rosters.queries import cells

NEEDED: Mapping[str, tuple[str, ...]] = {
    ImportSubject.MATRIX: ("rosters.add_matrixentry", "rosters.change_matrixentry"),
    ImportSubject.CONTACT_POINTS: ("rosters.add_contactpoint", "rosters.change_contactpoint"),
    ImportSubject.PEOPLE: ("rosters.add_person", "rosters.change_person"),
    ImportSubject.SERVICES: ("rosters.change_service",),
}
"""What somebody may do in the admin who may send a file of each subject."""


def may_import(person: Person, subject: str) -> bool:
    return person.has_perms(NEEDED[subject])


def subjects_of(person: Person) -> list[ImportSubject]:
    """What this person may bring in from a file."""
    return [one for one in ImportSubject if may_import(person, one)]


def people(*, now: datetime) -> People:
    rows = Person.objects.order_by("pk").values_list("pk", "full_name", "email", "left_at")
    everybody = (Someone(pk, name, email or "", left) for pk, name, email, left in rows)
    return People(tuple(everybody), now)


def services() -> Register:
    return Register("service", dict(Service.objects.order_by("-pk").values_list("name", "pk")))


def teams() -> Register:
    return Register("team", dict(Team.objects.order_by("-pk").values_list("name", "pk")))


def matrix(reader: Person, *, now: datetime) -> Matrix:
    """Everything that a file of the matrix is compared with; its times are the reader's."""
    fields = (
        "role_id",
        "service_id",
        "team_id",
        "severity",
        "and_worse",
        "hours_id",
        "person_id",
        "backup_id",
        "roster_id",
        "valid_from",
        "valid_to",
        "pk",
    )
    rows = MatrixEntry.objects.order_by("valid_from", "pk").values_list(*fields)
    hours = dict(NamedHours.objects.order_by("-pk").values_list("name", "pk"))
    return Matrix(
        people(now=now),
        services(),
        teams(),
        Register("role", dict(StakeholderRole.objects.order_by("-pk").values_list("name", "pk"))),
        Register("set of hours", hours),
        Register("roster", dict(Roster.objects.order_by("-pk").values_list("name", "pk"))),
        dict(Service.objects.order_by("pk").values_list("pk", "owner_team_id")),
        tuple(Cell(*row) for row in rows),
        cells.named_hours(set(hours.values())),
        ZoneInfo(reader.time_zone),
    )


def contact_points(_reader: Person, *, now: datetime) -> Reach:
    """Every number and address; none of them leaves the check."""
    rows = ContactPoint.objects.order_by("pk")
    fields = ("person_id", "channel", "address", "label", "pk")
    return Reach(people(now=now), tuple(Point(*row) for row in rows.values_list(*fields)))


def company(reader: Person, *, now: datetime) -> Company:
    """Everybody with their teams."""
    teams_of: dict[int, set[int]] = defaultdict(set)
    leads_of: dict[int, set[int]] = defaultdict(set)
    memberships = Membership.objects.order_by("pk")
    for person_id, team_id, is_lead in memberships.values_list("person_id", "team_id", "is_lead"):
        teams_of[person_id].add(team_id)
        if is_lead:
            leads_of[person_id].add(team_id)
    names = ("full_name", "short_name", "email", "time_zone", "region")
    rows = Person.objects.order_by("pk").values_list("pk", "may_sign_in", "left_at", *names)
    found = {
        pk: PersonNow(
            pk,
            {name: value or "" for name, value in zip(names, fields, strict=True)},
            may_sign_in,
            frozenset(teams_of[pk]),
            frozenset(leads_of[pk]),
            left_at,
        )
        for pk, may_sign_in, left_at, *fields in rows
    }
    return Company(people(now=now), found, teams(), reader.pk)


def catalogue(reader: Person, *, now: datetime) -> Catalogue:
    """Every service with what it needs."""
    needs: dict[int, set[str]] = defaultdict(set)
    pairs = ServiceDependency.objects.order_by("pk").values_list("service_id", "needs__name")
    for service_id, name in pairs:
        needs[service_id].add(name.casefold())
    rows = Service.objects.select_related("owner_team", "backup_owner").order_by("pk")
    found = {one.pk: _service(one, frozenset(needs[one.pk])) for one in rows}
    may_add = reader.has_perm("rosters.add_service")
    return Catalogue(services(), found, teams(), people(now=now), may_add)


def _service(one: Service, needs: frozenset[str]) -> ServiceNow:
    fields = {
        "team": one.owner_team.name,
        "tier": str(one.tier),
        "impact": one.customer_impact,
        "backup_owner": one.backup_owner.full_name if one.backup_owner else "",
        "region": one.region,
        "hours": one.operating_hours,
        "vendors": _lines(one.vendor_contacts),
    }
    return ServiceNow(one.pk, fields, tuple(one.labels), needs, one.backup_owner_id)


def _lines(text: str) -> str:
    """As a file's cell is read: without empty lines and spaces at the ends."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
