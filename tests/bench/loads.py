"""What senders send to the alert door, for whatever measures it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

FIFTY = 50


@dataclass(frozen=True)
class Load:
    """One way of sending: a name, and the body of the n-th request."""

    name: str
    body: Callable[[int], bytes]
    alerts: int = 1


def notification(group: str, fingerprints: Sequence[str], service: str = "payments") -> bytes:
    """What Alertmanager sends of one group."""
    alerts = [
        {
            "status": "firing",
            "fingerprint": fingerprint,
            "labels": {"alertname": "CardErrors", "service": service, "severity": "critical"},
            "annotations": {"summary": "Card payments fail in the EU"},
            "startsAt": "2026-11-21T14:29:00Z",
        }
        for fingerprint in fingerprints
    ]
    return json.dumps({"version": "4", "groupKey": group, "alerts": alerts}).encode()


_numbers = count()


def _new(_n: int) -> bytes:
    number = next(_numbers)
    return notification(f"new-{number}", [f"n{number}"])


def _joining(_n: int) -> bytes:
    return notification("one group", [f"g{next(_numbers)}"])


def _again(n: int) -> bytes:
    return notification(f"open-{n % 100}", [f"o{n % 100}"])


def _fifty_again(_n: int) -> bytes:
    return notification("fifty", [f"f{n}" for n in range(FIFTY)])


LOADS = (
    Load("a new alert, which opens an incident", _new),
    Load("a new alert, which joins an incident", _joining),
    Load("an alert that we know", _again),
    Load("fifty alerts that we know", _fifty_again, alerts=FIFTY),
)
