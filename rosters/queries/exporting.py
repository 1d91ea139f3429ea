"""What is there as rows of a file, in the columns of an import: sent back, it changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from django.db.models import Q

from rosters.enums import ImportSubject
from rosters.logic.imports.columns import COMPANY
from rosters.models import (
    ContactPoint,
    MatrixEntry,
    Membership,
    Person,
    Service,
    ServiceDependency,
)
from rosters.queries import numbers

Rows = Iterable[list[str]]
BETWEEN = "; "


def rows(subject: str, *, reader: Person, now: datetime) -> Rows:
    """Every row of a subject; addresses of people only for who may look them up in the admin, and
    suppliers only where the page of the service shows them."""
    return ROWS[subject](reader, now)


def _matrix(_reader: Person, now: datetime) -> Rows:
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    found = MatrixEntry.objects.filter(lasting).select_related(
        "role", "service", "team", "person", "backup", "roster", "hours"
    )
    names = _called()
    order = ("service__name", "team__name", "role__order", "role__name", "severity", "pk")
    for one in found.order_by(*order):
        about = one.service.name if one.service else ("" if one.team else COMPANY)
        yield [
            about,
            one.team.name if one.team else "",
            one.role.name,
            f"SEV{one.severity}" if one.severity else "",
            "yes" if one.and_worse else "",
            one.hours.name if one.hours else "",
            names(one.person),
            names(one.backup),
            one.roster.name if one.roster else "",
            _instant(one.valid_from),
            _instant(one.valid_to),
        ]


def _people(reader: Person, now: datetime) -> Rows:
    shows_email = reader.has_perm("rosters.view_person")
    teams: dict[int, list[str]] = defaultdict(list)
    leads: dict[int, list[str]] = defaultdict(list)
    for one in Membership.objects.select_related("team").order_by("team__name"):
        (leads if one.is_lead else teams)[one.person_id].append(one.team.name)
    for person in Person.objects.employed(now=now).order_by("full_name", "pk"):
        yield [
            person.full_name,
            person.short_name,
            (person.email or "") if shows_email else "",
            person.time_zone,
            person.region,
            BETWEEN.join(teams[person.pk]),
            BETWEEN.join(leads[person.pk]),
            "yes" if person.may_sign_in else "no",
        ]


def _services(reader: Person, _now: datetime) -> Rows:
    names, teams = _called(), numbers.teams_with_suppliers_for(reader)
    needs: dict[int, list[str]] = defaultdict(list)
    for one in ServiceDependency.objects.select_related("needs").order_by("needs__name"):
        needs[one.service_id].append(one.needs.name)
    found = Service.objects.select_related("owner_team", "backup_owner").order_by("name")
    for service in found:
        yield [
            service.name,
            service.owner_team.name,
            str(service.tier),
            service.customer_impact,
            names(service.backup_owner),
            service.region,
            service.operating_hours,
            service.vendor_contacts if teams is None or service.owner_team_id in teams else "",
            BETWEEN.join(service.labels),
            BETWEEN.join(needs[service.pk]),
        ]


def contact_points(visible: Collection[int], *, now: datetime) -> Rows:
    """Every contact point; its address only where the reader has a reason to see it."""
    names = _called()
    here = Person.objects.employed(now=now).values("pk")
    found = ContactPoint.objects.filter(person__in=here).select_related("person")
    for one in found.order_by("person__full_name", "person_id", "channel", "pk"):
        yield [
            names(one.person),
            one.get_channel_display(),
            one.address if one.person_id in visible else "",
            one.label,
        ]


def owners_of_points(*, now: datetime) -> list[Person]:
    """Everybody here who has a contact point."""
    owners = ContactPoint.objects.values("person")
    return list(Person.objects.employed(now=now).filter(pk__in=owners).order_by("pk"))


def _called() -> Callable[[Person | None], str]:
    """How a file names somebody: by name, and where two share it by their address."""
    seen: dict[str, int] = defaultdict(int)
    for name in Person.objects.order_by().values_list("full_name", flat=True):
        seen[name.casefold()] += 1

    def called(person: Person | None) -> str:
        if person is None:
            return ""
        if seen[person.full_name.casefold()] > 1 and person.email:
            return person.email
        return person.full_name

    return called


def _instant(at: datetime | None) -> str:
    if at is None:
        return ""
    there = at.astimezone(UTC)
    return f"{there:%Y-%m-%d %H:%M:%S} UTC" if there.second else f"{there:%Y-%m-%d %H:%M} UTC"


ROWS: Mapping[str, Callable[[Person, datetime], Rows]] = {
    ImportSubject.MATRIX: _matrix,
    ImportSubject.PEOPLE: _people,
    ImportSubject.SERVICES: _services,
}
