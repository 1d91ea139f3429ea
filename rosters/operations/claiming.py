"""Which messages a sender may carry: claims under a lease, in one short transaction.

A claim locks the messages and their contact points, so that two senders never count the share of
one contact point at the same time. What somebody else has locked is left for the next sweep.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from rosters.enums import PASSING, AttemptOutcome, Lane, MessageState, Withheld
from rosters.logic import throttle
from rosters.logic.drafts import may_wait
from rosters.logic.retry import MAX_ATTEMPTS
from rosters.models import DeliveryAttempt, Message
from rosters.operations import bundling, fallback
from rosters.operations.fallback import EXPIRES_AFTER
from rosters.queries.quiet import quiet_hours_of
from rosters.querysets import MessageQuerySet

LEASE = timedelta(seconds=30)
BATCH = 20
CLEAR_UP = 200
FAIR_SHARE = 2
"""Of a batch that is full of calls, so many are still what can wait."""
HOLD_BACK = timedelta(seconds=30)


@dataclass(frozen=True)
class Claim:
    """Messages under this sender's lease. Idle: nothing at all was due."""

    messages: tuple[Message, ...]
    is_idle: bool


@transaction.atomic
def claim(
    *,
    now: datetime,
    limit: int = BATCH,
    without: Collection[str] = (),
    calls_only: Collection[str] = (),
) -> Claim:
    """Up to `limit` messages are under this sender's lease, the most urgent lane first.

    However many calls wait, FAIR_SHARE of what can wait is taken beside them.

    `without` names channels that are left alone, `calls_only` those by which only what cannot wait
    is taken. What is too old, what a sender that stopped left
    behind and what exceeds its contact point's share is put where it belongs on the way.
    """
    _expire(now=now)
    waiting = (
        Message.objects.carriable(now=now)
        .exclude(contact_point__channel__in=without)
        .exclude(lane=Lane.UPDATE, contact_point__channel__in=calls_only)
        .select_related("contact_point", "person")
        .select_for_update(of=("self", "contact_point"), skip_locked=True, no_key=True)
        .order_by("lane", "not_before", "pk")
    )
    due = list(waiting[:limit])
    if len(due) == limit and not may_wait(due[-1].lane):
        due += waiting.filter(lane=Lane.UPDATE)[:FAIR_SHARE]
    _note_lost([one for one in due if one.state == MessageState.SENDING], now=now)
    hopeless = [one for one in due if one.tries >= MAX_ATTEMPTS]
    fallback.give_up(hopeless, now=now)
    awake = _let_sleep([one for one in due if one not in hopeless], now=now)
    free = bundling.gather(_within_share(awake, now=now), now=now)
    _lease(free, now=now)
    return Claim(tuple(free), is_idle=not due)


def _expire(*, now: datetime) -> None:
    """What nobody is sending any more and what is too old now never leaves."""
    stale = list(
        _resting(now=now)
        .filter(expires_at__lte=now)
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("pk")[:CLEAR_UP]
    )
    if stale:
        _note_lost([one for one in stale if one.state == MessageState.SENDING], now=now)
        _let_expire(stale)


def _let_expire(stale: Sequence[Message]) -> None:
    """What can wait and was held back till then was not sent for that reason; a call is missed."""
    held = [one for one in stale if one.withheld in PASSING and may_wait(one.lane)]
    for rows, state in (
        (held, MessageState.SUPPRESSED),
        ([one for one in stale if one not in held], MessageState.EXPIRED),
    ):
        Message.objects.filter(pk__in=[one.pk for one in rows]).update(
            state=state, lease_until=None, lease_token=None
        )


def _resting(*, now: datetime) -> MessageQuerySet:
    """Planned, or left behind by a sender that stopped."""
    abandoned = Q(state=MessageState.SENDING, lease_until__lt=now)
    return Message.objects.filter(Q(state=MessageState.PLANNED) | abandoned)


def _note_lost(messages: Sequence[Message], *, now: datetime) -> None:
    DeliveryAttempt.objects.bulk_create(
        (
            DeliveryAttempt(
                message=message,
                number=message.attempts_made,
                started_at=(message.lease_until or now) - LEASE,
                finished_at=now,
                outcome=AttemptOutcome.LOST,
            )
            for message in messages
        ),
        ignore_conflicts=True,
    )


def _let_sleep(due: Sequence[Message], *, now: datetime) -> list[Message]:
    """Those that leave now. What may wait and would come in quiet hours is due at their end.

    So is what was begun before them and is tried again, and what waited for anything else.
    """
    quiet = quiet_hours_of({one.person_id for one in due if may_wait(one.lane)})
    awake, asleep = [], []
    for message in due:
        hours = quiet.get(message.person_id) if may_wait(message.lane) else None
        due_at = hours.released(now) if hours else now
        if due_at == now:
            awake.append(message)
            continue
        message.state, message.not_before = MessageState.PLANNED, due_at
        message.withheld = hours.why(now) if hours else Withheld.QUIET
        message.lease_until = message.lease_token = None
        if message.expires_at is not None:
            message.expires_at = max(message.expires_at, due_at + EXPIRES_AFTER)
        asleep.append(message)
    fields = ["state", "not_before", "withheld", "expires_at", "lease_until", "lease_token"]
    Message.objects.bulk_update(asleep, fields)
    return awake


