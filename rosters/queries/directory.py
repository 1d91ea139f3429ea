"""Loading the resolver's directory: a constant number of queries, whatever its size."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Prefetch, Q

from rosters.enums import Urgency
from rosters.logic.directory import CellSpec, Contact, Directory, MemberSpec, PersonSpec
from rosters.logic.rotation import LayerSpec, OverrideSpec, RosterSpec
from rosters.logic.shifts import RestrictionSpec, RotationSpec
from rosters.models import (
    Absence,
    ContactPoint,
    ContactRule,
    Layer,
    MatrixEntry,
    Membership,
    Override,
    Person,
    Roster,
    Rotation,
    RotationMember,
    Service,
    StakeholderRole,
    Team,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What somebody is about to ask the directory for."""

    roster_ids: frozenset[int] = frozenset()
    role_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    service_ids: frozenset[int] = frozenset()

    def __or__(self, other: "Wanted") -> "Wanted":
        """What either of the two asks for, to be loaded once."""
        return Wanted(
            self.roster_ids | other.roster_ids,
            self.role_ids | other.role_ids,
            self.person_ids | other.person_ids,
            self.team_ids | other.team_ids,
            self.service_ids | other.service_ids,
        )


def load_directory(wanted: Wanted, *, starts_at: datetime, ends_at: datetime) -> Directory:
    """The directory for what is wanted, right for every instant in [starts_at, ends_at)."""
    cells = _cells(wanted, starts_at=starts_at, ends_at=ends_at)
    roster_ids = wanted.roster_ids | {cell.roster_id for cell in cells if cell.roster_id}
    rosters = load_rosters(Q(pk__in=roster_ids), starts_at=starts_at, ends_at=ends_at)
    members = _members(wanted.team_ids)
    person_ids = set(wanted.person_ids)
    person_ids |= {one for cell in cells for one in (cell.person_id, cell.backup_id) if one}
    person_ids |= {member.person_id for team in members.values() for member in team}
    person_ids |= {person for one in rosters for person in one.spec.people}
    return Directory(
        people=load_people(person_ids, starts_at=starts_at, ends_at=ends_at),
        rosters={one.roster.pk: one.spec for one in rosters},
        roster_names={one.roster.pk: one.roster.name for one in rosters},
        role_names=_names(StakeholderRole, wanted.role_ids),
        team_names=_names(Team, wanted.team_ids),
        service_names=_names(Service, wanted.service_ids),
        cells=cells,
        members=members,
    )


def _names(model: type[StakeholderRole | Team | Service], ids: Iterable[int]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))


def _cells(wanted: Wanted, *, starts_at: datetime, ends_at: datetime) -> tuple[CellSpec, ...]:
    about = Q(service__isnull=True, team__isnull=True)
    about |= Q(service__in=wanted.service_ids) | Q(team__in=wanted.team_ids)
    in_time = (Q(valid_from__isnull=True) | Q(valid_from__lt=ends_at)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=starts_at)
    )
    entries = MatrixEntry.objects.filter(about, in_time, role__in=wanted.role_ids)
    return tuple(
        CellSpec(
            entry.role_id,
            entry.service_id,
            entry.team_id,
            entry.severity,
            entry.person_id,
            entry.backup_id,
            entry.roster_id,
            entry.valid_from,
            entry.valid_to,
        )
        for entry in entries.order_by("pk")
    )


def _members(team_ids: frozenset[int]) -> dict[int, tuple[MemberSpec, ...]]:
    by_team: dict[int, list[MemberSpec]] = defaultdict(list)
    for member in Membership.objects.filter(team__in=team_ids).order_by("-is_lead", "pk"):
        by_team[member.team_id].append(MemberSpec(member.person_id, member.is_lead))
    return {team_id: tuple(found) for team_id, found in by_team.items()}


@dataclass(frozen=True)
class LoadedRoster:
    """A roster's row, and the roster as the resolver wants it."""

    roster: Roster
    spec: RosterSpec


