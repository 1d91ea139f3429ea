"""What became of an attempt. Only the sender that still holds the lease may say so."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from rosters.channels.contract import Receipt, SendFailed
from rosters.enums import AttemptOutcome, FailureReason, MessageState
from rosters.logic.retry import retry_at
from rosters.models import ContactPoint, DeliveryAttempt, Message
from rosters.operations import bundling, fallback
from rosters.operations.claiming import mine
from rosters.queries.lines import Line

logger = logging.getLogger(__name__)

DETAIL_LENGTH = 300
REFERENCE_LENGTH = 120
LONGEST_ASKED = timedelta(minutes=15)
ABOUT_THE_ADDRESS = frozenset(
    {FailureReason.BAD_ADDRESS, FailureReason.REFUSED, FailureReason.UNDELIVERED}
)
"""What is noted at the contact point; anything else is no fault of its own."""


@dataclass(frozen=True)
class Attempt:
    """One try at one message. Without a line nobody was asked."""

    message: Message
    started_at: datetime
    finished_at: datetime
    line: Line | None = None

    def write(
        self,
        outcome: AttemptOutcome,
        *,
        reason: str = "",
        detail: str = "",
        reference: str = "",
    ) -> None:
        """The try is on record."""
        self.row(outcome, reason=reason, detail=detail, reference=reference).save(force_insert=True)

    def row(
        self,
        outcome: AttemptOutcome,
        *,
        reason: str = "",
        detail: str = "",
        reference: str = "",
    ) -> DeliveryAttempt:
        """The same, not written yet."""
        line = self.line
        is_paid = outcome == AttemptOutcome.HANDED_OVER and line is not None
        return DeliveryAttempt(
            message=self.message,
            number=self.message.attempts_made,
            started_at=self.started_at,
            finished_at=self.finished_at,
            outcome=outcome,
            reason=reason,
            detail=detail.replace("\0", "")[:DETAIL_LENGTH],
            provider_reference=reference[:REFERENCE_LENGTH],
            account_id=line.account_id if line else None,
            price=line.price if line and is_paid else None,
            currency=line.currency if line and is_paid else "",
        )


@transaction.atomic
def succeeded(attempt: Attempt, receipt: Receipt) -> None:
    """The message is sent; also when it was cancelled while its carrier had it already."""
    sent = mine(attempt.message).update(
        state=MessageState.SENT,
        sent_at=attempt.finished_at,
        lease_until=None,
        lease_token=None,
    )
    if _is_ours(attempt, sent):
        attempt.write(AttemptOutcome.HANDED_OVER, reference=receipt.reference)
        bundling.said(attempt.message)


@transaction.atomic
def all_succeeded(taken: Sequence[tuple[Attempt, Receipt]]) -> list[Attempt]:
    """As `succeeded`, for what came back together, in as many statements as for one.

    Returns those that somebody else has locked just now, as whoever cancels them: they are recorded
    one by one, so that nobody waits for two rows at once.
    """
    by_message = {attempt.message.pk: (attempt, receipt) for attempt, receipt in taken}
    tokens = {attempt.message.lease_token for attempt, _ in taken}
    rows = Message.objects.filter(pk__in=by_message, lease_token__in=tokens)
    locked = rows.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    held = dict(locked.values_list("pk", "lease_token"))
    ours = [
        by_message[pk]
        for pk, token in held.items()
        if by_message[pk][0].message.lease_token == token
    ]
    if ours:
        Message.objects.filter(pk__in=[attempt.message.pk for attempt, _ in ours]).update(
            state=MessageState.SENT,
            sent_at=max(attempt.finished_at for attempt, _ in ours),
            lease_until=None,
            lease_token=None,
        )
        DeliveryAttempt.objects.bulk_create(
            attempt.row(AttemptOutcome.HANDED_OVER, reference=receipt.reference)
            for attempt, receipt in ours
        )
    for attempt, _ in ours:
        bundling.said(attempt.message)
    done = {attempt.message.pk for attempt, _ in ours}
    return [attempt for attempt, _ in taken if attempt.message.pk not in done]


@transaction.atomic
def failed(
    attempt: Attempt, why: SendFailed, *, jitter: float, not_before: datetime | None = None
) -> None:
    """The message is tried again later, or has failed for good and its person's next is due.

    One that was cancelled meanwhile stays cancelled. With `not_before` its carrier is out until
    then: the person's next channel is used at once, and this one is tried again beside it.
    """
    message, now = attempt.message, attempt.finished_at
    again_at = None if why.permanent else retry_at(message.tries, now=now, jitter=jitter)
    locked = mine(message).select_for_update(no_key=True).values_list("state", flat=True).first()
    if not _is_ours(attempt, locked is not None):
        return
    outcome = AttemptOutcome.TEMPORARY if again_at else AttemptOutcome.PERMANENT
    attempt.write(outcome, reason=why.reason, detail=str(why))
    if locked != MessageState.SENDING:
        return
    if again_at:
        mine(message).update(
            state=MessageState.PLANNED,
            not_before=max(again_at, _asked_for(why, now=now), not_before or again_at),
            lease_until=None,
            lease_token=None,
        )
        if not_before:
            fallback.use_next([message], now=now)
        return
    fallback.give_up([message], now=now)
    if why.reason in ABOUT_THE_ADDRESS:
        note(message.contact_point_id, why.reason, now=now)


def _asked_for(why: SendFailed, *, now: datetime) -> datetime:
    """When the carrier itself wants to be asked again."""
    return now + min(timedelta(seconds=why.retry_after or 0), LONGEST_ASKED)


def note(contact_point_id: int, reason: FailureReason, *, now: datetime) -> None:
    """The contact point's last failure, in words that whoever sees the number may read."""
    ContactPoint.objects.filter(pk=contact_point_id).update(
        last_failed_at=now, last_failure=FailureReason(reason).label
    )


def put_off(message: Message, *, until: datetime) -> None:
    """The claimed message can wait, and does, as if it had not been tried; it lasts longer too."""
    mine(message).filter(state=MessageState.SENDING).update(
        state=MessageState.PLANNED,
        not_before=until,
        attempts_made=F("attempts_made") - 1,
        lease_until=None,
        lease_token=None,
    )


def _is_ours(attempt: Attempt, found: object) -> bool:
    """Whether the lease was still ours; a late sender's word no longer counts."""
    if not found:
        logger.warning("a lost lease came back", extra={"message_id": attempt.message.pk})
    return bool(found)
