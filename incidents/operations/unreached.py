"""When nobody of a step could be reached, the next step is due at once."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from incidents.enums import EntryKind
from incidents.models import EscalationRun, Notification, TimelineEntry
from incidents.operations import timeline
from rosters.enums import MessageState
from rosters.models import Message

LIMIT = 200


@transaction.atomic
def pull_forward(*, now: datetime) -> int:
    """Climbs whose last firing reached nobody are due at `now`; returns how many.

    A person counts as not reached when every message of their notification has failed for good or
    grown too old. Each failure is looked at once. While somebody else told by the same firing may
    still answer, its wait goes on.
    """
    failed = list(
        Message.objects.filter(
            topic=Notification.TOPIC,
            state__in=[MessageState.FAILED, MessageState.EXPIRED],
            failure_noted_at__isnull=True,
        )
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("pk")[:LIMIT]
    )
    if not failed:
        return 0
    lost = _without_hope({message.topic_id for message in failed})
    run_ids = {notification.run_id for notification in lost}
    TimelineEntry.objects.bulk_create(_entry(notification, now=now) for notification in lost)
    Message.objects.filter(pk__in=[message.pk for message in failed]).update(failure_noted_at=now)
    return make_due(run_ids, now=now)


def _entry(lost: Notification, *, now: datetime) -> TimelineEntry:
    """What the timeline says; after a call by hand no rule goes on to somebody else."""
    params = {"who": str(lost.person)} | ({"what": "asked"} if lost.asked_by_id else {})
    return timeline.draft(lost.incident, EntryKind.UNREACHED, at=now, **params)  # type: ignore[arg-type]  # words alone


def _without_hope(notification_ids: set[int]) -> list[Notification]:
    alive = Message.objects.filter(
        topic=Notification.TOPIC,
        topic_id=OuterRef("pk"),
        state__in=[MessageState.PLANNED, MessageState.SENDING, MessageState.SENT],
    )
    return list(
        Notification.objects.filter(pk__in=notification_ids)
        .exclude(Exists(alive))
        .select_related("incident", "person")
    )


def make_due(run_ids: Collection[int | None], *, now: datetime) -> int:
    """Climbs of which nobody told by the latest firing may still answer are due at `now`.

    Where another rule took over meanwhile, that is the climb of the same clock that goes on.
    """
    alive = Message.objects.filter(
        topic=Notification.TOPIC,
        state__in=[MessageState.PLANNED, MessageState.SENDING, MessageState.SENT],
        topic_id=OuterRef("pk"),
    )
    hopeful = Notification.objects.filter(
        Exists(alive), run=OuterRef("pk"), position=OuterRef("position") - 1, answer=""
    )
    going = going_on(run_ids).filter(next_due_at__gt=now)
    return going.exclude(Exists(hopeful)).update(next_due_at=now)


def going_on(run_ids: Collection[int | None]) -> QuerySet[EscalationRun]:
    """The open climbs of the same clocks: these, or those that took over from them."""
    known = [pk for pk in run_ids if pk is not None]
    clocks = EscalationRun.objects.filter(pk__in=known).values("clock")
    found: QuerySet[EscalationRun] = EscalationRun.objects.open().filter(clock__in=clocks)
    return found
