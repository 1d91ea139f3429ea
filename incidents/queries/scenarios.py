"""What could happen: every scenario with who leads, who hears of it, and what to open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from incidents.logic.tools import Tool, tools_of
from incidents.models import IncidentTemplate
from incidents.queries.standing import COMMANDER
from incidents.queries.template_list import Asked
from incidents.queries.templates import lines_of
from rosters.enums import SeverityLevel
from rosters.models import StakeholderRole
from rosters.queries.directory import Wanted, load_directory


@dataclass(frozen=True)
class Scenario:
    """One kind of trouble. `leads` is the commander of the day, or empty where nobody is."""

    row: IncidentTemplate
    leads: str
    informed: tuple[StakeholderRole, ...]
    tools: tuple[Tool, ...]
    first_sign: str

    @property
    def pk(self) -> int:
        return self.row.pk


def listed(asked: Asked) -> QuerySet[IncidentTemplate]:
    """Those in use that fit, by service and name; what may happen to any service comes last."""
    rows = IncidentTemplate.objects.filter(asked.condition, retired_at__isnull=True)
    by_service = F("service__name").asc(nulls_last=True)
    return rows.order_by(by_service, "name", "pk")


def in_full(rows: Iterable[IncidentTemplate], *, now: datetime) -> list[Scenario]:
    """Each with today's names; a constant number of queries."""
    wanted = [row.pk for row in rows]
    full = IncidentTemplate.objects.filter(pk__in=wanted).select_related("service", "runbook")
    found = {row.pk: row for row in full.prefetch_related("stakeholders")}
    leads = _leaders(found.values(), now=now)
    return [_scenario(found[pk], leads[pk]) for pk in wanted if pk in found]


def _scenario(row: IncidentTemplate, leads: str) -> Scenario:
    signs = lines_of(row.symptoms)
    informed = sorted(row.stakeholders.all(), key=lambda role: (role.order, role.name))
    return Scenario(row, leads, tuple(informed), tools_of(row.tools), signs[0] if signs else "")


def _leaders(rows: Iterable[IncidentTemplate], *, now: datetime) -> dict[int, str]:
    """Who would command each of them if it happened at `now`."""
    rows = list(rows)
    role = StakeholderRole.objects.filter(slug=COMMANDER).first()
    if role is None:
        return {row.pk: "" for row in rows}
    services = [row.service for row in rows if row.service]
    wanted = Wanted(
        role_ids=frozenset({role.pk}),
        service_ids=frozenset(one.pk for one in services),
        team_ids=frozenset(one.owner_team_id for one in services),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + timedelta(minutes=1))
    found = {}
    for row in rows:
        people = directory.for_role(
            role.pk,
            service_id=row.service_id,
            team_id=row.service.owner_team_id if row.service else None,
            severity=row.severity or SeverityLevel.SERIOUS,
            at=now,
        )
        found[row.pk] = people[0].full_name if people else ""
    return found
