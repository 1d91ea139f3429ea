"""From a request of a source to rows: one open incident per source and key, all or nothing."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from config.portal import prepared
from config.portal.by_hand import table
from config.portal.refusals import Refused
from incidents.enums import AlertOutcome
from incidents.intake.signal import Parcel
from incidents.logic.receipts import in_words
from incidents.models import AlertSource, RawReceipt
from incidents.operations import sorting, taking
from incidents.operations.taking import Answer
from incidents.queries import remembered
from rosters.models import Person

TAKEN, NONE_READ = 202, 422
TRIES = 5
REUSED = "This idempotency key was used before with another body. Use a new key for each request."


class KeyReused(Refused):
    """The idempotency key came before with another body."""


class Repeated(Refused):
    """Two people sent the same request again at the same time."""


@dataclass(frozen=True)
class Delivery:
    """One request of one source, as it arrived. `headers` are those that are kept with it.

    `likeness` is the same for two deliveries of one thing whose bytes differ; empty: the bytes say.
    """

    source: AlertSource
    body: bytes
    idempotency_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_over_rate: bool = False
    likeness: str = ""

    @property
    def digest(self) -> str:
        return self.likeness or hashlib.sha256(self.body).hexdigest()


def receive(
    delivery: Delivery,
    parcel: Parcel,
    *,
    now: datetime,
    before_commit: Callable[[], None] = lambda: None,
) -> Answer:
    """Every readable alert of the parcel is stored; says per alert what became of it, in order.

    Everything is committed when this returns. A request seen before (same idempotency key and
    body) changes nothing and gets its first answer. Raises KeyReused when only the key is the same.
    """

    def first() -> Answer:
        with prepared.together():
            answer = taking.take(_sent(delivery, parcel), now=now)
            keep(delivery, {"alerts": answer}, status=status_of(answer), now=now)
            before_commit()
        return answer

    earlier = _earlier_answer(delivery)
    return earlier if earlier is not None else _settled(first, delivery)


def receive_again(receipt: RawReceipt, parcel: Parcel, *, by: Person, now: datetime) -> Answer:
    """A request that was kept is taken as if it had just arrived; its row says what came of it.

    No key of its sender is used up. Raises Repeated when somebody has sent it again meanwhile.
    """
    delivery = Delivery(receipt.source, bytes(receipt.body), headers=receipt.headers)

    def again() -> Answer:
        row = RawReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
        if row.replayed_at != receipt.replayed_at:
            raise Repeated("Somebody has just sent this again. Look at what came of it.")
        answer = taking.take(_sent(delivery, parcel), now=now)
        note_again(row, {"alerts": answer}, status=status_of(answer), by=by, now=now)
        return answer

    return _settled(again, delivery)


def note_again(
    receipt: RawReceipt, answer: Mapping[str, Any], *, status: int, by: Person, now: datetime
) -> None:
    """The request was sent again: what it was answered now, and its first answer beside it."""
    first = receipt.answer.get("first") or {
        "status": receipt.status,
        "words": in_words(receipt.answer),
    }
    receipt.answer, receipt.status = {**answer, "first": first}, status
    receipt.replayed_at, receipt.replayed_by = now, by
    receipt.save(update_fields=["answer", "status", "replayed_at", "replayed_by"])


def _settled(act: Callable[[], Answer], delivery: Delivery) -> Answer:
    """What `act` answers, all or nothing, however often others are in its way."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return act()
        except (IntegrityError, sorting.Moved):
            remembered.doubt()
            earlier = _earlier_answer(delivery)
            if earlier is not None:
                return earlier
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise OperationalError("the same alert arrived too many times at once")


def notice(source: AlertSource, parcel: Parcel, *, now: datetime) -> Answer:
    """As `receive`, for what Muster itself notices, in the transaction of the caller.

    Nothing is kept of a request. Raises IntegrityError or sorting.Moved: the caller tries again.
    """
    return taking.take(taking.Sent(source, parcel), now=now)


def status_of(answer: Sequence[Mapping[str, Any]]) -> int:
    """The HTTP status of an answer: only when nothing at all could be read is it a refusal."""
    rejected = [one["outcome"] == AlertOutcome.REJECTED for one in answer]
    return NONE_READ if rejected and all(rejected) else TAKEN


def earlier_answers(deliveries: Sequence[Delivery]) -> dict[str, Answer | KeyReused]:
    """What requests of one source with these keys were answered, by key.

    KeyReused where the body was another one. One query, and none where nobody gave a key.
    """
    digests = {one.idempotency_key: one.digest for one in deliveries if one.idempotency_key}
    if not digests:
        return {}
    receipts = RawReceipt.objects.filter(
        source=deliveries[0].source, idempotency_key__in=list(digests)
    )
    return {
        one.idempotency_key: KeyReused(REUSED)
        if one.body_digest != digests[one.idempotency_key]
        else list(one.answer["alerts"])
        for one in receipts
    }


def _earlier_answer(delivery: Delivery) -> Answer | None:
    found = earlier_answers([delivery]).get(delivery.idempotency_key)
    if isinstance(found, KeyReused):
        raise found
    return found


def keep(delivery: Delivery, answer: Mapping[str, Any], *, status: int, now: datetime) -> None:
    """The request as it arrived, and what it was answered, for looking at and sending again."""
    table(RawReceipt).add([receipt_of(delivery, answer, status=status, now=now)], numbered=False)


def receipt_of(
    delivery: Delivery, answer: Mapping[str, Any], *, status: int, now: datetime
) -> RawReceipt:
    """What is kept of a request, not written yet."""
    receipt: RawReceipt = table(RawReceipt).new(
        source_id=delivery.source.pk,
        received_at=now,
        idempotency_key=delivery.idempotency_key,
        body_digest=delivery.digest,
        body=delivery.body,
        headers=dict(delivery.headers),
        status=status,
        answer=dict(answer),
    )
    return receipt


def _sent(delivery: Delivery, parcel: Parcel) -> taking.Sent:
    return taking.Sent(delivery.source, parcel, is_over_rate=delivery.is_over_rate)