def load_rosters(which: Q, *, starts_at: datetime, ends_at: datetime) -> list[LoadedRoster]:
    """The rosters by name, right for every instant in [starts_at, ends_at); six queries."""
    overrides = Override.objects.filter(ends_at__gt=starts_at, starts_at__lt=ends_at)
    found = Roster.objects.filter(which).prefetch_related(
        Prefetch("overrides", overrides.order_by("pk"), to_attr="current_overrides"),
        Prefetch("layers", Layer.objects.order_by("priority", "pk")),
        Prefetch("layers__rotations", Rotation.objects.order_by("pk")),
        Prefetch("layers__rotations__members", RotationMember.objects.order_by("order", "pk")),
        "layers__restrictions",
    )
    return [
        LoadedRoster(roster, _roster_spec(roster))
        for roster in found.select_related("team").order_by("name", "pk")
    ]


def _roster_spec(roster: Roster) -> RosterSpec:
    overrides: list[Override] = getattr(roster, "current_overrides", [])
    return RosterSpec(
        _zone(roster),
        tuple(_layer_spec(layer) for layer in roster.layers.all()),
        tuple(
            OverrideSpec(one.kind, one.starts_at, one.ends_at, one.person_id, one.instead_of_id)
            for one in overrides
        ),
    )


def _zone(roster: Roster) -> ZoneInfo:
    """The roster's zone. One that this machine does not know must not stop every other call."""
    try:
        return ZoneInfo(roster.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        logger.exception("unknown time zone, using UTC", extra={"roster": roster.pk})
        return ZoneInfo("UTC")


def _layer_spec(layer: Layer) -> LayerSpec:
    return LayerSpec(
        layer.priority,
        tuple(_rotation_spec(rotation) for rotation in layer.rotations.all()),
        tuple(
            RestrictionSpec(one.weekday, one.starts_at, one.ends_at)
            for one in layer.restrictions.all()
        ),
    )


def _rotation_spec(rotation: Rotation) -> RotationSpec:
    handover_at = rotation.handover_at
    return RotationSpec(
        starts_at=datetime.combine(rotation.starts_on, handover_at),
        unit=rotation.unit,
        length=rotation.length,
        people=tuple(member.person_id for member in rotation.members.all()),
        ends_at=datetime.combine(rotation.ends_on, handover_at) if rotation.ends_on else None,
    )


def load_people(
    person_ids: Iterable[int], *, starts_at: datetime, ends_at: datetime
) -> dict[int, PersonSpec]:
    """People with their contact points and absences, by primary key; four queries."""
    people = Person.objects.filter(pk__in=person_ids).prefetch_related(
        Prefetch(
            "contact_rules",
            ContactRule.objects.select_related("contact_point").order_by(
                "delay_minutes", "order", "pk"
            ),
        ),
        Prefetch("contact_points", ContactPoint.objects.order_by("pk")),
        Prefetch("absences", Absence.objects.filter(ends_at__gt=starts_at, starts_at__lt=ends_at)),
    )
    return {
        person.pk: PersonSpec(
            person.pk,
            person.full_name,
            person.short_name,
            person.time_zone,
            _contacts(person),
            person.left_at,
            tuple((one.starts_at, one.ends_at) for one in person.absences.all()),
        )
        for person in people
    }


def _contacts(person: Person) -> dict[str, tuple[Contact, ...]]:
    """Contact points that have a carrier, by urgency; under "any" all of them."""
    by_urgency: dict[str, list[Contact]] = {urgency: [] for urgency in Urgency.values}
    for rule in person.contact_rules.all():
        if rule.contact_point.channel in settings.CARRIERS:
            delay = timedelta(minutes=rule.delay_minutes)
            contact = Contact(rule.contact_point_id, rule.contact_point.channel, delay)
            by_urgency[rule.urgency].append(contact)
    by_urgency["any"] = [
        Contact(point.pk, point.channel)
        for point in person.contact_points.all()
        if point.channel in settings.CARRIERS
    ]
    return {urgency: tuple(found) for urgency, found in by_urgency.items()}
