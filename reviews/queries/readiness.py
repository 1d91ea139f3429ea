"""Whether services are ready to break, for many in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.db.models import Count, Max, Q, QuerySet

from incidents.queries.cover import LOOK_AHEAD, Cover
from reviews.logic.readiness import (
    CONTACTS_GOOD_FOR,
    DRILL_GOOD_FOR,
    Facts,
    Readiness,
    readiness,
)
from reviews.models import Drill
from rosters.models import MatrixEntry, Membership, Service
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids
from runbooks.models import Runbook


@dataclass
class _Found:
    """What is read once for all services."""

    leads: dict[int, str] = field(default_factory=dict)
    runbooks: Mapping[int, int] = field(default_factory=dict)
    contacts: Counter[int] = field(default_factory=Counter)
    stale: Counter[int] = field(default_factory=Counter)
    team_contacts: Counter[int] = field(default_factory=Counter)
    team_stale: Counter[int] = field(default_factory=Counter)
    drilled: Mapping[int, datetime] = field(default_factory=dict)


def readiness_of(
    services: Iterable[Service], covers: Mapping[int, Cover], *, now: datetime
) -> dict[int, Readiness]:
    """The readiness of these services by primary key; four queries.

    Needs `owner_team` and `backup_owner` of each service, and its cover.
    """
    wanted = list(services)
    found = _found({service.pk for service in wanted}, now=now)
    return {
        service.pk: readiness(_facts(service, covers[service.pk], found, now=now), now=now)
        for service in wanted
    }


class Backed(Protocol):
    """As much of a service as its checks ask for."""

    @property
    def pk(self) -> int: ...
    @property
    def owner_team_id(self) -> int: ...
    @property
    def has_backup(self) -> bool: ...


class _Kind(NamedTuple):
    """Everything on which it depends whether a check is done, and nothing else."""

    has_owner: bool
    has_backup: bool
    has_policy: bool
    has_own_rule: bool
    has_roster: bool
    has_gap: bool
    has_runbook: bool
    has_contacts: bool
    is_stale: bool
    is_drilled: bool


def checks_of(
    services: Iterable[Backed], covers: Mapping[int, Cover], *, now: datetime
) -> dict[int, Readiness]:
    """How many checks of each are done: thousands share a few. Their sentences know no names."""
    wanted = list(services)
    found = _found(None, now=now)
    kinds = {one.pk: _kind(one, covers[one.pk], found, now=now) for one in wanted}
    judged = {kind: readiness(_facts_of(kind, now=now), now=now) for kind in set(kinds.values())}
    return {pk: judged[kind] for pk, kind in kinds.items()}


def _kind(one: Backed, cover: Cover, found: _Found, *, now: datetime) -> _Kind:
    pk, team = one.pk, one.owner_team_id
    drilled_at = found.drilled.get(pk)
    return _Kind(
        has_owner=team in found.leads,
        has_backup=one.has_backup,
        has_policy=cover.version is not None,
        has_own_rule=cover.has_own_rule,
        has_roster=cover.calls_a_roster,
        has_gap=cover.gap is not None,
        has_runbook=pk in found.runbooks,
        has_contacts=pk in found.contacts or team in found.team_contacts,
        is_stale=bool(found.stale.get(pk) or found.team_stale.get(team)),
        is_drilled=drilled_at is not None and now - drilled_at <= DRILL_GOOD_FOR,
    )


def _facts_of(kind: _Kind, *, now: datetime) -> Facts:
    return Facts(
        team="",
        owner="-" * kind.has_owner,
        backup_owner="-" * kind.has_backup,
        policy="-" * kind.has_policy,
        has_own_rule=kind.has_own_rule,
        rosters=("-",) * kind.has_roster,
        gap_starts_at=now if kind.has_gap else None,
        runbooks=int(kind.has_runbook),
        contacts=int(kind.has_contacts),
        contacts_stale=int(kind.is_stale),
        drilled_at=now if kind.is_drilled else None,
    )


def leads_of(team_ids: Iterable[int], *, now: datetime) -> dict[int, list[Membership]]:
    """Who leads these teams and is still here, by team, by name."""
    by_team: dict[int, list[Membership]] = defaultdict(list)
    for row in _leads(frozenset(team_ids), now):
        by_team[row.team_id].append(row)
    return by_team


def contacts_of(*, now: datetime) -> Q:
    """The cells of the matrix that hold at `now`."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=now))


