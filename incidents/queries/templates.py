"""Incident templates as the declare page and the incident ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.logic.tools import Tool, tools_of
from incidents.models import EvidenceItem, Incident, IncidentTemplate
from incidents.models.evidence import WHAT_LENGTH
from incidents.queries.circumstances import about
from incidents.queries.signal_keeping import keeper
from rosters.models import Person, Service, StakeholderRole
from rosters.queries.compiled import compiled
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.many import Ids

OFFERED = 6
LONGEST_NUMBER = 12


def offered(service: Service | None) -> list[IncidentTemplate]:
    """What a declarer may start from: templates of this service first, then those of any."""
    rows = _live().select_related("service")
    if service is not None:
        rows = rows.filter(Q(service=service) | Q(service__isnull=True))
    return list(rows.order_by(F("service__name").asc(nulls_last=True), "name", "pk")[:OFFERED])


def chosen(number: str) -> IncidentTemplate | None:
    """The live template of this number, as an address or a form names it."""
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return None
    return _live().select_related("service", "impact").filter(pk=int(number)).first()


def filling(template: IncidentTemplate) -> Mapping[str, str]:
    """The answers of the declare form that a template gives."""
    return {
        "title": template.title,
        "service": template.service.slug if template.service else "",
        "severity": str(template.severity or ""),
        "impact": str(template.impact_id or ""),
        "personal_data": template.personal_data,
        "summary": template.summary,
        "template": str(template.pk),
    }


@dataclass(frozen=True)
class Stakeholder:
    """One role that wants to know, and who fills it now; nobody is empty."""

    role: str
    who: str


@dataclass(frozen=True)
class Evidence:
    """One thing to collect, and who has it."""

    what: str
    item: EvidenceItem | None = None


@dataclass(frozen=True)
class Advised:
    """What the template of an incident says, for whoever works on it."""

    template: IncidentTemplate
    stakeholders: tuple[Stakeholder, ...]
    evidence: tuple[Evidence, ...]

    @property
    def containment(self) -> list[str]:
        return lines_of(self.template.containment)

    @property
    def tools(self) -> tuple[Tool, ...]:
        return tools_of(self.template.tools)


def advised(incident: Incident, *, now: datetime) -> Advised | None:
    """What its template says, with today's names; a constant number of queries, none without."""
    if incident.template_id is None:
        return None
    template = next(iter(_template({incident.template_id})))
    return Advised(
        template, stakeholders(template, incident, now=now), _evidence(template, incident)
    )


@compiled
def _template(templates: Ids) -> QuerySet[IncidentTemplate]:
    return IncidentTemplate.objects.filter(pk__in=templates).select_related("runbook")


@compiled
def _collected(incident: Incident) -> QuerySet[EvidenceItem]:
    rows = EvidenceItem.objects.filter(incident=incident).select_related("collected_by")
    return rows.order_by("collected_at", "pk")


@compiled
def _roles(template: IncidentTemplate) -> QuerySet[StakeholderRole]:
    roles: QuerySet[StakeholderRole] = template.stakeholders.order_by("name", "pk")
    return roles


def evidence_asked(incident: Incident) -> list[str]:
    """What its template asks to be collected now, in order."""
    if incident.template_id is None:
        return []
    return _asked(IncidentTemplate.objects.get(pk=incident.template_id))


def _evidence(template: IncidentTemplate, incident: Incident) -> tuple[Evidence, ...]:
    """What is asked for, then what was collected when the template said something else."""
    have = {item.what: item for item in _collected(incident)}
    asked = _asked(template)
    old = [what for what in have if what not in asked]
    return tuple(Evidence(what, have.get(what)) for what in (*asked, *old))


def _asked(template: IncidentTemplate) -> list[str]:
    lines = (line[:WHAT_LENGTH].strip() for line in lines_of(template.evidence))
    return list(dict.fromkeys(lines))


def stakeholders(
    template: IncidentTemplate, incident: Incident, *, now: datetime
) -> tuple[Stakeholder, ...]:
    """Who wants to know of such an incident, as the contact matrix says at `now`."""
    roles = _roles(template)
    if not roles:
        return ()
    asked = about(incident)
    wanted = Wanted(
        role_ids=frozenset(role.pk for role in roles),
        service_ids=frozenset(one for one in [asked.service_id] if one),
        team_ids=frozenset(one for one in [asked.team_id] if one),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + timedelta(minutes=1))
    found = []
    for role in roles:
        people = directory.for_role(
            role.pk,
            service_id=asked.service_id,
            team_id=asked.team_id,
            severity=asked.severity,
            at=now,
        )
        found.append(Stakeholder(role.name, people[0].full_name if people else ""))
    return tuple(found)


def why_not_keep(service_id: int | None, *, reader: Person) -> str | None:
    """Whether a reader may keep templates of this service. Those of any service are for few."""
    team = Service.objects.filter(pk=service_id or 0).values_list("owner_team", flat=True).first()
    return why_not_keep_signals(keeper(reader, team))


def lines_of(text: str) -> list[str]:
    """One thing a line, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _live() -> QuerySet[IncidentTemplate]:
    return IncidentTemplate.objects.filter(retired_at__isnull=True)
