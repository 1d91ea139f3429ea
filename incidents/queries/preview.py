"""Before an incident is declared: who would be called, and what looks similar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents.enums import PersonalData, Promise
from incidents.logic import summons
from incidents.logic.plan import Plan, first_cursor, freeze
from incidents.models import Incident, PolicyVersion, Severity
from incidents.queries import policies
from incidents.queries.calls import LOOK_AHEAD, about
from incidents.queries.privacy import keeper_for
from rosters.enums import Channel, SeverityLevel
from rosters.logic.directory import Candidate, Contact
from rosters.models import Person, Service
from rosters.queries import naming
from rosters.queries.directory import load_directory

SIMILAR_SHOWN = 3
MEANINGS = {
    SeverityLevel.CRITICAL: "Customers cannot work.",
    SeverityLevel.SERIOUS: "Some customers cannot work, or it is very slow.",
    SeverityLevel.MINOR: "Customers notice, and there is a way around it.",
    SeverityLevel.SMALL: "No customer notices.",
}


@dataclass(frozen=True)
class Called:
    """One person who would be called, how, and how long after declaring."""

    who: str
    short_name: str
    reason: str
    verb: str
    after: timedelta

    @property
    def after_minutes(self) -> int:
        return int(self.after.total_seconds() // 60)


@dataclass(frozen=True)
class Preview:
    """The first people who would be called; empty when the answers do not say enough yet.

    `unknown`: why what was typed names no service. `keeper`: who looks after personal data and is
    told too; `asks_keeper` says that somebody should be.
    """

    is_asked: bool = False
    first: Called | None = None
    second: Called | None = None
    service: Service | None = None
    unknown: str = ""
    asks_keeper: bool = False
    keeper: Called | None = None
    is_restricted: bool = False


def of_answers(answers: Mapping[str, str], *, now: datetime) -> Preview:
    """Who would be called for these answers at `now`; nothing is written."""
    severity = answers.get("severity", "")
    if severity not in {str(level.value) for level in SeverityLevel}:
        return Preview()
    meant = naming.service_meant(answers.get("service", ""), naming.services_by_name())
    if meant.why_not:
        return Preview(unknown=meant.why_not)
    incident = Incident(service=meant.service, severity=int(severity), detected_at=now)
    found = _personal(Preview(is_asked=True, service=meant.service), answers, incident, now=now)
    version = policies.version_for(incident)
    if version is None:
        return found
    called = _called(incident, version, now=now)
    first, second = [*called, None, None][:2]
    return replace(found, first=first, second=second)


def of_incident(incident: Incident, *, now: datetime) -> list[Called]:
    """Who would be called for an incident that is not there yet, the first first."""
    version = policies.version_for(incident)
    found = _called(incident, version, now=now) if version else []
    return [one for one in found if one is not None]


def _personal(
    found: Preview, answers: Mapping[str, str], incident: Incident, *, now: datetime
) -> Preview:
    """With whoever looks after personal data, where the answers call for them."""
    answer = answers.get("personal_data")
    if answer not in (PersonalData.YES, PersonalData.UNSURE):
        return found
    keeper = keeper_for(incident, now=now)
    called = _as_called(keeper.person, keeper.contacts, after=timedelta(0)) if keeper else None
    return replace(found, asks_keeper=True, keeper=called, is_restricted=answer == PersonalData.YES)


def where_nobody_is_sure(*, now: datetime) -> Called | None:
    """Who is called first for something serious when nobody knows what is affected."""
    return of_answers({"severity": str(SeverityLevel.SERIOUS.value)}, now=now).first


def _called(incident: Incident, version: PolicyVersion, *, now: datetime) -> list[Called | None]:
    steps = freeze(policies.step_specs(version, promise=Promise.ACKNOWLEDGE), target=timedelta(0))
    rows = policies.step_rows([version.pk])
    directory = load_directory(
        policies.wanted_by(rows.values(), [incident]), starts_at=now, ends_at=now + LOOK_AHEAD
    )
    plan = Plan(steps)
    calls = summons.forecast(
        plan,
        first_cursor(plan, started_at=now),
        started_at=now,
        steps=rows,
        directory=directory,
        about=about(incident),
        limit=len(steps),
    )
    found: list[Called | None] = []
    for call in calls:
        for person in call.people:
            contacts = directory.contacts(person.person_id, urgency=rows[call.step_id].urgency)
            found.append(_as_called(person, contacts, after=call.at - now))
    return found


def _as_called(person: Candidate, contacts: Sequence[Contact], *, after: timedelta) -> Called:
    verb = Channel(contacts[0].channel).verb if contacts else "call"
    return Called(person.full_name, person.short_name, person.reason, verb, after)


def severities() -> list[Severity]:
    """The plain meaning of each level, worst first; ours where nobody has written one."""
    written = {row.level: row for row in Severity.objects.all()}
    return [
        written.get(level) or Severity(level=level, description=MEANINGS[level])
        for level in SeverityLevel
    ]


def similar(person: Person, *, now: datetime) -> list[Incident]:
    """Open incidents that this may be about, the worst first."""
    visible = Incident.objects.visible_to(person).open().filter(detected_at__lte=now)
    return list(visible.for_board().most_severe_first()[:SIMILAR_SHOWN])
