"""When a message has failed for good, the person's next channel is used at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from rosters.enums import MessageState, Withheld
from rosters.models import Message
from rosters.queries.quiet import quiet_hours_of

EXPIRES_AFTER = timedelta(hours=4)


def give_up(messages: Iterable[Message], *, now: datetime) -> None:
    """These messages have failed for good. In the caller's transaction, which holds their locks."""
    failed = list(messages)
    if not failed:
        return
    Message.objects.filter(pk__in=[one.pk for one in failed]).update(
        state=MessageState.FAILED, lease_until=None, lease_token=None
    )
    use_next(failed, now=now)


def use_next(failed: Sequence[Message], *, now: datetime) -> None:
    """What else was planned to tell the same people the same thing is due now; not these.

    What waits for the very end of its person's quiet hours is not urgent, and goes on waiting.
    Rows that somebody has locked are being sent or cancelled already; waiting for them could
    end in a deadlock with a cancellation.
    """
    same = Q(pk__in=())
    for one in failed:
        same |= Q(topic=one.topic, topic_id=one.topic_id, person_id=one.person_id)
    waiting = list(
        Message.objects.filter(same, state=MessageState.PLANNED, not_before__gt=now)
        .exclude(pk__in=[one.pk for one in failed])
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", "person_id", "not_before")
    )
    quiet = quiet_hours_of({person_id for _, person_id, _ in waiting})
    ends = {pk: hours.end_of(now) for pk, hours in quiet.items()}
    due = [pk for pk, person_id, at in waiting if at != ends.get(person_id)]
    Message.objects.filter(pk__in=due).update(not_before=now)
    if not waiting:
        _use_spare(same, now=now)


def _use_spare(same: Q, *, now: datetime) -> None:
    """The next way of each person that was kept for this is planned now."""
    spare = Message.objects.filter(
        same, state=MessageState.SUPPRESSED, withheld=Withheld.OTHER_WAY
    ).select_for_update(skip_locked=True, no_key=True)
    first: dict[tuple[str, int, int], int] = {}
    for pk, *key in spare.order_by("pk").values_list("pk", "topic", "topic_id", "person_id"):
        first.setdefault((key[0], key[1], key[2]), pk)
    Message.objects.filter(pk__in=first.values()).update(
        state=MessageState.PLANNED, withheld="", not_before=now, expires_at=now + EXPIRES_AFTER
    )
