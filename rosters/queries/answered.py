"""For which services a roster is called: by their rules, or by the cells that these ask."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from config.portal import words
from rosters.logic.asking_rules import Asks
from rosters.models import MatrixEntry, Service
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

Square = tuple[int, int | None, int | None]
"""A role, for a service or for a team, or for the whole company."""
Rosters = Mapping[int, int | None]
"""Rosters by number, each with its team."""
Named = tuple[int, int, int]
"""A service, and a role that a roster fills for it."""
NOBODY = 0
"""Stands in a square for a person: a square that a person fills hides those above it."""


def by_roster(services: Sequence[Service], *, at: datetime) -> Mapping[int, list[Service]]:
    """The services that each roster is called for at `at`, in their order; a few queries.

    A service that rosters of its own team are called for is theirs, and not that of the roster that
    the whole company calls.
    """
    asks = asks_of([one.pk for one in services])
    cells = _cells(frozenset(role for one in asks.values() for role in one.role_ids), at=at)
    found: dict[int, list[Service]] = defaultdict(list)
    for service in services:
        asked = _asked(service, asks[service.pk], cells)
        own = [one for one, team in asked.items() if team == service.owner_team_id]
        for roster in own or asked:
            found[roster].append(service)
    return found


def asks_of(service_ids: Collection[int]) -> Mapping[int, Asks]:
    """What the rules of these services ask. Rules are further up the line of apps: settings name
    the question that they answer."""
    found: Mapping[int, Asks] = import_string(settings.RULES_ASK)(service_ids)
    return found


def called_instead(
    named: Collection[Named], asks: Mapping[int, Asks], *, at: datetime
) -> Mapping[int, frozenset[str]]:
    """By service: whom its rule calls first, where that is none of the rosters that its contacts
    name. It asks only where there is such a service."""
    called = {service for service, role, roster in named if asks[service].calls(role, roster)}
    apart = {service for service, *_ in named} - called
    found = import_string(settings.RULES_CALL)(apart, at=at) if apart else {}
    return {service: frozenset(names) for service, names in found.items()}


def in_words(called: Collection[str]) -> str:
    """What stands beneath somebody whom the rule does not call."""
    return f"The rule calls {words.people(sorted(called))}"


def _asked(service: Service, asks: Asks, cells: Mapping[Square, Rosters]) -> Rosters:
    """The rosters that the rules of the service come to. One that fills a role for the whole
    company counts where the rule itself names it, or where it is of the service's team."""
    asked = dict(asks.teams)
    team_id = service.owner_team_id
    for role in asks.role_ids:
        own = cells.get((role, service.pk, None)) or cells.get((role, None, team_id))
        company = cells.get((role, None, None), {}) if not own else {}
        asked |= own or {one: team for one, team in company.items() if team == team_id}
    asked.pop(NOBODY, None)
    return asked


def _cells(roles: frozenset[int], *, at: datetime) -> Mapping[Square, Rosters]:
    """Which rosters fill each square at `at`, at some severity or hour."""
    found: dict[Square, dict[int, int | None]] = defaultdict(dict)
    for role, service, team, roster, owner in _filled(roles, at) if roles else ():
        found[role, service, None if service else team][roster or NOBODY] = owner
    return found


@compiled
def _filled(roles: Ids, at: datetime) -> QuerySet[MatrixEntry, Any]:
    valid = (Q(valid_from__isnull=True) | Q(valid_from__lte=at)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gt=at)
    )
    rows = MatrixEntry.objects.filter(valid, role__in=roles)
    return rows.values_list("role_id", "service_id", "team_id", "roster_id", "roster__team_id")
