"""When nobody of a step could be reached, the next step is due at once."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from incidents.enums import EntryKind
from incidents.models import EscalationRun, Notification, TimelineEntry
from incidents.operations import timeline
from rosters.enums import MessageState
from rosters.models import Message

TOPIC = "notification"
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
            topic=TOPIC,
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
    TimelineEntry.objects.bulk_create(
        timeline.draft(
            notification.incident, EntryKind.UNREACHED, at=now, who=str(notification.person)
        )
        for notification in lost
    )
    Message.objects.filter(pk__in=[message.pk for message in failed]).update(failure_noted_at=now)
    return make_due(run_ids, now=now)


def _without_hope(notification_ids: set[int]) -> list[Notification]:
    alive = Message.objects.filter(
        topic=TOPIC,
        topic_id=OuterRef("pk"),
        state__in=[MessageState.PLANNED, MessageState.SENDING, MessageState.SENT],
    )
    return list(
        Notification.objects.filter(pk__in=notification_ids)
        .exclude(Exists(alive))
        .select_related("incident", "person")
    )


def make_due(run_ids: Collection[int | None], *, now: datetime) -> int:
    """Climbs of which nobody told by the latest firing may still answer are due at `now`."""
    alive = Message.objects.filter(
        topic=TOPIC,
        state__in=[MessageState.PLANNED, MessageState.SENDING, MessageState.SENT],
        topic_id=OuterRef("pk"),
    )
    hopeful = Notification.objects.filter(
        Exists(alive), run=OuterRef("pk"), position=OuterRef("position") - 1, answer=""
    )
    return (
        EscalationRun.objects.open()
        .filter(pk__in=run_ids, next_due_at__gt=now)
        .exclude(Exists(hopeful))
        .update(next_due_at=now)
    )
