"""What became of an attempt. Only the sender that still holds the lease may say so."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rosters.channels.contract import Receipt, SendFailed
from rosters.enums import AttemptOutcome, MessageState
from rosters.logic.retry import retry_at
from rosters.models import ContactPoint, DeliveryAttempt, Message
from rosters.operations import fallback
from rosters.operations.claiming import mine

logger = logging.getLogger(__name__)

DETAIL_LENGTH = 300
REFERENCE_LENGTH = 120


@dataclass(frozen=True)
class Attempt:
    """One try at one message, from `started_at` to `finished_at`."""

    message: Message
    started_at: datetime
    finished_at: datetime

    def write(self, outcome: AttemptOutcome, *, detail: str = "", reference: str = "") -> None:
        DeliveryAttempt.objects.create(
            message=self.message,
            number=self.message.attempts_made,
            started_at=self.started_at,
            finished_at=self.finished_at,
            outcome=outcome,
            detail=detail[:DETAIL_LENGTH],
            provider_reference=reference[:REFERENCE_LENGTH],
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


@transaction.atomic
def failed(attempt: Attempt, why: SendFailed, *, jitter: float) -> None:
    """The message is tried again later, or has failed for good and its person's next is due.

    One that was cancelled meanwhile stays cancelled.
    """
    message, now = attempt.message, attempt.finished_at
    again_at = None if why.permanent else retry_at(message.attempts_made, now=now, jitter=jitter)
    locked = mine(message).select_for_update(no_key=True).values_list("state", flat=True).first()
    if not _is_ours(attempt, locked is not None):
        return
    outcome = AttemptOutcome.TEMPORARY if again_at else AttemptOutcome.PERMANENT
    attempt.write(outcome, detail=str(why))
    if locked != MessageState.SENDING:
        return
    if again_at:
        mine(message).update(
            state=MessageState.PLANNED, not_before=again_at, lease_until=None, lease_token=None
        )
        return
    fallback.give_up([message], now=now)
    ContactPoint.objects.filter(pk=message.contact_point_id).update(
        last_failed_at=now, last_failure=str(why)[:DETAIL_LENGTH]
    )


def _is_ours(attempt: Attempt, found: object) -> bool:
    """Whether the lease was still ours; a late sender's word no longer counts."""
    if not found:
        logger.warning("a lost lease came back", extra={"message_id": attempt.message.pk})
    return bool(found)
