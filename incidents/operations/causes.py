"""The root cause of an incident: what made it possible, written down once it is known."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import refuse_if
from incidents.enums import EntryKind, Promise
from incidents.logic.access import why_not_note_cause
from incidents.models import Incident
from incidents.operations import clocks, lifecycle, timeline
from incidents.queries import standing
from rosters.models import Person


@transaction.atomic
def note(incident: Incident, *, text: str, by: Person, now: datetime) -> Incident:
    """The root cause is known since now, and its clock ends; other words later replace these.

    The same words twice change nothing. Raises Refused when `by` may not.
    """
    incident = lifecycle.lock(incident.pk)
    refuse_if(why_not_note_cause(standing.of(by, incident), standing.state(incident)))
    if incident.cause == text:
        return incident
    is_first = incident.cause_known_at is None
    if is_first:
        incident.cause_known_at = now
        incident.cause_known_by = by
    incident.cause = text
    incident.save(update_fields=["cause", "cause_known_at", "cause_known_by"])
    clocks.meet(incident, [Promise.ROOT_CAUSE], now=now)
    what = {} if is_first else {"what": "changed"}
    timeline.record(incident, EntryKind.CAUSE_KNOWN, at=now, by=by, who=str(by), text=text, **what)
    return incident
