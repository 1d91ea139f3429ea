"""Whether services are ready to break, for many in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q

from incidents.queries.cover import LOOK_AHEAD, Cover
from reviews.logic.readiness import CONTACTS_GOOD_FOR, Facts, Readiness, readiness
from reviews.models import Drill
from rosters.models import MatrixEntry, Membership, Service
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
    found = _found([service.pk for service in wanted], now=now)
    return {
        service.pk: readiness(_facts(service, covers[service.pk], found, now=now), now=now)
        for service in wanted
    }


def leads_of(team_ids: Iterable[int], *, now: datetime) -> dict[int, list[Membership]]:
    """Who leads these teams and is still here, by team, by name."""
    rows = Membership.objects.filter(
        Q(person__left_at__isnull=True) | Q(person__left_at__gt=now),
        team__in=set(team_ids),
        is_lead=True,
    )
    by_team: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("person").order_by("person__full_name", "pk"):
        by_team[row.team_id].append(row)
    return by_team


def contacts_of(*, now: datetime) -> Q:
    """The cells of the matrix that hold at `now`."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=now))


def _found(service_ids: list[int], *, now: datetime) -> _Found:
    found = _Found()
    leads = Membership.objects.filter(
        Q(person__left_at__isnull=True) | Q(person__left_at__gt=now), is_lead=True
    ).order_by("-person__full_name", "-pk")
    found.leads = dict(leads.values_list("team", "person__full_name"))
    books = Runbook.objects.filter(service__in=service_ids, versions__isnull=False)
    found.runbooks = Counter(
        service for service, _ in books.values_list("service", "pk").distinct()
    )
    drills = Drill.objects.filter(service__in=service_ids, finished_at__lte=now)
    found.drilled = dict(
        drills.values("service").annotate(last=Max("finished_at")).values_list("service", "last")
    )
    _count_contacts(found, now=now)
    return found


def _count_contacts(found: _Found, *, now: datetime) -> None:
    is_old = Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=now - CONTACTS_GOOD_FOR)
    has_left = Q(person__left_at__lte=now) | Q(backup__left_at__lte=now)
    cells = MatrixEntry.objects.filter(
        contacts_of(now=now), Q(service__isnull=False) | Q(team__isnull=False)
    ).order_by()
    counted = cells.values_list("service", "team").annotate(
        total=Count("pk"), stale=Count("pk", filter=is_old | has_left)
    )
    for service, team, total, stale in counted:
        if service:
            found.contacts[service], found.stale[service] = total, stale
        else:
            found.team_contacts[team], found.team_stale[team] = total, stale


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
