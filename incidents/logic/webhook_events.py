"""What other systems are told of an incident, and when we try again. Pure.

The payload has the form that Standard Webhooks advises: `type`, `timestamp` and `data`. Only facts
that every reader of the portal may see stand in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# As Standard Webhooks advises: quickly at first, then for about three days.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
LONGEST_WAIT = timedelta(hours=24)
TEST = "test"
GONE = 410


@dataclass(frozen=True)
class Subject:
    """The facts of one incident that leave the house. Instants are aware; None: not reached."""

    reference: str
    title: str
    severity: int
    phase: str
    address: str
    detected_at: datetime
    service: str = ""
    acknowledged_at: datetime | None = None
    contained_at: datetime | None = None
    resolved_at: datetime | None = None
    affected: Sequence[str] = ()


@dataclass(frozen=True)
class Wanted:
    """What one endpoint wants to hear. Without services: of all, and of incidents without one."""

    endpoint_id: int
    events: Collection[str]
    severity_from: int
    service_ids: Collection[int] = ()


def wants(one: Wanted, event: str, *, severity: int, service_ids: Collection[int]) -> bool:
    """Whether the endpoint is told; 1 is the worst severity."""
    if event not in one.events or severity > one.severity_from:
        return False
    return not one.service_ids or not set(one.service_ids).isdisjoint(service_ids)


def payload(
    event: str, subject: Subject, *, at: datetime, update: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What is sent, as JSON; `at` is when it happened, in UTC, `update` the words of an update."""
    said = {"update": dict(update)} if update else {}
    return {
        "type": event,
        "timestamp": at.isoformat(),
        "data": said
        | {
            "reference": subject.reference,
            "title": subject.title,
            "severity": subject.severity,
            "phase": subject.phase,
            "service": subject.service or None,
            "affected": list(subject.affected),
            "detected_at": subject.detected_at.isoformat(),
            "acknowledged_at": _iso(subject.acknowledged_at),
            "contained_at": _iso(subject.contained_at),
            "resolved_at": _iso(subject.resolved_at),
            "url": subject.address,
        },
    }


def sample(*, address: str, at: datetime) -> dict[str, Any]:
    """What a test sends: the form of an event, about an incident that does not exist."""
    subject = Subject(
        reference="INC-0",
        title="A test from Muster: nothing has happened",
        severity=4,
        phase="detected",
        address=address,
        detected_at=at,
        service="Payments",
        affected=("Checkout",),
    )
    return payload(TEST, subject, at=at)


def next_try(
    attempts: int, *, now: datetime, jitter: float, retry_after: int | None = None
) -> datetime | None:
    """When it is tried again after so many attempts; None: it is given up.

    `jitter` is a number from 0 to 1 and takes up to half of the wait away, so that what failed
    together does not come again together. The host's own word (seconds) counts when it is longer.
    """
    if attempts > len(BACK_OFF):
        return None
    wait = BACK_OFF[attempts - 1] * (1 - jitter / 2)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_WAIT))
    return now + wait


def is_taken(status: int) -> bool:
    """Whether a host's answer means that it has the event."""
    return 200 <= status < 300  # every 2xx


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
