"""The auditor: what should have moved and did not. Each invariant is one indexed query."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from incidents.models import EscalationRun
from rosters.enums import MessageState
from rosters.models import Message, Pulse

GRACE = timedelta(seconds=60)
PULSES = ("tick", "carry")


@dataclass(frozen=True)
class Violation:
    """One broken invariant; `since` is the instant from which it has been broken."""

    name: str
    since: datetime
    sentence: str


def violations(*, now: datetime) -> tuple[Violation, ...]:
    """Every invariant that is broken at `now`, worst first. Empty means that calls are on time."""
    found = [*_silent_pulses(now=now), *_overdue_runs(now=now), *_stuck_messages(now=now)]
    return tuple(sorted(found, key=lambda violation: violation.since))


def _silent_pulses(*, now: datetime) -> list[Violation]:
    pulses = dict(Pulse.objects.filter(name__in=PULSES).values_list("name", "at"))
    return [
        Violation(f"silent_{name}", pulses[name], "Muster's engine has stopped.")
        for name in PULSES
        if name in pulses and pulses[name] < now - GRACE
    ]


def _overdue_runs(*, now: datetime) -> list[Violation]:
    oldest = (
        EscalationRun.objects.open()
        .filter(next_due_at__lt=now - GRACE)
        .aggregate(oldest=Min("next_due_at"))["oldest"]
    )
    return [Violation("overdue_run", oldest, "A call is late.")] if oldest else []


def _stuck_messages(*, now: datetime) -> list[Violation]:
    oldest = (
        Message.objects.filter(state=MessageState.PLANNED, attempts_made=0)
        .filter(not_before__lt=now - GRACE)
        .aggregate(oldest=Min("not_before"))["oldest"]
    )
    abandoned = Message.objects.filter(
        state=MessageState.SENDING, lease_until__lt=now - GRACE
    ).aggregate(oldest=Min("lease_until"))["oldest"]
    found = [at for at in (oldest, abandoned) if at]
    return [Violation("stuck_message", min(found), "A message is late.")] if found else []
