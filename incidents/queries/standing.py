"""What a person is to an incident, for the rules of access."""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.enums import EntryKind
from incidents.logic.access import Containment, Standing, State
from incidents.logic.judgment import Lead
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    RoleAssignment,
    StepTarget,
    TimelineEntry,
)
from rosters.logic.roles import Role, only_reads
from rosters.models import MatrixEntry, Membership, Person, RotationMember
from rosters.queries import roles
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

COMMANDER = "incident-commander"
FACTS = ("told", "in_role", "in_team", "on_roster", "in_cell", "named", "is_superuser")


def of(person: Person, incident: Incident) -> Standing:
    """`person`'s standing towards `incident`, in one query.

    A responder is a member of the owner team, or stands on a roster or in a matrix cell that the
    incident's own policy versions target.
    """
    service = incident.service
    services = {service.pk} if service else frozenset[int]()
    teams = {service.owner_team_id} if service else frozenset[int]()
    (found,) = _facts(person, incident, services, teams)
    is_told, has_role, in_team, on_roster, in_cell, named, is_superuser = found
    holder = roles.holder(named, is_administrator=is_superuser)
    return Standing(
        is_told=is_told,
        has_role=has_role,
        is_responder=in_team or on_roster or in_cell,
        is_declarer=incident.declared_by_id == person.pk,
        is_administrator=holder.is_administrator,
        is_commander=holder.has(Role.COMMANDER),
        only_reads=only_reads(holder),
    )


@compiled
def _facts(person: Person, incident: Incident, services: Ids, teams: Ids) -> QuerySet[Person, Any]:
    versions = EscalationRun.objects.filter(clock__incident=incident).values("version_id")
    step_targets = StepTarget.objects.filter(step__version__in=versions)
    target_rosters = step_targets.filter(roster__isnull=False).values("roster_id")
    cells = MatrixEntry.objects.filter(
        Q(service__isnull=True, team__isnull=True) | Q(service__in=services) | Q(team__in=teams),
        role__in=step_targets.filter(role__isnull=False).values("role_id"),
    )
    on_rosters = RotationMember.objects.filter(
        Q(rotation__layer__roster__in=target_rosters)
        | Q(rotation__layer__roster__in=cells.filter(roster__isnull=False).values("roster_id")),
        person=OuterRef("pk"),
    )
    held = RoleAssignment.objects.filter(
        incident=incident, person=OuterRef("pk"), released_at__isnull=True
    )
    rows: QuerySet[Person] = Person.objects.filter(pk=person.pk)
    return rows.annotate(
        told=Exists(Notification.objects.filter(incident=incident, person=OuterRef("pk"))),
        in_role=Exists(held),
        in_team=Exists(Membership.objects.filter(team__in=teams, person=OuterRef("pk"))),
        on_roster=Exists(on_rosters),
        in_cell=Exists(cells.filter(Q(person=OuterRef("pk")) | Q(backup=OuterRef("pk")))),
        named=ArraySubquery(Group.objects.filter(user=OuterRef("pk")).values("name")),
    ).values_list(*FACTS)


def commander_of(incident: Incident) -> Person | None:
    """Who leads the incident now."""
    held = RoleAssignment.objects.filter(
        incident=incident, role__slug=COMMANDER, released_at__isnull=True
    )
    found = held.select_related("person").first()
    return found.person if found else None


def containment(person: Person, incident: Incident) -> Containment | None:
    """How the incident was marked contained, if it is and is not resolved; in two queries."""
    if incident.contained_by is None or incident.resolved_at is not None:
        return None
    marked = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.CONTAINED)
    commands = RoleAssignment.objects.filter(
        incident=incident, role__slug=COMMANDER, person=person, released_at__isnull=True
    )
    return Containment(
        marked_at=marked.latest("at", "pk").at,
        who=str(incident.contained_by),
        may_undo=incident.contained_by_id == person.pk or commands.exists(),
    )


def state(incident: Incident) -> State:
    """The facts of an incident that the rules ask for."""
    return State(
        incident.reference,
        incident.detected_at,
        incident.acknowledged_at,
        incident.contained_at,
        incident.resolved_at,
    )


def lead_of(incident: Incident, reader: Person) -> Lead:
    """Who leads the incident now, as the rules of judgment ask."""
    found = commander_of(incident)
    return Lead(str(found or ""), is_reader=found == reader)
