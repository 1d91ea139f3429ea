"""Loading the resolver's directory: a constant number of queries, whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value

from rosters.enums import Urgency
from rosters.logic.directory import Contact, Directory, MemberSpec, PersonSpec
from rosters.logic.matrix import CellSpec
from rosters.logic.reaching import is_trusted, used
from rosters.logic.rotation import RosterSpec
from rosters.models import (
    Absence,
    ContactPoint,
    MatrixEntry,
    Membership,
    Person,
    Service,
    StakeholderRole,
    Team,
)
from rosters.queries import cells, channel_order
from rosters.queries.compiled import compiled
from rosters.queries.lines import usable_channels
from rosters.queries.many import Ids
from rosters.queries.specs import load_rosters

ANY = "any"
"""The urgency under which a person's contact points stand, whatever their rules say."""
URGENCIES = (*Urgency.values, ANY)


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


NOTHING = Wanted()


def load_directory(wanted: Wanted, *, starts_at: datetime, ends_at: datetime) -> Directory:
    """The directory for what is wanted, right for every instant in [starts_at, ends_at)."""
    return load_supposing({}, wanted, starts_at=starts_at, ends_at=ends_at)


def load_supposing(
    supposed: Mapping[int, RosterSpec],
    wanted: Wanted,
    *,
    starts_at: datetime,
    ends_at: datetime,
) -> Directory:
    """The same, where some rosters count as `supposed`, whatever is written of them."""
    found = _cells(wanted, starts_at=starts_at, ends_at=ends_at)
    roster_ids = wanted.roster_ids | {cell.roster_id for cell in found if cell.roster_id}
    rosters = load_rosters(roster_ids, starts_at=starts_at, ends_at=ends_at)
    specs = {pk: supposed.get(pk, one.spec) for pk, one in rosters.items()}
    members = _members(wanted.team_ids)
    person_ids = set(wanted.person_ids)
    person_ids |= {one for cell in found for one in (cell.person_id, cell.backup_id) if one}
    person_ids |= {member.person_id for team in members.values() for member in team}
    person_ids.update(*(one.people for one in specs.values()))
    names = _names(wanted)
    return Directory(
        people=load_people(person_ids, starts_at=starts_at, ends_at=ends_at),
        rosters=specs,
        roster_names={pk: one.head.name for pk, one in rosters.items()},
        role_names=names["role"],
        team_names=names["team"],
        service_names=names["service"],
        cells=found,
        members=members,
    )


def _names(wanted: Wanted) -> dict[str, dict[int, str]]:
    """What the roles, teams and services are called, by kind; one query."""
    names: dict[str, dict[int, str]] = {"role": {}, "team": {}, "service": {}}
    asked = (wanted.role_ids, wanted.team_ids, wanted.service_ids)
    for kind, pk, name in _named(*asked) if any(asked) else ():
        names[kind][pk] = name
    return names


@compiled
def _named(roles: Ids, teams: Ids, services: Ids) -> QuerySet[Any, Any]:
    asked: dict[str, QuerySet[Any]] = {
        "role": StakeholderRole.objects.filter(pk__in=roles),
        "team": Team.objects.filter(pk__in=teams),
        "service": Service.objects.filter(pk__in=services),
    }
    parts = [rows.values_list(Value(kind), "pk", "name") for kind, rows in asked.items()]
    return parts[0].union(*parts[1:], all=True)


def _cells(wanted: Wanted, *, starts_at: datetime, ends_at: datetime) -> tuple[CellSpec, ...]:
    if not wanted.role_ids:
        return ()
    about = (wanted.service_ids, wanted.team_ids)
    return cells.specs_of(_entries(wanted.role_ids, *about, starts_at, ends_at))


@compiled
def _entries(
    roles: Ids, services: Ids, teams: Ids, starts_at: datetime, ends_at: datetime
) -> QuerySet[MatrixEntry, Any]:
    """The cells of the company, and of these services and teams."""
    about = Q(service__isnull=True, team__isnull=True)
    about |= Q(service__in=services) | Q(team__in=teams)
    in_time = Q(valid_from__isnull=True) | Q(valid_from__lt=ends_at)
    in_time &= Q(valid_to__isnull=True) | Q(valid_to__gt=starts_at)
    found = MatrixEntry.objects.filter(about, in_time, role__in=roles)
    return found.order_by("pk").values_list(*cells.FIELDS)


