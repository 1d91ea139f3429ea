"""Incident templates on their own pages: the list, and one of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.logic.tools import Tool, tools_of
from incidents.models import Incident, IncidentTemplate
from incidents.queries.signal_keeping import keeper
from incidents.queries.templates import Stakeholder, lines_of, stakeholders
from rosters.enums import SeverityLevel
from rosters.logic.roles import Role
from rosters.models import Membership, Person, Service
from rosters.queries import roles

INCIDENTS_SHOWN = 5
SHOWN = {"live": "In use", "retired": "Retired"}


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty means all."""

    words: str = ""
    service: str = ""
    team: str = ""
    severity: str = ""

    @property
    def condition(self) -> Q:
        found = Q()
        if self.words:
            texts = ("name", "title", "symptoms", "containment", "service__name")
            for word in self.words.split()[:6]:
                found &= Q(*((f"{text}__icontains", word) for text in texts), _connector=Q.OR)
        if self.service:
            found &= Q(service__slug=self.service)
        if self.team:
            found &= Q(service__owner_team__slug=self.team)
        return found & Q(severity=int(self.severity)) if self.severity else found


def listed(asked: Asked, *, reader: Person, show: str) -> QuerySet[IncidentTemplate]:
    """The templates of the list, by service and name, each with how often it was used."""
    seen = Incident.objects.visible_to(reader).filter(template=OuterRef("pk")).order_by()
    number = seen.values("template").annotate(number=Count("pk")).values("number")
    rows = IncidentTemplate.objects.filter(
        asked.condition, retired_at__isnull=show != "retired"
    ).select_related("service", "impact")
    counted: QuerySet[IncidentTemplate] = rows.annotate(used=Coalesce(Subquery(number), 0))
    return counted.order_by(F("service__name").asc(nulls_last=True), "name", "pk")


def any_there() -> bool:
    """Whether anybody has ever written one."""
    return IncidentTemplate.objects.exists()


def of_service(service: Service) -> list[IncidentTemplate]:
    """The live templates of one service, by name."""
    rows = IncidentTemplate.objects.filter(service=service, retired_at__isnull=True)
    return list(rows.order_by("name", "pk"))


@dataclass(frozen=True)
class Shown:
    """One template for one reader, with today's names and where it was used lately."""

    row: IncidentTemplate
    stakeholders: tuple[Stakeholder, ...]
    incidents: list[Incident]
    why_not: str | None

    @property
    def symptoms(self) -> list[str]:
        return lines_of(self.row.symptoms)

    @property
    def containment(self) -> list[str]:
        return lines_of(self.row.containment)

    @property
    def evidence(self) -> list[str]:
        return lines_of(self.row.evidence)

    @property
    def tools(self) -> tuple[Tool, ...]:
        return tools_of(self.row.tools)


def find(pk: int) -> IncidentTemplate | None:
    """One template, retired or not."""
    rows = IncidentTemplate.objects.select_related(
        "service__owner_team", "impact__told_role", "runbook"
    )
    return rows.filter(pk=pk).first()


def shown(row: IncidentTemplate, *, reader: Person, now: datetime) -> Shown:
    """What its page shows; a constant number of queries."""
    severity = row.severity or SeverityLevel.SERIOUS
    like = Incident(service=row.service, severity=severity, detected_at=now)
    used = Incident.objects.visible_to(reader).filter(template=row)
    return Shown(
        row,
        stakeholders(row, like, now=now),
        list(used.order_by("-detected_at", "-pk")[:INCIDENTS_SHOWN]),
        why_not_keep_signals(keeper(reader, row.service.owner_team_id if row.service else None)),
    )


def services_to_keep(reader: Person) -> QuerySet[Service]:
    """The services for which a reader may write templates, by name."""
    rows = Service.objects.order_by("name", "pk")
    if may_keep_all(reader):
        return rows
    led = Membership.objects.filter(person=reader, is_lead=True).values("team")
    return rows.filter(owner_team__in=led)


def may_keep_all(reader: Person) -> bool:
    """Whether a reader may write templates for any service."""
    return roles.of(reader).has(Role.ADMINISTRATOR, Role.SERVICE_OWNER)


def why_not_write(reader: Person) -> str | None:
    """Whether a reader may write any template at all."""
    if may_keep_all(reader) or services_to_keep(reader).exists():
        return None
    return why_not_keep_signals(keeper(reader, None))
