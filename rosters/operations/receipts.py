"""What carriers tell afterwards: delivered, read, undelivered, answered. In any order, once.

What is not proved, comes too late or is sent a second time changes nothing and is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from config.portal import queue, secrets
from config.portal.refusals import Refused
from rosters.channels.contract import Fate, Heard, Report, Unproved
from rosters.channels.kinds import kind_of
from rosters.enums import AttemptOutcome, FailureReason, MessageState
from rosters.models import (
    CarrierAccount,
    CarrierHealth,
    CarrierReceipt,
    DeliveryAttempt,
    Message,
)
from rosters.operations import fallback, recording
from rosters.queries.lines import key_of, settings_of

GOOD_FOR = timedelta(days=3)
"""A receipt about a message that left longer ago is refused."""
KEPT = timedelta(days=7)
MOST_PURGED = 5_000
ANSWERS = {Fate.ACKNOWLEDGED: "acknowledge", Fate.PASSED_ON: "pass"}
NOT_OF_ITS_WAY = frozenset({*ANSWERS, Fate.WROTE})
"""What people said, which says nothing of how far a message came."""


@dataclass(frozen=True)
class Said:
    """What the carrier is answered. `sentence` is also what a person who answered reads."""

    status: int
    sentence: str
    content_type: str = ""
    body: str = ""


def hear(door: str, heard: Heard, *, now: datetime) -> Said:
    """What stands in the request has happened, if the carrier of this door really said so."""
    account = CarrierAccount.objects.filter(door=door).first()
    listen = kind_of(account.kind).hear if account else None
    if account is None or listen is None:
        return Said(HTTPStatus.NOT_FOUND, "No carrier calls back here.")
    try:
        reports = listen(settings_of(account), heard, now)
    except Unproved as why:
        _count(account, "late" if why.is_late else "forged", now=now)
        return Said(HTTPStatus.UNAUTHORIZED, str(why))
    except secrets.CannotRead as why:
        return Said(HTTPStatus.SERVICE_UNAVAILABLE, str(why))
    taken = [_take(account, _storable(report), now=now) for report in reports]
    said = max(taken, key=lambda one: one.status, default=Said(HTTPStatus.OK, ""))
    write = kind_of(account.kind).say
    if write is None:
        return said
    content_type, body = write(said.sentence, heard)
    return replace(said, content_type=content_type, body=body)


def _storable(report: Report) -> Report:
    """The report without the signs that PostgreSQL does not keep: NUL and half pairs."""
    return replace(
        report,
        event_id=_kept(report.event_id),
        reference=_kept(report.reference),
        address=_kept(report.address),
        by=_kept(report.by),
        detail=_kept(report.detail),
        text=_kept(report.text),
    )


def _kept(text: str) -> str:
    return text.replace("\0", "").encode(errors="ignore").decode()


def _count(account: CarrierAccount, name: str, *, now: datetime) -> None:
    key = key_of(account)
    CarrierHealth.objects.bulk_create([CarrierHealth(key=key)], ignore_conflicts=True)
    CarrierHealth.objects.filter(key=key).update(**{name: F(name) + 1}, last_refused_at=now)


def _take(account: CarrierAccount, report: Report, *, now: datetime) -> Said:
    """One report is noted, and holds at once or as soon as its message is written down as sent."""
    event_id, reference = report.event_id[:160], report.reference[:120]
    attempt = _told_of(account, report) or _attempt(account, reference)
    if attempt is not None and attempt.finished_at < now - GOOD_FOR:
        _count(account, "late", now=now)
        return Said(HTTPStatus.GONE, "This message left more than three days ago.")
    with transaction.atomic():
        receipt, is_new = CarrierReceipt.objects.get_or_create(
            account=account,
            event_id=event_id,
            defaults={
                "proof": report.proof,
                "reference": reference,
                "fate": report.fate.value,
                "detail": report.detail[:300],
                "received_at": now,
            },
        )
        if is_new and report.fate not in NOT_OF_ITS_WAY and attempt is not None:
            _apply(receipt, attempt, now=now)
    if not is_new:
        if report.proof and receipt.proof == report.proof:
            _count(account, "replayed", now=now)
            return Said(HTTPStatus.CONFLICT, "This very request came before.")
        return Said(HTTPStatus.OK, "Muster has heard this already.")
    if report.fate == Fate.WROTE:
        return _read(receipt, report, now=now)
    if report.fate in ANSWERS:
        return _answered(receipt, attempt, report, now=now)
    return Said(HTTPStatus.OK, "Noted.")


def _told_of(account: CarrierAccount, report: Report) -> DeliveryAttempt | None:
    """The attempt that an answer names by our own number."""
    if report.message_id is None:
        return None
    taken = DeliveryAttempt.objects.filter(account=account, outcome=AttemptOutcome.HANDED_OVER)
    return taken.filter(message=report.message_id).order_by("-pk").first()


def _attempt(account: CarrierAccount, reference: str) -> DeliveryAttempt | None:
    found = DeliveryAttempt.objects.filter(
        account=account, provider_reference=reference, outcome=AttemptOutcome.HANDED_OVER
    ).exclude(provider_reference="")
    return found.order_by("-pk").first()


def apply_all_waiting(account_id: int, references: Sequence[str], *, now: datetime) -> None:
    """As `apply_waiting` for several, in one statement while nothing waits, as is usual."""
    waiting = CarrierReceipt.objects.filter(
        account=account_id,
        reference__in=[one for one in references if one],
        applied_at__isnull=True,
    )
    for reference in waiting.order_by("reference").values_list("reference", flat=True).distinct():
        apply_waiting(account_id, reference, now=now)


def apply_waiting(account_id: int, reference: str, *, now: datetime) -> None:
    """What the carrier said before its message was written down as sent holds from now on."""
    if not reference:
        return
    waiting = CarrierReceipt.objects.filter(
        account=account_id, reference=reference, applied_at__isnull=True
    )
    for receipt in waiting.order_by("pk"):
        attempt = _attempt(receipt.account, reference)
        if attempt is not None and receipt.fate not in {one.value for one in NOT_OF_ITS_WAY}:
            with transaction.atomic():
                _apply(receipt, attempt, now=now)


def _apply(receipt: CarrierReceipt, attempt: DeliveryAttempt, *, now: datetime) -> None:
    """In a transaction. Facts only ever go forward: read is delivered, delivered stays so."""
    CarrierReceipt.objects.filter(pk=receipt.pk).update(applied_at=now)
    message = Message.objects.select_for_update(no_key=True).get(pk=attempt.message_id)
    row = Message.objects.filter(pk=message.pk, sent_at__isnull=False)
    if receipt.fate == Fate.DELIVERED.value:
        row.update(delivered_at=Coalesce("delivered_at", now))
    elif receipt.fate == Fate.READ.value:
        row.update(delivered_at=Coalesce("delivered_at", now), read_at=Coalesce("read_at", now))
    elif message.state == MessageState.SENT and message.delivered_at is None:
        _undelivered(message, attempt, receipt.detail, now=now)


def _undelivered(message: Message, attempt: DeliveryAttempt, detail: str, *, now: datetime) -> None:
    """It failed for good after all: the person's next channel is used at once."""
    reason = FailureReason.UNDELIVERED
    DeliveryAttempt.objects.filter(pk=attempt.pk).update(reason=reason, detail=detail)
    fallback.give_up([message], now=now)
    recording.note(message.contact_point_id, reason, now=now)
    queue.wake("muster.carry")
    queue.wake("muster.tick")


