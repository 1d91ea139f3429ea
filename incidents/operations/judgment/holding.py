"""Somebody lets the calls of an incident wait, for a while and with a reason.

A hold is about every call, a snooze about the calls to acknowledge. Targets never move: what is
late is late. What falls due meanwhile waits for the end, and the steps after it keep their
distances.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import refuse_if
from incidents.enums import EntryKind, HoldKind
from incidents.logic import judgment
from incidents.models import Hold, Incident
from incidents.operations import lifecycle, timeline
from incidents.operations.judgment import ending
from incidents.queries import standing
from rosters.logic.reasons import in_one_line
from rosters.models import Person

NO_REASON = "Say why, in a few words. Everybody who looks at this reads it."


@dataclass(frozen=True)
class Asked:
    """What is to wait, until when, and why."""

    kind: HoldKind
    until: datetime
    reason: str


@transaction.atomic
def hold(incident: Incident, asked: Asked, *, by: Person, now: datetime) -> Hold:
    """The calls wait until then. A wait of the same kind that goes on already gives way to it.

    The same words within a minute are the same press, and change nothing. Raises Refused.
    """
    incident = lifecycle.lock(incident.pk)
    reason = in_one_line(asked.reason)
    refuse_if(why_not(incident, asked, by=by, now=now) or ("" if reason else NO_REASON))
    known = Hold.objects.filter(incident=incident, kind=asked.kind, ended_at__isnull=True).first()
    if known and _is_same_press(known, asked, reason, by=by, now=now):
        return known
    ending.end_waits(incident, [asked.kind], by=by, now=now)
    made = Hold.objects.create(
        incident=incident,
        kind=asked.kind,
        reason=reason,
        starts_at=now,
        until=asked.until,
        by=by,
    )
    ending.put_off_messages(ending.climbs_under(incident, asked.kind), until=asked.until)
    kind = EntryKind.HELD if asked.kind == HoldKind.HOLD else EntryKind.SNOOZED
    said = {"until_at": asked.until.isoformat(), "reason": judgment.ended(reason)}
    timeline.record(incident, kind, at=now, by=by, who=str(by), **said)
    return made


def why_not(incident: Incident, asked: Asked, *, by: Person, now: datetime) -> str | None:
    """Whether `by` may let these calls wait, and so long."""
    part, state = standing.of(by, incident), standing.state(incident)
    if asked.kind == HoldKind.SNOOZE:
        refused = judgment.why_not_snooze(part, state)
    else:
        refused = judgment.why_not_steer(part, state, standing.lead_of(incident, by))
    return refused or judgment.why_not_wait(
        asked.kind, severity=incident.severity, until=asked.until, now=now
    )


def _is_same_press(known: Hold, asked: Asked, reason: str, *, by: Person, now: datetime) -> bool:
    same = (known.by_id, known.reason) == (by.pk, reason) and known.until > now
    near = abs(known.until - asked.until) < judgment.SAME_PRESS
    return same and near and now - known.starts_at < judgment.SAME_PRESS


@transaction.atomic
def end_early(incident: Incident, *, by: Person, now: datetime) -> bool:
    """Every wait ends and the calls go on now; False when nothing waited any more."""
    incident = lifecycle.lock(incident.pk)
    refuse_if(judgment.why_not_end_wait(standing.of(by, incident), standing.state(incident)))
    if not ending.end_waits(incident, list(HoldKind), by=by, now=now):
        return False
    timeline.record(incident, EntryKind.CALLS_RESUMED, at=now, by=by, what="early", who=str(by))
    return True
