"""Who is told of an incident because of its harm: above all who looks after personal data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import PersonalData
from incidents.models import ImpactClass, Incident
from incidents.queries.circumstances import about
from rosters.enums import Urgency
from rosters.logic.directory import Candidate, Contact, Directory
from rosters.models import StakeholderRole
from rosters.queries.directory import Wanted, load_directory

ROLES = ("privacy-officer", "data-protection-officer", "legal-counsel")
"""The roles that are asked about personal data, in this order; the first that reaches somebody."""


@dataclass(frozen=True)
class Keeper:
    """Somebody who looks after such harm, and how they are told."""

    person: Candidate
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Ask:
    """One incident, and the roles of which the first that reaches somebody is told of it.

    `impact` is the kind of harm that asks for it; without one it is personal data.
    """

    incident: Incident
    roles: tuple[str, ...] = ROLES
    impact: ImpactClass | None = None

    @property
    def role(self) -> str:
        """What they are called, where a kind of harm asks for them."""
        return str(self.impact.told_role or "") if self.impact else ""


def asks_of(incident: Incident, *, personal_data: str, impact: ImpactClass | None) -> Iterator[Ask]:
    """Who must know of this harm; those who look after personal data are asked for once."""
    is_personal = personal_data in (PersonalData.YES, PersonalData.UNSURE)
    if is_personal:
        yield Ask(incident)
    role = impact.told_role if impact else None
    if role is None or (is_personal and role.slug in ROLES):
        return
    roles = (role.slug, *ROLES) if role.slug in ROLES else (role.slug,)
    yield Ask(incident, roles, impact)


def keeper_for(incident: Incident, *, now: datetime) -> Keeper | None:
    """Who is told at `now` that personal data may be at risk; None when nobody can be."""
    [found] = keepers_for([Ask(incident)], now=now)
    return found


def keepers_for(asks: Sequence[Ask], *, now: datetime) -> list[Keeper | None]:
    """Who is told at `now`, ask by ask; a constant number of queries."""
    slugs = {slug for ask in asks for slug in ask.roles}
    found = {role.slug: role.pk for role in StakeholderRole.objects.filter(slug__in=slugs)}
    abouts = [about(ask.incident) for ask in asks]
    wanted = Wanted(
        role_ids=frozenset(found.values()),
        service_ids=frozenset(one.service_id for one in abouts if one.service_id),
        team_ids=frozenset(one.team_id for one in abouts if one.team_id),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + timedelta(minutes=1))
    return [keeper_in(ask, found, directory, now=now) for ask in asks]


def keeper_in(
    ask: Ask, role_ids: dict[str, int], directory: Directory, *, now: datetime
) -> Keeper | None:
    """Who of a directory that holds these roles is told at `now`; None when nobody can be."""
    asked = about(ask.incident)
    for slug in ask.roles:
        people = directory.for_role(
            role_ids.get(slug, 0),
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
                return Keeper(person, contacts)
    return None
