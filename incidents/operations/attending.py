"""What follows from "still on it?": an answer asks again later; none lets the calls go on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.portal.refusals import refuse_if
from incidents.enums import Answer, AnswerWay, EntryKind, Promise
from incidents.logic.attention import PURPOSE, why_not_attend
from incidents.models import Incident, Notification, ResponseClock, TimelineEntry
from incidents.operations import attention, clocks, lifecycle, timeline
from incidents.queries import standing
from rosters.models import Person


@transaction.atomic
def give(
    incident: Incident, *, by: Person, now: datetime, way: AnswerWay = AnswerWay.PORTAL
) -> Incident:
    """`by` is still on it, and is asked again later. Unasked, or twice, it changes nothing.

    Raises Refused when it is not theirs, or not any more.
    """
    incident = lifecycle.lock(incident.pk)
    why_not = why_not_attend(
        standing.state(incident),
        reader_id=by.pk,
        holder_id=incident.acknowledged_by_id,
        holder=str(incident.acknowledged_by or ""),
    )
    refuse_if(why_not)
    answered = Notification.objects.filter(
        incident=incident, purpose__in=_asked(incident), answer=""
    )
    if not answered.update(answer=Answer.ACKNOWLEDGED, answered_at=now, answered_through=way):
        return incident
    clocks.meet(incident, [Promise.ATTENTION], now=now)
    params = {"what": way.value} if way else {}
    timeline.record(incident, EntryKind.ATTENTION_GIVEN, at=now, by=by, who=str(by), **params)
    attention.begin(incident, now=now)
    return incident


def _asked(incident: Incident) -> list[str]:
    """The purpose of the question that is open, if one is."""
    opened = ResponseClock.objects.filter(
        incident=incident, promise=Promise.ATTENTION, met_at__isnull=True, stopped_at__isnull=True
    )
    return [f"{PURPOSE} {pk}" for pk in opened.values_list("pk", flat=True)]


def lapse(lapsed: Sequence[ResponseClock], *, now: datetime) -> None:
    """Nobody said in time that they are still on it: nobody is, and the calls go on.

    The caller holds the locks. A constant number of statements.
    """
    incidents = [clock.incident for clock in lapsed]
    TimelineEntry.objects.bulk_create(
        timeline.draft(
            incident, EntryKind.ATTENTION_LOST, at=now, who=str(incident.acknowledged_by)
        )
        for incident in incidents
    )
    lifecycle.unacknowledge_all(incidents, now=now)
