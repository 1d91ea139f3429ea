"""Posting what readers are told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from config.portal.refusals import Refused
from incidents.enums import EntryKind, Promise
from incidents.logic import access
from incidents.models import Incident, ResponseClock, StatusUpdate
from incidents.operations import clocks, lifecycle, timeline
from incidents.queries import standing
from rosters.models import Person

CONTAINED_STRETCH = 2


@dataclass(frozen=True)
class UpdateText:
    """The three parts that a person writes; the fourth, the next update's time, is the clock's."""

    impact: str
    known: str
    doing: str


@transaction.atomic
def post(
    incident: Incident, text: UpdateText, *, key: UUID, by: Person, now: datetime
) -> StatusUpdate:
    """An update is posted and the next one begins to be due; twice as late once contained.

    The same form sent twice (`key`) answers with the same update. Raises Refused when `by` may not.
    """
    incident = lifecycle.lock(incident.pk)
    earlier = StatusUpdate.objects.filter(post_key=key).first()
    if earlier is not None:
        return earlier
    why_not = access.why_not_update(standing.of(by, incident), standing.state(incident))
    if why_not:
        raise Refused(why_not)
    clocks.meet(incident, [Promise.UPDATE], now=now)
    stretch = CONTAINED_STRETCH if incident.contained_at else 1
    clocks.start(incident, Promise.UPDATE, now=now, stretch=stretch)
    update = StatusUpdate.objects.create(
        incident=incident,
        number=_next_number(incident),
        impact=text.impact,
        known=text.known,
        doing=text.doing,
        next_update_at=_next_update_at(incident),
        posted_at=now,
        posted_by=by,
        post_key=key,
    )
    timeline.record(
        incident, EntryKind.UPDATED, at=now, by=by, who=str(by), number=str(update.number)
    )
    return update


def _next_number(incident: Incident) -> int:
    last = incident.updates.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _next_update_at(incident: Incident) -> datetime | None:
    clock = ResponseClock.objects.filter(
        incident=incident, promise=Promise.UPDATE, met_at__isnull=True, stopped_at__isnull=True
    ).first()
    return clock.target_at if clock else None
