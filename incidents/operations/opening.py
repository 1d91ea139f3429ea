"""Incidents begin: one by a person, or as many as a request of a source asks for, at one price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.portal.by_hand import table, tie
from incidents.enums import EntryKind, IncidentEvent, PersonalData, Promise
from incidents.logic.severity_helper import NOTHING_SAID, Answers, advise
from incidents.models import (
    AffectedService,
    AlertSource,
    EscalationPolicy,
    ImpactClass,
    Incident,
    IncidentTemplate,
    TimelineEntry,
)
from incidents.operations import clocks, harm, statutory, timeline
from incidents.operations.announcing import announce
from incidents.operations.harm import Harm
from rosters.models import Person, Service

FROM_THE_START = (Promise.ACKNOWLEDGE, Promise.FILL_ROLE, Promise.CONTAIN, Promise.RESOLVE)


@dataclass(frozen=True)
class Opening:
    """What is known when an incident opens. `policy` is set when a trigger rule chose it.

    `answers` are what its declarer said to the five questions about its severity.
    """

    title: str
    severity: int
    summary: str = ""
    service: Service | None = None
    affected: tuple[Service, ...] = ()
    impact: ImpactClass | None = None
    policy: EscalationPolicy | None = None
    source: AlertSource | None = None
    alert_key: str = ""
    declare_key: UUID | None = None
    personal_data: PersonalData = PersonalData.NO
    template: IncidentTemplate | None = None
    answers: Answers = NOTHING_SAID


def open_incident(opening: Opening, *, by: Person | None, now: datetime) -> Incident:
    """An incident is open, its clocks run, and the first people are about to be told.

    Raises IntegrityError when the source already has an open incident for this key.
    """
    [incident] = open_all([opening], by=by, now=now)
    return incident


@transaction.atomic(savepoint=False)
def open_all(openings: Sequence[Opening], *, by: Person | None, now: datetime) -> list[Incident]:
    """As `open_incident`, for several, in a constant number of statements; in the same order."""
    incidents = [_incident(opening, by=by, now=now) for opening in openings]
    table(Incident).add(incidents)
    pairs = list(zip(incidents, openings, strict=True))
    affected = [
        AffectedService(incident=incident, service=service)
        for incident, opening in pairs
        for service in opening.affected
    ]
    if affected:
        AffectedService.objects.bulk_create(affected)
    entries = [entry for pair in pairs for entry in _entries(*pair, by=by, now=now)]
    table(TimelineEntry).add(entries, numbered=False)
    clocks.start_all(incidents, FROM_THE_START, now=now)
    announce(IncidentEvent.OPENED, incidents, now=now)
    harms = [Harm(incident, one.personal_data, one.impact) for incident, one in pairs]
    harm.follow(harms, by=by, now=now)
    personal = [one for one, opening in pairs if opening.personal_data == PersonalData.YES]
    statutory.count_down(incidents, personal=personal)
    return incidents


def _incident(opening: Opening, *, by: Person | None, now: datetime) -> Incident:
    names = {
        "service": opening.service,
        "impact": opening.impact,
        "policy": opening.policy,
        "source": opening.source,
        "template": opening.template,
        "declared_by": by,
    }
    incident: Incident = table(Incident).new(
        title=opening.title,
        summary=opening.summary,
        severity=opening.severity,
        alert_key=opening.alert_key,
        declare_key=opening.declare_key,
        detected_at=now,
        is_restricted=harm.is_restricted(opening.personal_data, opening.impact),
        **{f"{name}_id": other.pk if other else None for name, other in names.items()},
    )
    for name, other in names.items():
        tie(incident, name, other)
    return incident


def _entries(
    incident: Incident, opening: Opening, *, by: Person | None, now: datetime
) -> Iterator[TimelineEntry]:
    """What its timeline begins with."""
    if by is None:
        yield timeline.draft(
            incident, EntryKind.DETECTED, at=now, source=str(opening.source), alert=opening.title
        )
        return
    declared: dict[str, str] = {"who": str(by)}
    if opening.template:
        declared |= {"what": "template", "template": opening.template.name}
    yield timeline.draft(incident, EntryKind.DECLARED, at=now, by=by, **declared)
    advice = advise(opening.answers)
    if advice:
        yield timeline.draft(
            incident,
            EntryKind.ADVISED,
            at=now,
            by=by,
            who=str(by),
            answers=opening.answers.in_words,
            suggested=advice.level.code,
            chosen=incident.level.code,
        )
