"""Who is in an incident: called for it, asked for help, or in a role."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.enums import Answer
from incidents.models import Incident, Notification, RoleAssignment
from rosters.models import Person


@dataclass
class Part:
    """One person and why they are in it: "on call for Payments", "incident commander"."""

    person: Person
    why: list[str] = field(default_factory=list)


def told_at(incident: Incident, at: datetime) -> list[str]:
    """Who was told of it, or asked about it, by what was done at `at`; one query."""
    calls = Notification.objects.filter(incident=incident, created_at=at)
    told = calls.exclude(purpose__startswith="part ")  # they were not told, they only read on
    return list(told.order_by("pk").values_list("person__full_name", flat=True))


def in_it(incident: Incident) -> list[Part]:
    """Everybody who is needed until somebody says otherwise, but for who acknowledged.

    In the order in which they came; two queries.
    """
    found: dict[int, Part] = {}
    calls = Notification.objects.filter(incident=incident).exclude(answer=Answer.RELEASED)
    for call in calls.select_related("person").order_by("created_at", "pk"):
        part = found.setdefault(call.person_id, Part(call.person))
        if call.reason not in part.why:
            part.why.append(call.reason)
    roles = RoleAssignment.objects.filter(incident=incident, released_at__isnull=True)
    for one in roles.select_related("person", "role").order_by("assumed_at", "pk"):
        part = found.setdefault(one.person_id, Part(one.person))
        if not {one.role.name, f"the {one.role.name}"} & set(part.why):
            part.why.append(one.role.name)
    found.pop(incident.acknowledged_by_id or 0, None)
    return list(found.values())
