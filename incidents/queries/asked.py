"""Whom the rules of a service ask: roles of the contact matrix, or rosters past the matrix."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from incidents.enums import Promise
from incidents.logic.routing import RouteSpec, choose_policy
from incidents.models import PolicyVersion, Route, StepTarget
from rosters.enums import SeverityLevel
from rosters.logic.asking_rules import Asks
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

WHENEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Routes that are no detours hold at any time."""


def of_services(service_ids: Collection[int]) -> Mapping[int, Asks]:
    """What the rules in force for each of these services ask first of all; three queries."""
    routes = [RouteSpec(*route) for route in _routes()]
    by_service: dict[int | None, list[RouteSpec]] = defaultdict(list)
    for route in routes:
        by_service[route.service_id].append(route)
    policies = {
        pk: _policies([*by_service[None], *by_service.get(pk, ())], pk) for pk in service_ids
    }
    wanted = set().union(*policies.values()) if policies else set()
    newest = dict(_newest(wanted)) if wanted else {}
    roles, rosters = _targets(frozenset(newest.values()))
    found = {}
    for pk, ids in policies.items():
        versions = [newest[one] for one in sorted(ids) if one in newest]
        found[pk] = Asks(
            frozenset(role for version in versions for role in roles[version]),
            tuple(dict.fromkeys(name for version in versions for *_, name in rosters[version])),
            {one: team for version in versions for one, team, _ in rosters[version]},
        )
    return found


@compiled
def _routes() -> QuerySet[Route, Any]:
    rows = Route.objects.order_by("pk")
    return rows.values_list("policy_id", "service_id", "severity", "impact_id")


@compiled
def _newest(policies: Ids) -> QuerySet[PolicyVersion, Any]:
    rows = PolicyVersion.objects.filter(policy__in=policies, published_at__isnull=False)
    newest = rows.order_by("policy_id", "-number").distinct("policy_id")
    return newest.values_list("policy_id", "pk")


@compiled
def _told(versions: Ids) -> QuerySet[StepTarget, Any]:
    rows = StepTarget.objects.filter(step__version__in=versions).order_by("step__order", "pk")
    facts = ("step__version_id", "step__clock", "role_id", "roster_id")
    return rows.values_list(*facts, "roster__team_id", "roster__name")


def _policies(routes: list[RouteSpec], service_id: int) -> set[int]:
    """Every policy that can hold for the service, at any severity."""
    chosen = {
        choose_policy(
            routes, service_id=service_id, severity=level.value, impact_id=None, at=WHENEVER
        )
        for level in SeverityLevel
    }
    own = {route.policy_id for route in routes if route.service_id == service_id}
    return own | {one for one in chosen if one is not None}


def _targets(
    versions: frozenset[int],
) -> tuple[Mapping[int, list[int]], Mapping[int, list[tuple[int, int | None, str]]]]:
    roles: dict[int, list[int]] = defaultdict(list)
    rosters: dict[int, list[tuple[int, int | None, str]]] = defaultdict(list)
    for version, clock, role, roster, team, name in _told(versions) if versions else ():
        if role:
            roles[version].append(role)
        elif roster and clock == Promise.ACKNOWLEDGE:
            rosters[version].append((roster, team, name))
    return roles, rosters