def _answered(
    receipt: CarrierReceipt, attempt: DeliveryAttempt | None, report: Report, *, now: datetime
) -> Said:
    """The receiver pressed a key or a button; what came of it is said back."""
    if attempt is None:
        return Said(HTTPStatus.OK, "We do not know which message this answers. Sign in to act.")
    CarrierReceipt.objects.filter(pk=receipt.pk).update(applied_at=now)
    rows = Message.objects.select_related("person", "contact_point")
    message = rows.get(pk=attempt.message_id)
    if report.by and report.by != message.contact_point.address:
        return Said(HTTPStatus.OK, f"Only {message.person} can answer this. Sign in to act.")
    answer = import_string(settings.CARRIAGE_ANSWERS)
    try:
        said: str = answer(message, ANSWERS[report.fate], now=now)
    except Refused as why:
        said = str(why)
    return Said(HTTPStatus.OK, said)


def _read(receipt: CarrierReceipt, report: Report, *, now: datetime) -> Said:
    """Somebody wrote; what came of it goes to them as a message of its own."""
    CarrierReceipt.objects.filter(pk=receipt.pk).update(applied_at=now)
    import_string(settings.CARRIAGE_READS)(report.address, report.text, now=now)
    return Said(HTTPStatus.OK, "Read.")


def purge(*, now: datetime) -> int:
    """Receipts that nobody repeats any more are gone; returns how many."""
    old = CarrierReceipt.objects.filter(received_at__lt=now - KEPT).order_by("pk")
    chosen = list(old.values_list("pk", flat=True)[:MOST_PURGED])
    gone, _ = CarrierReceipt.objects.filter(pk__in=chosen).delete()
    return gone
