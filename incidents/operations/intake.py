"""From a read parcel to rows: one open incident per source and key, all or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from config.portal.refusals import Refused
from incidents.enums import AlertOutcome, AlertStatus, EntryKind
from incidents.intake.signal import Parcel, Rejected, Signal
from incidents.models import Alert, AlertSource, Incident, RawReceipt
from incidents.operations import lifecycle, timeline
from rosters.models import Service

TITLE_LENGTH = 120


class KeyReused(Refused):
    """The idempotency key came before with another body."""


@dataclass(frozen=True)
class Delivery:
    """One request of one source, as it arrived."""

    source: AlertSource
    body: bytes
    idempotency_key: str = ""

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
    for _ in range(3):
        try:
            with transaction.atomic():
                answer = _take(delivery.source, parcel, now=now)
                _keep(delivery, answer, now=now)
        except IntegrityError:
            earlier = _earlier_answer(delivery)
            if earlier is not None:
                return earlier
        else:
            return answer
    raise RuntimeError("the same alert arrived too many times at once")


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


def _keep(delivery: Delivery, answer: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    RawReceipt.objects.create(
        source=delivery.source,
        received_at=now,
        idempotency_key=delivery.idempotency_key,
        body_digest=delivery.digest,
        body=delivery.body,
        answer={"alerts": list(answer)},
    )


def _take(source: AlertSource, parcel: Parcel, *, now: datetime) -> list[dict[str, Any]]:
    signals = [alert for alert in parcel.alerts if isinstance(alert, Signal)]
    incident = _open_incident_for(source, parcel.group_key)
    is_new = incident is None
    firing = [signal for signal in signals if signal.is_firing]
    if incident is None and firing:
        incident = lifecycle.open_incident(_opening(source, parcel, firing), by=None, now=now)
    outcomes: dict[str, AlertOutcome] = {}
    if incident is not None:
        outcomes = _store(incident, signals, is_new=is_new, now=now)
    return [_say(alert, outcomes, incident) for alert in parcel.alerts]


def _open_incident_for(source: AlertSource, key: str) -> Incident | None:
    found = (
        Incident.objects.open().filter(source=source, alert_key=key).values_list("pk", flat=True)
    )
    pk = found.first()
    if pk is None:
        return None
    incident = lifecycle.lock(pk)
    return incident if incident.is_open else None


def _opening(source: AlertSource, parcel: Parcel, firing: Sequence[Signal]) -> lifecycle.Opening:
    service = _service(source, firing)
    levels = [signal.severity for signal in firing if signal.severity is not None]
    return lifecycle.Opening(
        title=_title(parcel.title),
        summary=firing[0].summary if firing[0].summary != parcel.title else "",
        severity=min(levels, default=source.default_severity),
        service=service,
        source=source,
        alert_key=parcel.group_key,
    )


def _title(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= TITLE_LENGTH else one_line[: TITLE_LENGTH - 1] + "…"


def _service(source: AlertSource, firing: Sequence[Signal]) -> Service | None:
    names = [signal.service for signal in firing if signal.service]
    if names:
        services = Service.objects.select_related("owner_team")
        found = services.filter(slug=names[0].lower()).first()
        found = found or services.filter(name__iexact=names[0]).first()
        if found:
            return found
    if source.default_service_id is None:
        return None
    return Service.objects.select_related("owner_team").get(pk=source.default_service_id)


def _store(
    incident: Incident, signals: Sequence[Signal], *, is_new: bool, now: datetime
) -> dict[str, AlertOutcome]:
    """Insert or renew each alert of the locked incident; a constant number of statements."""
    latest = {signal.key: signal for signal in signals}
    known = {
        alert.key: alert
        for alert in Alert.objects.filter(incident=incident, key__in=latest).order_by("pk")
    }
    outcomes: dict[str, AlertOutcome] = {}
    fresh: list[Alert] = []
    for key, signal in latest.items():
        outcomes[key] = _outcome(signal, known.get(key), is_new=is_new)
        if outcomes[key] == AlertOutcome.IGNORED:
            continue
        if key in known:
            _renew(known[key], signal, now=now)
        else:
            fresh.append(
                _renew(Alert(incident=incident, key=key, times_received=0), signal, now=now)
            )
    Alert.objects.bulk_create(fresh)
    Alert.objects.bulk_update(
        known.values(),
        [
            "name",
            "status",
            "summary",
            "labels",
            "link",
            "starts_at",
            "ends_at",
            "last_received_at",
            "times_received",
        ],
    )
    if fresh and not is_new:
        timeline.record(incident, EntryKind.ALERTS_JOINED, at=now, count=str(len(fresh)))
    _note_signals(incident, now=now)
    return outcomes


def _outcome(signal: Signal, known: Alert | None, *, is_new: bool) -> AlertOutcome:
    if not signal.is_firing:
        return AlertOutcome.RESOLVED if known else AlertOutcome.IGNORED
    if known and _is_stale(signal, known):
        return AlertOutcome.IGNORED
    return AlertOutcome.CREATED if is_new else AlertOutcome.GROUPED


def _is_stale(signal: Signal, known: Alert) -> bool:
    """Whether a "firing" arrives after the same firing's "resolved": senders may reorder."""
    return (
        known.status == AlertStatus.RESOLVED
        and known.ends_at is not None
        and signal.starts_at is not None
        and signal.starts_at <= known.ends_at
        and signal.starts_at == known.starts_at
    )


def _renew(alert: Alert, signal: Signal, *, now: datetime) -> Alert:
    alert.name = signal.name
    alert.status = AlertStatus.FIRING if signal.is_firing else AlertStatus.RESOLVED
    alert.summary = signal.summary or alert.summary
    alert.labels = dict(signal.labels)
    alert.link = signal.link or alert.link
    alert.starts_at = signal.starts_at or alert.starts_at
    alert.ends_at = signal.ends_at
    alert.first_received_at = alert.first_received_at or now
    alert.last_received_at = now
    alert.times_received += 1
    return alert


def _note_signals(incident: Incident, *, now: datetime) -> None:
    is_firing = incident.alerts.filter(status=AlertStatus.FIRING).exists()
    was_firing = incident.signals_resolved_at is None
    if is_firing == was_firing:
        return
    incident.signals_resolved_at = None if is_firing else now
    incident.save(update_fields=["signals_resolved_at"])
    kind = EntryKind.SIGNALS_FIRING if is_firing else EntryKind.SIGNALS_RESOLVED
    timeline.record(incident, kind, at=now, source=str(incident.source))


def _say(
    alert: Signal | Rejected, outcomes: Mapping[str, AlertOutcome], incident: Incident | None
) -> dict[str, Any]:
    if isinstance(alert, Rejected):
        return {"outcome": AlertOutcome.REJECTED.value, "message": alert.sentence}
    outcome = outcomes.get(alert.key, AlertOutcome.IGNORED)
    said: dict[str, Any] = {
        "alert": alert.name,
        "key": alert.key,
        "outcome": outcome.value,
        "message": f"{outcome.label}.",
    }
    if incident is not None and outcome != AlertOutcome.IGNORED:
        said["incident"] = incident.reference
    return said
