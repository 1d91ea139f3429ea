"""Who may be called by hand for an incident, and how they are reached now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents.models import Incident
from incidents.queries.circumstances import about
from rosters.enums import Urgency
from rosters.logic.directory import Candidate, Contact
from rosters.models import Person, StakeholderRole
from rosters.queries.directory import Wanted, load_directory

MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Reach:
    """Somebody and how they are told now; or why nobody can be, as a sentence."""

    person: Candidate | None = None
    contacts: tuple[Contact, ...] = ()
    why_not: str = ""


def reach_person(person: Person, *, reason: str, now: datetime) -> Reach:
    """How this person is told at `now`; `reason` is read after "You are"."""
    wanted = Wanted(person_ids=frozenset({person.pk}))
    directory = load_directory(wanted, starts_at=now, ends_at=now + MOMENT)
    why_not = directory.why_not_reachable(person.pk, at=now)
    if why_not:
        return Reach(why_not=f"{person.full_name} {why_not}. Choose somebody else.")
    [found] = directory.for_person(person.pk, at=now)
    contacts = directory.contacts(person.pk, urgency=Urgency.URGENT)
    return Reach(replace(found, reason=reason), contacts)


def reach_role(role: StakeholderRole, incident: Incident, *, now: datetime) -> Reach:
    """Who fills this role for the incident's service at `now`, and how they are told."""
    asked = about(incident)
    wanted = Wanted(
        role_ids=frozenset({role.pk}),
        service_ids=frozenset(pk for pk in (asked.service_id,) if pk),
        team_ids=frozenset(pk for pk in (asked.team_id,) if pk),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + MOMENT)
    people = directory.for_role(
        role.pk,
        service_id=asked.service_id,
        team_id=asked.team_id,
        severity=asked.severity,
        at=now,
    )
    for person in people:
        contacts = directory.contacts(
            person.person_id, urgency=Urgency.URGENT, severity=asked.severity
        )
        if contacts:
            return Reach(person, contacts)
    return Reach(why_not=f"No {role.name} can be reached now. Choose somebody else.")


def roles() -> Sequence[StakeholderRole]:
    """The roles that can be called, by name."""
    return list(StakeholderRole.objects.order_by("name", "pk"))


def people(*, now: datetime) -> Sequence[str]:
    """The names of everybody who is here."""
    here = Person.objects.employed(now=now).order_by("full_name")
    return list(here.values_list("full_name", flat=True))