def _found(services: Set[int] | None, *, now: datetime) -> _Found:
    """What is there of these services, or without any of all of them."""
    found = _Found()
    found.leads = dict(_leading(now))
    found.runbooks = Counter(service for service, _ in _runbooks(services))
    found.drilled = dict(_drilled(services, now))
    _count_contacts(found, now=now)
    return found


@compiled
def _runbooks(services: Ids | None) -> QuerySet[Runbook, Any]:
    rows = Runbook.objects.filter(_of(services), versions__isnull=False)
    return rows.values_list("service", "pk").distinct()


@compiled
def _drilled(services: Ids | None, now: datetime) -> QuerySet[Drill, Any]:
    rows = Drill.objects.filter(_of(services), finished_at__lte=now).values("service")
    return rows.annotate(last=Max("finished_at")).values_list("service", "last")


def _of(services: Ids | None) -> Q:
    return Q() if services is None else Q(service__in=services)


def _count_contacts(found: _Found, *, now: datetime) -> None:
    for service, team, total, stale in _cells(now, now - CONTACTS_GOOD_FOR):
        if service:
            found.contacts[service], found.stale[service] = total, stale
        else:
            found.team_contacts[team], found.team_stale[team] = total, stale


@compiled
def _leads(teams: Ids, now: datetime) -> QuerySet[Membership]:
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    rows = Membership.objects.filter(here, team__in=teams, is_lead=True)
    return rows.select_related("person").order_by("person__full_name", "pk")


@compiled
def _leading(now: datetime) -> QuerySet[Membership, Any]:
    here = Q(person__left_at__isnull=True) | Q(person__left_at__gt=now)
    leads = Membership.objects.filter(here, is_lead=True).order_by("-person__full_name", "-pk")
    return leads.values_list("team", "person__full_name")


@compiled
def _cells(now: datetime, old: datetime) -> QuerySet[MatrixEntry, Any]:
    is_old = Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=old)
    has_left = Q(person__left_at__lte=now) | Q(backup__left_at__lte=now)
    cells = MatrixEntry.objects.filter(
        contacts_of(now=now), Q(service__isnull=False) | Q(team__isnull=False)
    ).order_by()
    return cells.values_list("service", "team").annotate(
        total=Count("pk"), stale=Count("pk", filter=is_old | has_left)
    )


def _facts(service: Service, cover: Cover, found: _Found, *, now: datetime) -> Facts:
    team, backup, gap = service.owner_team_id, service.backup_owner, cover.gap
    has_left = backup is not None and backup.left_at is not None and backup.left_at <= now
    return Facts(
        team=service.owner_team.name,
        owner=found.leads.get(team, ""),
        backup_owner="" if backup is None or has_left else backup.full_name,
        policy=cover.policy_name,
        has_own_rule=cover.has_own_rule,
        rosters=tuple(one.roster.name for one in cover.rosters),
        gap_roster=gap[0].roster.name if gap else "",
        gap_starts_at=gap[1].starts_at if gap else None,
        gap_ends_at=gap[1].ends_at if gap and gap[1].ends_at < now + LOOK_AHEAD else None,
        runbooks=found.runbooks.get(service.pk, 0),
        contacts=found.contacts[service.pk] + found.team_contacts[team],
        contacts_stale=found.stale[service.pk] + found.team_stale[team],
        drilled_at=found.drilled.get(service.pk),
    )