def _members(team_ids: frozenset[int]) -> dict[int, tuple[MemberSpec, ...]]:
    by_team: dict[int, list[MemberSpec]] = defaultdict(list)
    for team_id, person_id, is_lead in _memberships(team_ids) if team_ids else ():
        by_team[team_id].append(MemberSpec(person_id, is_lead))
    return {team_id: tuple(found) for team_id, found in by_team.items()}


@compiled
def _memberships(teams: Ids) -> QuerySet[Membership, Any]:
    members = Membership.objects.filter(team__in=teams).order_by("-is_lead", "pk")
    return members.values_list("team_id", "person_id", "is_lead")


def load_people(
    person_ids: Iterable[int], *, starts_at: datetime, ends_at: datetime
) -> dict[int, PersonSpec]:
    """People with their contact points and absences, by primary key; three queries."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    contacts, channels = _contacts(wanted)
    absences: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for person_id, begins_at, stops_at in _absences(wanted, starts_at, ends_at):
        absences[person_id].append((begins_at, stops_at))
    return {
        pk: PersonSpec(
            pk,
            full_name,
            short_name,
            time_zone,
            {urgency: tuple(contacts[pk, urgency]) for urgency in URGENCIES},
            left_at,
            tuple(absences[pk]),
            channels,
            language,
        )
        for pk, full_name, short_name, time_zone, left_at, language in _people(wanted)
    }


@compiled
def _people(people: Ids) -> QuerySet[Any, Any]:
    found: QuerySet[Person] = Person.objects.filter(pk__in=people)
    return found.values_list("pk", "full_name", "short_name", "time_zone", "left_at", "language")


@compiled
def _absences(people: Ids, starts_at: datetime, ends_at: datetime) -> QuerySet[Absence, Any]:
    away = Absence.objects.filter(person__in=people, ends_at__gt=starts_at, starts_at__lt=ends_at)
    return away.order_by("pk").values_list("person_id", "starts_at", "ends_at")


def _contacts(
    person_ids: Set[int],
) -> tuple[dict[tuple[int, str], list[Contact]], dict[int, tuple[str, ...]]]:
    """Contact points to use, by person and urgency; under `ANY` all that have a carrier.

    And what administrators let each severity use, which comes with the same rows.
    """
    order: list[str] = []
    found: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    trusted: dict[int, bool] = {}
    rules = []
    for row in _points(person_ids, tuple(usable_channels())):
        pk, person_id, channel, *proof, order, delay, place, rule, owner, urgency = row
        if pk not in trusted:
            trusted[pk] = is_trusted(*proof)
            found[person_id, ANY].append(Contact(pk, channel, is_trusted=trusted[pk]))
        if owner in person_ids:
            rules.append((delay, place, rule, owner, urgency, pk, channel))
    for delay, _, _, owner, urgency, pk, channel in sorted(rules):
        wait = timedelta(minutes=delay)
        found[owner, urgency].append(Contact(pk, channel, wait, is_trusted=trusted[pk]))
    return _used(found), channel_order.read(order)


@compiled
def _points(people: Ids, carriers: tuple[str, ...]) -> QuerySet[ContactPoint, Any]:
    """Contact points, each with the rules that use it: a row for each, or one without any."""
    found = ContactPoint.objects.filter(person__in=people, channel__in=carriers)
    proof = ("verified_at", "last_tested_at", "reported_wrong_at")
    rule = ("delay_minutes", "order", "pk", "person_id", "urgency")
    ordered = found.order_by("pk").annotate(every=channel_order.EVERY)
    fields = ("pk", "person_id", "channel", *proof, "every")
    return ordered.values_list(*fields, *(f"rules__{name}" for name in rule))


def _used(found: Mapping[tuple[int, str], list[Contact]]) -> dict[tuple[int, str], list[Contact]]:
    """Without what nobody verified, where something verified takes its place."""
    return defaultdict(
        list,
        {
            (person_id, urgency): used(
                contacts, found.get((person_id, ANY), ()), is_urgent=urgency != Urgency.NORMAL
            )
            for (person_id, urgency), contacts in found.items()
        },
    )
