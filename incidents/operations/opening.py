"""Incidents begin: one by a person, or as many as a request of a source asks for, at one price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from config.portal import prepared
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


NUMBERS = """
SELECT ARRAY(SELECT nextval('incidents_incident_id_seq') FROM generate_series(1, %s)),
  ARRAY(SELECT nextval('incidents_responseclock_id_seq') FROM generate_series(1, %s))
"""


def open_incident(opening: Opening, *, by: Person | None, now: datetime) -> Incident:
    """An incident is open, its clocks run, and the first people are about to be told.

    Raises IntegrityError when the source already has an open incident for this key.
    """
    [incident] = open_all([opening], by=by, now=now)
    return incident


@transaction.atomic(savepoint=False)
def open_all(openings: Sequence[Opening], *, by: Person | None, now: datetime) -> list[Incident]:
    """As `open_incident`, for several, in a constant number of statements; in the same order."""
    if not openings:
        return []
    incidents = drafted(openings, by=by, now=now)
    [numbers] = prepared.ask(*numbers_for(incidents))
    open_drafts(incidents, openings, numbers=numbers, by=by, now=now)
    return incidents


def drafted(openings: Sequence[Opening], *, by: Person | None, now: datetime) -> list[Incident]:
    """What is about to open, and is not written yet."""
    return [_incident(opening, by=by, now=now) for opening in openings]


def numbers_for(incidents: Sequence[Incident]) -> prepared.Question:
    """What reserves numbers for these and for the clocks that may begin with them.

    What is not used is never used again.
    """
    without = [one for one in incidents if one.pk is None]
    return NUMBERS, [len(without), len(incidents) * len(FROM_THE_START)]


@transaction.atomic(savepoint=False)
def open_drafts(
    incidents: Sequence[Incident],
    openings: Sequence[Opening],
    *,
    numbers: prepared.Found,
    by: Person | None,
    now: datetime,
) -> None:
    """They are open, with the numbers that were reserved for them: nothing else must be asked."""
    for_incidents, for_clocks = numbers
    without = [one for one in incidents if one.pk is None]
    for incident, number in zip(without, for_incidents, strict=True):
        incident.pk = number
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
    clocks.start_all(incidents, FROM_THE_START, now=now, numbers=for_clocks)
    announce(IncidentEvent.OPENED, incidents, now=now)
    harms = [Harm(incident, one.personal_data, one.impact) for incident, one in pairs]
    harm.follow(harms, by=by, now=now)
    personal = [one for one, opening in pairs if opening.personal_data == PersonalData.YES]
    statutory.count_down(incidents, personal=personal)


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
