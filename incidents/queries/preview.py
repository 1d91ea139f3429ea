"""Before an incident is declared: who would be called, and what looks similar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import Promise
from incidents.logic import summons
from incidents.logic.plan import Plan, first_cursor, freeze
from incidents.models import Incident, PolicyVersion, Severity
from incidents.queries import policies
from incidents.queries.calls import LOOK_AHEAD, about
from rosters.enums import Channel, SeverityLevel
from rosters.models import Person, Service
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
    """The first people who would be called; empty when the answers do not say enough yet."""

    is_asked: bool = False
    first: Called | None = None
    second: Called | None = None


def of_answers(answers: Mapping[str, str], *, now: datetime) -> Preview:
    """Who would be called for these answers at `now`; nothing is written."""
    severity = answers.get("severity", "")
    if severity not in {str(level.value) for level in SeverityLevel}:
        return Preview()
    slug = answers.get("service", "")[:50].replace("\0", "")
    service = Service.objects.select_related("owner_team").filter(slug=slug).first()
    incident = Incident(service=service, severity=int(severity), detected_at=now)
    version = policies.version_for(incident)
    if version is None:
        return Preview(is_asked=True)
    called = _called(incident, version, now=now)
    first, second = [*called, None, None][:2]
    return Preview(is_asked=True, first=first, second=second)


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
            verb = Channel(contacts[0].channel).verb if contacts else "call"
            found.append(
                Called(person.full_name, person.short_name, person.reason, verb, call.at - now)
            )
    return found


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