def _within_share(due: Sequence[Message], *, now: datetime) -> list[Message]:
    """Those that their contact points may receive now; the others wait, except first calls."""
    limits = settings.CONTACT_LIMITS
    points = {one.contact_point_id for one in due if one.lane != Lane.FIRST_CALL}
    received = _received(points, throttle.windows(limits), now=now)
    free: list[Message] = []
    full: set[int] = set()
    for message in due:
        point = message.contact_point_id
        channel = message.contact_point.channel
        if message.lane != Lane.FIRST_CALL and throttle.is_full(channel, received[point], limits):
            full.add(point)
            continue
        received[point].update(throttle.windows(limits))
        free.append(message)
    if full:
        _take_from_lost_senders([one for one in due if one not in free])
        _hold_back(full, besides=[one.pk for one in free], now=now)
    return free


def _take_from_lost_senders(messages: Sequence[Message]) -> None:
    """What a sender that stopped left behind waits its turn like everything else.

    Otherwise it would be claimed first by every sweep, and count as stuck.
    """
    lost = [one.pk for one in messages if one.state == MessageState.SENDING]
    if lost:
        Message.objects.filter(pk__in=lost).update(
            state=MessageState.PLANNED, lease_until=None, lease_token=None
        )


def _received(
    points: Collection[int], windows: Sequence[timedelta], *, now: datetime
) -> dict[int, Counter[timedelta]]:
    """How many messages each contact point got in each window, or is getting just now."""
    leaving = Q(state=MessageState.SENDING, lease_until__gte=now)
    oldest = Q(state=MessageState.SENT, sent_at__gt=now - max(windows, default=timedelta(0)))
    rows = Message.objects.filter(oldest | leaving, contact_point__in=points)
    counts = {
        f"within_{number}": Count("pk", filter=leaving | Q(sent_at__gt=now - window))
        for number, window in enumerate(windows)
    }
    received: dict[int, Counter[timedelta]] = defaultdict(Counter)
    for row in rows.values("contact_point").annotate(**counts):
        of_point = (row[name] for name in counts)
        received[row["contact_point"]] = Counter(dict(zip(windows, of_point, strict=True)))
    return received


def _hold_back(points: Collection[int], *, besides: Collection[int], now: datetime) -> None:
    """Everything due for these contact points waits, so that it does not stand in others' way."""
    waiting = (
        Message.objects.filter(
            state=MessageState.PLANNED, not_before__lte=now, contact_point__in=points
        )
        .exclude(lane=Lane.FIRST_CALL)
        .exclude(pk__in=besides)
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", flat=True)
    )
    Message.objects.filter(pk__in=list(waiting)).update(
        not_before=now + HOLD_BACK, withheld=Withheld.SHARE
    )


def _lease(messages: Sequence[Message], *, now: datetime) -> None:
    token = uuid4()
    for message in messages:
        message.state = MessageState.SENDING
        message.attempts_made += 1
        message.lease_until = now + LEASE
        message.lease_token = token
        message.withheld = ""
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(
        state=MessageState.SENDING,
        attempts_made=F("attempts_made") + 1,
        lease_until=now + LEASE,
        lease_token=token,
        withheld="",
    )


def still_wanted(messages: Sequence[Message], *, now: datetime) -> set[int]:
    """Which of the messages claimed just now may leave at this moment; one statement for all.

    For messages that are handed over at once; what waited meanwhile is asked about by `hold`.
    """
    tokens = {one.lease_token for one in messages}
    rows = Message.objects.filter(
        pk__in=[one.pk for one in messages], lease_token__in=tokens, state=MessageState.SENDING
    )
    wanted = set(rows.values_list("pk", flat=True))
    return {
        one.pk
        for one in messages
        if one.pk in wanted and not (one.expires_at is not None and one.expires_at <= now)
    }


def hold(message: Message, *, now: datetime) -> bool:
    """The last look before a hand-over: still wanted and still ours, and from now on ours again.

    Touches only the message's own row. A lease that ran out while others were carried is good as
    long as nobody else has taken it.
    """
    if message.expires_at is not None and message.expires_at <= now:
        mine(message).filter(state=MessageState.SENDING).update(
            state=MessageState.EXPIRED, lease_until=None, lease_token=None
        )
        return False
    held = mine(message).filter(state=MessageState.SENDING).update(lease_until=now + LEASE)
    return held == 1


def release(messages: Sequence[Message]) -> None:
    """Claimed messages that were not tried wait as before, as if they had never been claimed."""
    Message.objects.filter(
        pk__in=[one.pk for one in messages],
        lease_token__in=[one.lease_token for one in messages],
        state=MessageState.SENDING,
    ).update(
        state=MessageState.PLANNED,
        attempts_made=F("attempts_made") - 1,
        lease_until=None,
        lease_token=None,
    )


def mine(message: Message) -> MessageQuerySet:
    """The message's row, if this sender's lease is the last that was given."""
    return Message.objects.filter(pk=message.pk, lease_token=message.lease_token)
