"""Somebody says that an incident is worse, or less bad, than was thought, and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from incidents.enums import EntryKind, HoldKind
from incidents.logic import judgment
from incidents.logic.severity_helper import NOTHING_SAID, Answers, advise
from incidents.models import Incident, TimelineEntry, TriggerRule
from incidents.operations import lifecycle, timeline
from incidents.operations.judgment import ending
from incidents.operations.judgment.replanning import replan_all
from incidents.queries import standing
from rosters.enums import SeverityLevel
from rosters.logic.reasons import in_one_line
from rosters.models import Person

NO_REASON = "Say why, in a few words. Everybody who looks at this reads it."


class ChangedMeanwhile(Refused):
    """Somebody else changed it since the form was shown."""


@dataclass(frozen=True)
class Change:
    """How bad it is now, how bad it was when that was decided, and why."""

    before: int
    after: int
    reason: str
    answers: Answers = NOTHING_SAID


@transaction.atomic
def change(incident: Incident, asked: Change, *, by: Person, now: datetime) -> Incident:
    """It is this bad from its start on: promises and calls lie by that, and nobody hears twice.

    Worse ends every wait. Doing it twice changes nothing. Raises Refused, and ChangedMeanwhile
    when it is no longer as bad as when it was decided.
    """
    incident = lifecycle.lock(incident.pk)
    if incident.severity == asked.after:
        return incident
    before, after = SeverityLevel(incident.severity), SeverityLevel(asked.after)
    part, state = standing.of(by, incident), standing.state(incident)
    refuse_if(
        judgment.why_not_change_severity(
            part, state, standing.lead_of(incident, by), before=before, after=after
        )
    )
    if incident.severity != asked.before:
        raise ChangedMeanwhile(
            f"{incident.reference} is {before.code} meanwhile. Look at it again, and decide anew."
        )
    reason = in_one_line(asked.reason)
    refuse_if("" if reason else NO_REASON)
    incident.severity = after
    incident.save(update_fields=["severity"])
    _note(incident, asked, before, reason, by=by, now=now)
    is_worse = after < before
    replan_all(incident, now=now, is_worse=is_worse)
    if is_worse and ending.end_waits(incident, list(HoldKind), by=by, now=now):
        timeline.record(incident, EntryKind.CALLS_RESUMED, at=now, what="worse")
    return incident


def raise_by_rule(incident: Incident, to: int, *, rule: TriggerRule, now: datetime) -> bool:
    """A rule for alerts says that it is worse, and so it is; False when it changes nothing.

    A rule never makes it less bad, and once a person has said how bad it is, rules leave it alone.
    The caller holds the incident's lock.
    """
    said = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.SEVERITY_CHANGED)
    if incident.severity <= to or said.filter(by__isnull=False).exists():
        return False
    before, after = SeverityLevel(incident.severity), SeverityLevel(to)
    incident.severity = after
    incident.save(update_fields=["severity"])
    timeline.record(
        incident,
        EntryKind.SEVERITY_CHANGED,
        at=now,
        what="rule",
        rule=rule.name,
        before=before.code,
        after=after.code,
        reason=judgment.ended(rule.reason),
    )
    replan_all(incident, now=now, is_worse=True)
    if ending.end_waits(incident, list(HoldKind), by=None, now=now):
        timeline.record(incident, EntryKind.CALLS_RESUMED, at=now, what="worse")
    return True


def _note(
    incident: Incident,
    asked: Change,
    before: SeverityLevel,
    reason: str,
    *,
    by: Person,
    now: datetime,
) -> None:
    after = incident.level
    timeline.record(
        incident,
        EntryKind.SEVERITY_CHANGED,
        at=now,
        by=by,
        what="worse" if after < before else "milder",
        who=str(by),
        before=before.code,
        after=after.code,
        reason=judgment.ended(reason),
    )
    advice = advise(asked.answers)
    if advice:
        timeline.record(
            incident,
            EntryKind.ADVISED,
            at=now,
            by=by,
            who=str(by),
            answers=asked.answers.in_words,
            suggested=advice.level.code,
            chosen=after.code,
        )
