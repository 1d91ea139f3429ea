"""The roles of one incident: who has each, whom we asked, who could have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import Promise
from incidents.logic.filling import Seat
from incidents.models import Incident, Notification, ResponseClock, RoleAssignment
from incidents.queries.circumstances import about
from incidents.queries.deciding import wanted_for
from rosters.logic.directory import Candidate
from rosters.models import Person, StakeholderRole
from rosters.queries.directory import load_directory


@dataclass(frozen=True)
class Place:
    """One role as the page shows it: `until` is when the next person is asked."""

    role: StakeholderRole
    seat: Seat
    holder: Person | None
    since: datetime | None
    named: Candidate | None
    asked: tuple[Person, ...]
    until: datetime | None
    purposes: tuple[str, ...] = ()

    @property
    def asked_names(self) -> list[str]:
        return [str(person) for person in self.asked]


def places(
    incident: Incident, reader: Person, *, now: datetime, only: StakeholderRole | None = None
) -> list[Place]:
    """Every role of the company around this incident, in order; a constant number of queries."""
    rows = StakeholderRole.objects.order_by("order", "name", "pk")
    roles = list(rows.filter(pk=only.pk) if only else rows)
    held = RoleAssignment.objects.filter(incident=incident, released_at__isnull=True)
    holders = {one.role_id: one for one in held.select_related("person")}
    clocks = ResponseClock.objects.filter(
        incident=incident,
        promise=Promise.FILL_ROLE,
        met_at__isnull=True,
        stopped_at__isnull=True,
    )
    waiting = {clock.role_id: clock for clock in clocks}
    told = _told(incident, list(waiting.values()))
    named = _named(incident, roles, now=now)
    return [
        _place(
            role,
            holders.get(role.pk),
            named.get(role.pk),
            waiting.get(role.pk),
            told,
            reader,
        )
        for role in roles
    ]


def _place(
    role: StakeholderRole,
    held: RoleAssignment | None,
    named: Candidate | None,
    clock: ResponseClock | None,
    told: dict[str, list[Person]],
    reader: Person,
) -> Place:
    asked = tuple(told.get(purpose_of(clock), ())) if clock else ()
    seat = Seat(
        role.name,
        str(held.person) if held else "",
        is_mine=held is not None and held.person_id == reader.pk,
        is_named=(named is not None and named.person_id == reader.pk) or reader in asked,
        is_asked=bool(asked),
    )
    return Place(
        role,
        seat,
        held.person if held else None,
        held.assumed_at if held else None,
        named,
        asked,
        clock.target_at if clock else None,
        (purpose_of(clock),) if clock else (),
    )


def _told(incident: Incident, clocks: Sequence[ResponseClock]) -> dict[str, list[Person]]:
    rows = Notification.objects.filter(
        incident=incident, purpose__in=[purpose_of(clock) for clock in clocks]
    )
    found: dict[str, list[Person]] = {}
    for row in rows.select_related("person").order_by("created_at", "pk"):
        found.setdefault(row.purpose, []).append(row.person)
    return found


def _named(
    incident: Incident, roles: Sequence[StakeholderRole], *, now: datetime
) -> dict[int, Candidate]:
    """Whom the contact matrix names for each role now."""
    known = about(incident)
    wanted = wanted_for({role.pk for role in roles}, [incident])
    directory = load_directory(wanted, starts_at=now, ends_at=now + timedelta(minutes=1))
    found = {
        role.pk: directory.for_role(
            role.pk,
            service_id=known.service_id,
            team_id=known.team_id,
            severity=known.severity,
            at=now,
        )
        for role in roles
    }
    return {pk: people[0] for pk, people in found.items() if people}


def purpose_of(clock: ResponseClock) -> str:
    """What the notifications of somebody who is asked to take a role are for."""
    return f"role {clock.pk}"
