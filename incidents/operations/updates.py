"""Posting what readers are told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from config.portal.refusals import Refused, refuse_if
from incidents.enums import EntryKind, IncidentEvent, Promise
from incidents.logic import access
from incidents.models import Incident, ResponseClock, StatusUpdate
from incidents.operations import clocks, following, lifecycle, timeline
from incidents.operations.announcing import announce
from incidents.queries import standing
from rosters.models import Person


@dataclass(frozen=True)
class UpdateText:
    """The three parts that a person writes; the fourth, the next update's time, is the clock's."""

    impact: str
    known: str
    doing: str


class SentBefore(Refused):
    """This very form has become an update already, with other words."""

    def __init__(self) -> None:
        super().__init__(
            "This form was sent before, with other words. Press again to post these as an update"
            " of their own."
        )


class PostedMeanwhile(Refused):
    """Somebody posted an update after the form was opened: `update`."""

    def __init__(self, update: StatusUpdate, *, by: Person) -> None:
        who = "You" if update.posted_by_id == by.pk else str(update.posted_by)
        super().__init__(
            f"{who} posted update {update.number} while you wrote. Read it, change what has"
            " changed, and press again."
        )
        self.update = update


@transaction.atomic
def post_after(
    number: int, incident: Incident, text: UpdateText, *, key: UUID, by: Person, now: datetime
) -> StatusUpdate:
    """As `post`, if update `number` (0: none) is still the last one; else PostedMeanwhile."""
    incident = lifecycle.lock(incident.pk)
    last = incident.updates.select_related("posted_by").order_by("-number").first()
    was_sent = StatusUpdate.objects.filter(post_key=key).exists()
    if last is not None and last.number != number and not was_sent:
        raise PostedMeanwhile(last, by=by)
    return post(incident, text, key=key, by=by, now=now)


def _text_of(update: StatusUpdate) -> UpdateText:
    return UpdateText(update.impact, update.known, update.doing)


@transaction.atomic
def post(
    incident: Incident, text: UpdateText, *, key: UUID, by: Person, now: datetime
) -> StatusUpdate:
    """An update is posted and the next one begins to be due; twice as late once contained.

    The same form sent twice (`key`) answers with the same update. Raises SentBefore when the form
    was sent with other words, and Refused when `by` may not.
    """
    incident = lifecycle.lock(incident.pk)
    earlier = StatusUpdate.objects.filter(post_key=key).first()
    if earlier is not None:
        if earlier.incident_id != incident.pk or _text_of(earlier) != text:
            raise SentBefore
        return earlier
    refuse_if(access.why_not_update(standing.of(by, incident), standing.state(incident)))
    clocks.meet(incident, [Promise.UPDATE], now=now)
    stretch = clocks.CONTAINED_STRETCH if incident.contained_at else 1
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
    said = {"impact": text.impact, "known": text.known, "doing": text.doing}
    announce(IncidentEvent.UPDATED, [incident], now=now, update=said)
    following.tell(incident, update, now=now)
    return update


def _next_number(incident: Incident) -> int:
    last = incident.updates.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _next_update_at(incident: Incident) -> datetime | None:
    clock = ResponseClock.objects.filter(
        incident=incident, promise=Promise.UPDATE, met_at__isnull=True, stopped_at__isnull=True
    ).first()
    return clock.target_at if clock else None
