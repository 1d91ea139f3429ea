"""Carrying what rooms are told, under a lease, by the same accounts as everything else.

A post is claimed together with its clock in a short transaction, so that none leaves once its
clock's end has committed; no transaction is open while a carrier is asked. A sender that is killed
loses its lease and the post is tried again with the same key.
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.enums import EntryKind, HoldKind, PostState, Promise
from incidents.models import Hold, RoomPost
from incidents.operations import timeline
from rosters.channels.contract import Outgoing, Receipt, SendFailed
from rosters.enums import FailureReason
from rosters.logic import circuit
from rosters.logic.circuit import Gate
from rosters.logic.retry import retry_at
from rosters.operations import health
from rosters.queries.lines import Line, Lines, lines

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
EXPIRES_AFTER = timedelta(hours=1)
SWEEP_SECONDS = 5.0
WAIT_FOR_CARRIER = timedelta(seconds=15)


def carry_all(*, clock: Callable[[], datetime], jitter: Callable[[], float] = random.random) -> int:
    """Carry until nothing is due or five seconds have passed; returns how many were looked at.

    Any number of sweeps may run at once. One small query when nothing is due.
    """
    stop_at = time.monotonic() + SWEEP_SECONDS
    looked, ways = 0, None
    while time.monotonic() < stop_at:
        post = claim(now=clock())
        if post is None:
            break
        ways = ways or lines()
        if post.state == PostState.SENDING:
            carry(post, ways, clock=clock, jitter=jitter)
        looked += 1
    return looked


@transaction.atomic
def claim(*, now: datetime) -> RoomPost | None:
    """The post that has been due for longest, leased to the caller, or not needed any more.

    It is not needed once its clock has ended, its room is told nothing, its incident is open to few
    alone, or an hour has passed. What a hold or a snooze covers waits.
    """
    due = RoomPost.objects.filter(next_attempt_at__lte=now).exclude(
        _waits(HoldKind.HOLD, now=now)
        | Q(_waits(HoldKind.SNOOZE, now=now), run__clock__promise=Promise.ACKNOWLEDGE)
    )
    post = (
        due.select_related("run__clock", "room", "incident")
        .select_for_update(of=("self", "run__clock"), skip_locked=True, no_key=True)
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if post is None:
        return None
    if not _is_wanted(post, now=now):
        post.state, post.next_attempt_at, post.lease_token = PostState.CANCELLED, None, None
        post.save(update_fields=["state", "next_attempt_at", "lease_token"])
        return post
    post.state, post.lease_token = PostState.SENDING, uuid4()
    post.attempts += 1
    post.next_attempt_at = now + LEASE
    post.save(update_fields=["state", "attempts", "lease_token", "next_attempt_at"])
    return post


def _waits(kind: HoldKind, *, now: datetime) -> Exists:
    """Whether somebody lets the calls of the incident behind a post wait."""
    return Exists(
        Hold.objects.filter(
            incident=OuterRef("incident"), kind=kind, ended_at__isnull=True, until__gt=now
        )
    )


def _is_wanted(post: RoomPost, *, now: datetime) -> bool:
    is_open = post.run.clock.is_open and post.room.is_active
    return is_open and not post.incident.is_restricted and now - post.created_at < EXPIRES_AFTER


def carry(
    post: RoomPost, ways: Lines, *, clock: Callable[[], datetime], jitter: Callable[[], float]
) -> None:
    """The claimed post is with its carrier, or waits for one; what came of it is kept."""
    now = clock()
    found = _way_out(post, ways, now=now)
    if found is None:
        _mine(post).update(
            state=PostState.PLANNED,
            attempts=post.attempts - 1,
            next_attempt_at=now + WAIT_FOR_CARRIER,
            lease_token=None,
        )
        return
    result = found if isinstance(found, SendFailed) else _ask(found, post, now=now)
    if isinstance(found, Line):
        _note(found, result, now=clock(), jitter=jitter())
    _record(post, result, now=clock(), jitter=jitter())


def _way_out(post: RoomPost, ways: Lines, *, now: datetime) -> Line | SendFailed | None:
    """The way out for this room; None while every one is out."""
    channel = post.room.channel
    found = ways.for_channel(channel, via=post.room.account_id)
    if not found:
        return SendFailed(
            f"Muster has no carrier for {channel}.", permanent=True, reason=FailureReason.NO_CARRIER
        )
    for line in found:
        if circuit.gate(line.circuit, now=now) == Gate.SHUT:
            continue
        if line.circuit.state == circuit.CLOSED or health.take_probe(line, now=now):
            return line
    return None


def _ask(line: Line, post: RoomPost, *, now: datetime) -> Receipt | SendFailed:
    """What the carrier answers. In house there is no room to write to: the post is its own copy."""
    if line.carrier.is_in_house:
        return Receipt("desk")
    root = _thread_root(post)
    outgoing = Outgoing(
        message_id=0,
        address=post.room.address,
        person_name=post.room.name,
        channel=post.room.channel,
        subject=post.subject,
        body=post.body,
        thread_key=f"incident:{post.incident_id}",
        idempotency_key=f"room:{post.pk}",
        answer_link="",
        at=now,
        thread_root=root,
    )
    try:
        return line.carrier.send(outgoing)
    except SendFailed as why:
        return why
    except Exception as broken:  # noqa: BLE001  # a carrier's own mistake ends at this boundary
        logger.error(  # noqa: TRY400  # a traceback may hold what the settings seal
            "a room could not be told", extra={"post": post.pk, "error": type(broken).__name__}
        )
        return SendFailed(type(broken).__name__, permanent=False, reason=FailureReason.BROKEN)


def _thread_root(post: RoomPost) -> str:
    """The carrier's own name of the first post about this incident in this room."""
    sent = RoomPost.objects.filter(
        room=post.room_id, incident=post.incident_id, state=PostState.SENT
    )
    return sent.order_by("sent_at", "pk").values_list("reference", flat=True).first() or ""


def _note(line: Line, result: Receipt | SendFailed, *, now: datetime, jitter: float) -> None:
    """How the account does, for everybody who sends by it."""
    if isinstance(result, SendFailed) and result.blames_carrier:
        health.failed(line, result, now=now, jitter=jitter)
    else:
        health.succeeded(line, now=now)


@transaction.atomic
def _record(post: RoomPost, result: Receipt | SendFailed, *, now: datetime, jitter: float) -> None:
    """What came of it, if the lease still holds: whoever has taken it over records instead."""
    if isinstance(result, Receipt):
        _mine(post).update(
            state=PostState.SENT,
            sent_at=now,
            reference=result.reference[:120],
            problem="",
            next_attempt_at=None,
            lease_token=None,
        )
        return
    again_at = None if result.permanent else retry_at(post.attempts, now=now, jitter=jitter)
    why = str(FailureReason(result.reason).label)
    is_ours = _mine(post).update(
        state=PostState.PLANNED if again_at else PostState.FAILED,
        next_attempt_at=again_at,
        problem=why[:200],
        lease_token=None,
    )
    if is_ours and again_at is None:
        timeline.record(
            post.incident,
            EntryKind.ROOM_TOLD,
            at=now,
            what="failed",
            room=post.room.name,
            why=why,
        )


def _mine(post: RoomPost) -> QuerySet[RoomPost]:
    return RoomPost.objects.filter(pk=post.pk, lease_token=post.lease_token)
