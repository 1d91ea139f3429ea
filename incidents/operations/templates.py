"""Writing incident templates, changing them, retiring them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from config.portal.refusals import Refused, refuse_if
from incidents.enums import PersonalData
from incidents.models import IncidentTemplate
from incidents.queries import templates as reading
from rosters.models import Person, StakeholderRole

FIELDS = (
    "name",
    "service_id",
    "symptoms",
    "title",
    "summary",
    "severity",
    "impact_id",
    "personal_data",
    "containment",
    "evidence",
    "runbook_id",
    "tools",
)


class NameTaken(Refused):
    """The service has a template of this name."""

    def __init__(self) -> None:
        super().__init__("There is a template of this name for this service. Choose another.")


@dataclass(frozen=True)
class Plan:
    """What a template is to say. Without a service it is for any; only few may keep such ones."""

    name: str
    title: str
    service_id: int | None = None
    symptoms: str = ""
    summary: str = ""
    severity: int | None = None
    impact_id: int | None = None
    personal_data: str = PersonalData.NO
    containment: str = ""
    evidence: str = ""
    runbook_id: int | None = None
    tools: str = ""
    stakeholders: tuple[StakeholderRole, ...] = ()


@transaction.atomic
def make(plan: Plan, *, by: Person) -> IncidentTemplate:
    """One more to start from. Raises Refused, NameTaken."""
    _refuse(plan.service_id, by=by)
    row = IncidentTemplate(**{name: getattr(plan, name) for name in FIELDS})
    _save(row)
    row.stakeholders.set(plan.stakeholders)
    return row


@transaction.atomic
def change(template: IncidentTemplate, plan: Plan, *, by: Person) -> IncidentTemplate:
    """It says what the plan says, also on incidents that started from it. Raises as `make`."""
    row = _held(template, by=by)
    _refuse(plan.service_id, by=by)
    for name in FIELDS:
        setattr(row, name, getattr(plan, name))
    _save(row)
    row.stakeholders.set(plan.stakeholders)
    return row


@transaction.atomic
def retire(template: IncidentTemplate, *, by: Person, now: datetime) -> None:
    """It is offered no more. Incidents that started from it still show it."""
    row = _held(template, by=by)
    row.retired_at = row.retired_at or now
    row.save(update_fields=["retired_at"])


@transaction.atomic
def bring_back(template: IncidentTemplate, *, by: Person) -> None:
    """It is offered again."""
    row = _held(template, by=by)
    row.retired_at = None
    row.save(update_fields=["retired_at"])


def _held(template: IncidentTemplate, *, by: Person) -> IncidentTemplate:
    """It as it stands, locked, for somebody who may change it. Raises Refused."""
    row = IncidentTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    _refuse(row.service_id, by=by)
    return row


def _refuse(service_id: int | None, *, by: Person) -> None:
    refuse_if(reading.why_not_keep(service_id, reader=by))


def _save(row: IncidentTemplate) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken from None
