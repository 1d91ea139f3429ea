"""From a request of a source to rows: one open incident per source and key, all or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from config.portal.refusals import Refused
from incidents.enums import AlertOutcome
from incidents.intake.signal import Made, Noted, Parcel, Rejected, Signal
from incidents.models import AlertSource, Incident, RawReceipt
from incidents.operations import alerts, changes, sorting

TAKEN, NONE_READ = 202, 422
TRIES = 5


class KeyReused(Refused):
    """The idempotency key came before with another body."""


@dataclass(frozen=True)
class Delivery:
    """One request of one source, as it arrived. `headers` are those that are kept with it."""

    source: AlertSource
    body: bytes
    idempotency_key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_over_rate: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def receive(delivery: Delivery, parcel: Parcel, *, now: datetime) -> list[dict[str, Any]]:
    """Every readable alert of the parcel is stored; says per alert what became of it, in order.

    Everything is committed when this returns. A request seen before (same idempotency key and
    body) changes nothing and gets its first answer. Raises KeyReused when only the key is the same.
    """
    earlier = _earlier_answer(delivery)
    if earlier is not None:
        return earlier
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                answer = _take(delivery, parcel, now=now)
                keep(delivery, {"alerts": answer}, status=status_of(answer), now=now)
        except (IntegrityError, sorting.Moved):
            earlier = _earlier_answer(delivery)
            if earlier is not None:
                return earlier
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
        else:
            return answer
    raise OperationalError("the same alert arrived too many times at once")


def status_of(answer: Sequence[Mapping[str, Any]]) -> int:
    """The HTTP status of an answer: only when nothing at all could be read is it a refusal."""
    rejected = [one["outcome"] == AlertOutcome.REJECTED for one in answer]
    return NONE_READ if rejected and all(rejected) else TAKEN


def _earlier_answer(delivery: Delivery) -> list[dict[str, Any]] | None:
    if not delivery.idempotency_key:
        return None
    receipt = RawReceipt.objects.filter(
        source=delivery.source, idempotency_key=delivery.idempotency_key
    ).first()
    if receipt is None:
        return None
    if receipt.body_digest != delivery.digest:
        raise KeyReused(
            "This idempotency key was used before with another body."
            " Use a new key for each request."
        )
    return list(receipt.answer["alerts"])


def keep(
    delivery: Delivery, answer: Mapping[str, Any], *, status: int, now: datetime
) -> RawReceipt:
    """The request as it arrived, and what it was answered, for looking at and sending again."""
    return RawReceipt.objects.create(
        source=delivery.source,
        received_at=now,
        idempotency_key=delivery.idempotency_key,
        body_digest=delivery.digest,
        body=delivery.body,
        headers=dict(delivery.headers),
        status=status,
        answer=dict(answer),
    )


def _take(delivery: Delivery, parcel: Parcel, *, now: datetime) -> list[dict[str, Any]]:
    noted = changes.note(delivery.source, parcel.changes, now=now)
    groups = sorting.groups_of(parcel)
    outcomes: dict[tuple[str, str], AlertOutcome] = {}
    places: dict[str, sorting.Place] = {}
    if groups:
        request = _request(delivery, groups, now=now)
        decided, places = sorting.sort(request)
        outcomes = alerts.store(request, decided, places)
    said = [_say(alert, parcel, outcomes, places) for alert in parcel.alerts]
    return said + [_say_change(one, is_new=one.key in noted) for one in parcel.changes]


def _request(
    delivery: Delivery, groups: Mapping[str, sorting.Group], *, now: datetime
) -> sorting.Request:
    homes = sorting.homes(delivery.source, list(groups))
    known = alerts.known(delivery.source, groups, homes)
    return sorting.Request(
        delivery.source, groups, homes, known, now, is_over_rate=delivery.is_over_rate
    )


def _say(
    alert: Signal | Rejected | Noted,
    parcel: Parcel,
    outcomes: Mapping[tuple[str, str], AlertOutcome],
    places: Mapping[str, sorting.Place],
) -> dict[str, Any]:
    if isinstance(alert, Rejected):
        return {"outcome": AlertOutcome.REJECTED.value, "message": alert.sentence}
    if isinstance(alert, Noted):
        return {"outcome": AlertOutcome.NOTED.value, "message": alert.sentence}
    group = sorting.group_key(alert, parcel)
    outcome = outcomes.get((group, alert.key), AlertOutcome.IGNORED)
    said: dict[str, Any] = {
        "alert": alert.name,
        "key": alert.key,
        "outcome": outcome.value,
        "message": f"{outcome.label}.",
    }
    incident: Incident | None = places[group].incident
    if incident is not None and outcome != AlertOutcome.IGNORED:
        said["incident"] = incident.reference
    return said


def _say_change(change: Made, *, is_new: bool) -> dict[str, Any]:
    outcome = AlertOutcome.NOTED if is_new else AlertOutcome.IGNORED
    message = "Kept as a change." if is_new else "We had this change already."
    return {"change": change.title, "outcome": outcome.value, "message": message}
