"""Before an incident is declared: who would be called, and what looks similar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from incidents.enums import PersonalData, Promise
from incidents.logic import summons
from incidents.logic.plan import Plan, first_cursor, freeze
from incidents.models import Incident, PolicyVersion, Severity
from incidents.queries import harm, policies
from incidents.queries.calls import LOOK_AHEAD
from incidents.queries.circumstances import about_call
from incidents.queries.privacy import asks_of, keepers_for
from rosters.enums import CALL, Channel, SeverityLevel
from rosters.logic.directory import Candidate, Contact
from rosters.models import Service
from rosters.queries import naming
from rosters.queries.directory import load_directory

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
class ToldToo:
    """Somebody who is told because of the harm; without `role` it is about personal data."""

    keeper: Called | None
    role: str = ""


@dataclass(frozen=True)
class Preview:
    """The first people who would be called; empty when the answers do not say enough yet.

    `unknown`: why what was typed names no service. `told`: who is told too because of the harm.
    """

    is_asked: bool = False
    first: Called | None = None
    second: Called | None = None
    service: Service | None = None
    unknown: str = ""
    told: tuple[ToldToo, ...] = ()
    is_restricted: bool = False

    @property
    def tells(self) -> bool:
        """Whether somebody hears of it even if no rule calls anybody."""
        return any(one.keeper for one in self.told)


def of_answers(answers: Mapping[str, str], *, now: datetime) -> Preview:
    """Who would be called for these answers at `now`; nothing is written."""
    impact = harm.chosen(answers.get("impact", ""))
    severity = answers.get("severity") or str((impact and impact.usual_severity) or "")
    if severity not in {str(level.value) for level in SeverityLevel}:
        return Preview()
    meant = naming.service_meant(answers.get("service", ""), naming.services_by_name())
    if meant.why_not:
        return Preview(unknown=meant.why_not)
    incident = Incident(
        service=meant.service, severity=int(severity), impact=impact, detected_at=now
    )
    found = _harmful(Preview(is_asked=True, service=meant.service), answers, incident, now=now)
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


def _harmful(
    found: Preview, answers: Mapping[str, str], incident: Incident, *, now: datetime
) -> Preview:
    """With whoever is told because of the harm, where the answers call for them."""
    answer = answers.get("personal_data", "")
    asks = list(asks_of(incident, personal_data=answer, impact=incident.impact))
    hidden = answer == PersonalData.YES or bool(incident.impact and incident.impact.is_restricted)
    keepers = keepers_for(asks, now=now) if asks else []
    told = [
        ToldToo(_as_called(one.person, one.contacts, after=timedelta(0)) if one else None, ask.role)
        for ask, one in zip(asks, keepers, strict=True)
    ]
    return replace(found, told=tuple(told), is_restricted=hidden)


def where_nobody_is_sure(*, now: datetime) -> Called | None:
    """Who is called first for something serious when nobody knows what is affected."""
    return of_answers({"severity": str(SeverityLevel.SERIOUS.value)}, now=now).first


def _called(incident: Incident, version: PolicyVersion, *, now: datetime) -> list[Called | None]:
    steps = freeze(policies.step_specs(version, promise=Promise.ACKNOWLEDGE), target=timedelta(0))
    rows = policies.step_rows([version.pk])
    ahead = policies.look_ahead(rows.values(), LOOK_AHEAD)
    directory = load_directory(
        policies.wanted_by(rows.values(), [incident]), starts_at=now, ends_at=now + ahead
    )
    plan = Plan(steps)
    calls = summons.forecast(
        plan,
        first_cursor(plan, started_at=now),
        started_at=now,
        steps=rows,
        directory=directory,
        about=about_call(incident),
        limit=len(steps),
    )
    found: list[Called | None] = []
    for call in calls:
        for person in call.people:
            contacts = directory.contacts(
                person.person_id, urgency=rows[call.step_id].urgency, severity=incident.severity
            )
            found.append(_as_called(person, contacts, after=call.at - now))
    return found


def _as_called(person: Candidate, contacts: Sequence[Contact], *, after: timedelta) -> Called:
    verb = Channel(contacts[0].channel).verb if contacts else CALL
    return Called(person.full_name, person.short_name, person.reason, verb, after)


def severities() -> list[Severity]:
    """The plain meaning of each level, worst first; ours where nobody has written one."""
    written = {row.level: row for row in Severity.objects.all()}
    return [
        written.get(level) or Severity(level=level, description=MEANINGS[level])
        for level in SeverityLevel
    ]
