"""Who looks after personal data: whom an incident that may touch it is told to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.models import Incident
from incidents.queries.calls import about
from rosters.enums import Urgency
from rosters.logic.directory import Candidate, Contact
from rosters.models import StakeholderRole
from rosters.queries.directory import Wanted, load_directory

ROLES = ("privacy-officer", "data-protection-officer", "legal-counsel")
"""The roles that are asked, in this order; the first that reaches somebody is told."""


@dataclass(frozen=True)
class Keeper:
    """Somebody who looks after personal data, and how they are told."""

    person: Candidate
    contacts: tuple[Contact, ...]


def keeper_for(incident: Incident, *, now: datetime) -> Keeper | None:
    """Who is told at `now` that personal data may be at risk; None when nobody can be."""
    found = {role.slug: role.pk for role in StakeholderRole.objects.filter(slug__in=ROLES)}
    asked = about(incident)
    wanted = Wanted(
        role_ids=frozenset(found.values()),
        service_ids=frozenset(one for one in [asked.service_id] if one),
        team_ids=frozenset(one for one in [asked.team_id] if one),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + timedelta(minutes=1))
    for slug in ROLES:
        people = directory.for_role(
            found.get(slug, 0),
            service_id=asked.service_id,
            team_id=asked.team_id,
            severity=asked.severity,
            at=now,
        )
        for person in people:
            contacts = directory.contacts(person.person_id, urgency=Urgency.URGENT)
            if contacts:
                return Keeper(person, contacts)
    return None
