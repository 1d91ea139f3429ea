"""How much is open, due and late right now, as numbers for monitoring; names of nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from incidents.models import EscalationRun, Incident, ResponseClock
from incidents.queries import audit
from rosters.models import Message, Pulse


@dataclass(frozen=True)
class Load:
    """One reading. Ages are seconds; 0 where nothing waits."""

    open_incidents: Mapping[int, int]
    unacknowledged: int
    late_promises: Mapping[str, int]
    due_steps: int
    oldest_due_step_seconds: float
    waiting_messages: int
    oldest_waiting_message_seconds: float
    pulse_ages: Mapping[str, float]
    broken_invariants: int


def load(*, now: datetime) -> Load:
    """Read the engine's tables; each number comes from a partial index of what is open."""
    opened = Incident.objects.open()
    clocks = ResponseClock.objects.filter(
        met_at__isnull=True, stopped_at__isnull=True, target_at__lt=now
    )
    due = EscalationRun.objects.due(now=now).aggregate(number=Count("pk"), at=Min("next_due_at"))
    waiting = (
        Message.objects.waiting()
        .filter(not_before__lte=now)
        .aggregate(number=Count("pk"), at=Min("not_before"))
    )
    severities = opened.values_list("severity").annotate(Count("pk")).order_by("severity")
    promises = clocks.values_list("promise").annotate(Count("pk")).order_by("promise")
    return Load(
        open_incidents=dict(severities),
        unacknowledged=opened.filter(acknowledged_at__isnull=True).count(),
        late_promises=dict(promises),
        due_steps=due["number"],
        oldest_due_step_seconds=_age(due["at"], now=now),
        waiting_messages=waiting["number"],
        oldest_waiting_message_seconds=_age(waiting["at"], now=now),
        pulse_ages={
            name: _age(at, now=now) for name, at in Pulse.objects.values_list("name", "at")
        },
        broken_invariants=len(audit.violations(now=now)),
    )


def _age(at: datetime | None, *, now: datetime) -> float:
    return max((now - at).total_seconds(), 0.0) if at else 0.0
