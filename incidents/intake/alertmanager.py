"""Prometheus Alertmanager's webhook, version "4".

The payload is documented at prometheus.io under alerting, configuration, webhook_config. Only
`alerts` is needed; every other field may be missing.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from incidents.intake.body import Unreadable, why_not_storable
from incidents.intake.signal import Parcel, Rejected, Signal, severity_level

MAX_ALERTS = 1000
MAX_LABELS = 64
MAX_LABEL_LENGTH = 1024
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class _Bad(Exception):
    """One alert cannot be read."""


def parse(payload: Mapping[str, Any]) -> Parcel:
    """The alerts of one notification; bad ones are Rejected. Raises Unreadable when it is none."""
    if str(payload.get("version", "4")) != "4":
        raise Unreadable('This is not version "4" of Alertmanager\'s webhook.')
    alerts = payload.get("alerts")
    if not isinstance(alerts, list):
        raise Unreadable("“alerts” is missing, or is not a list.")
    if not alerts:
        raise Unreadable("“alerts” is empty. There is nothing to do.")
    if len(alerts) > MAX_ALERTS:
        raise Unreadable(
            f"More than {MAX_ALERTS} alerts at once. Set max_alerts lower.", status=413
        )
    common = _outer_labels(payload)
    read = tuple(_read(alert) for alert in alerts)
    return Parcel(_group_key(payload, common, read), _title(payload, common, read), read)


def _outer_labels(payload: Mapping[str, Any]) -> dict[str, str]:
    try:
        return _strings(payload, "commonLabels") | _strings(payload, "groupLabels")
    except _Bad as bad:
        raise Unreadable(f"{bad}.") from None


def _read(alert: object) -> Signal | Rejected:
    try:
        return _signal(alert)
    except _Bad as bad:
        return Rejected(f"{bad}.")


def _signal(alert: object) -> Signal:
    if not isinstance(alert, dict):
        raise _Bad("An alert must be a JSON object")
    labels = _strings(alert, "labels")
    annotations = _strings(alert, "annotations")
    if not labels:
        raise _Bad("An alert needs at least one label")
    status = alert.get("status", "firing")
    if status not in ("firing", "resolved"):
        raise _Bad("“status” must be “firing” or “resolved”")
    is_firing = status == "firing"
    return Signal(
        key=_fingerprint(alert, labels),
        name=(labels.get("alertname") or "Alert")[:200],
        is_firing=is_firing,
        summary=(annotations.get("summary") or annotations.get("description") or "")[:500],
        service=labels.get("service", "")[:80],
        severity=severity_level(labels.get("severity", "")),
        starts_at=_instant(alert, "startsAt"),
        ends_at=None if is_firing else _instant(alert, "endsAt"),
        labels=labels,
        link=_text(alert, "generatorURL")[:1000],
    )


def _strings(holder: Mapping[str, Any], field: str) -> dict[str, str]:
    found = holder.get(field)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _Bad(f"“{field}” must be an object")
    if len(found) > MAX_LABELS:
        raise _Bad(f"“{field}” has more than {MAX_LABELS} entries")
    for key, text in found.items():
        if not isinstance(text, str):
            raise _Bad(f"“{field}” may hold only text")
        _check(f"{key}{text}", field)
    return {key[:200]: text[:MAX_LABEL_LENGTH] for key, text in found.items()}


def _text(holder: Mapping[str, Any], field: str) -> str:
    text = holder.get(field)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _Bad(f"“{field}” must be text")
    _check(text, field)
    return text


def _check(text: str, field: str) -> None:
    why_not = why_not_storable(text)
    if why_not:
        raise _Bad(f"“{field}” cannot be kept: {why_not}")


def _instant(alert: Mapping[str, Any], field: str) -> datetime | None:
    """An RFC 3339 instant; Alertmanager writes year 1 for "not set". Raises _Bad without a zone."""
    text = _text(alert, field)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(_microseconds(text))
        at = at.astimezone(UTC) if at.tzinfo else at
    except (ValueError, OverflowError):
        raise _Bad(f"“{field}” is not a time such as 2026-11-21T14:29:00Z") from None
    if at.tzinfo is None:
        raise _Bad(f"“{field}” needs a time zone, such as 2026-11-21T14:29:00Z")
    return None if at.year <= NEVER.year else at


def _microseconds(text: str) -> str:
    """Go writes nine decimals; Python reads six."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6]}{tail[digits:]}"


def _fingerprint(alert: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    given = _text(alert, "fingerprint")
    return given if 0 < len(given) <= 64 else _digest(labels)


def _group_key(
    payload: Mapping[str, Any], common: Mapping[str, str], read: tuple[Signal | Rejected, ...]
) -> str:
    given = payload.get("groupKey")
    if isinstance(given, str) and given and not why_not_storable(given):
        return given if len(given) <= 64 else _digest({"groupKey": given})
    if common:
        return _digest(common)
    return next((signal.key for signal in read if isinstance(signal, Signal)), "")


def _title(
    payload: Mapping[str, Any], common: Mapping[str, str], read: tuple[Signal | Rejected, ...]
) -> str:
    annotations = payload.get("commonAnnotations")
    given = annotations.get("summary") if isinstance(annotations, dict) else None
    if isinstance(given, str) and given.strip() and not why_not_storable(given):
        return given.strip()
    firing = [signal for signal in read if isinstance(signal, Signal)]
    firing.sort(key=lambda signal: not signal.is_firing)
    if firing:
        return firing[0].summary or firing[0].name
    return common.get("alertname", "Alert")


def _digest(labels: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()
