"""The past runs by the real engine, but what it says goes nowhere."""

from datetime import datetime, timedelta

from django.db.models import F, Min, Value
from django.db.models.functions import Least

from incidents.models import EscalationRun
from incidents.operations import engine
from rosters.enums import MessageState
from rosters.models import Message

BREATH = timedelta(seconds=1)


def tick_until(at: datetime) -> None:
    """Every step that was due by `at` was taken at its own time, and what it said is done with."""
    while (due_at := _next_due()) is not None and due_at <= at:
        engine.tick(now=due_at)
        silence(now=due_at + BREATH)
    engine.mark_breached(now=at)


def _next_due() -> datetime | None:
    due_at: datetime | None = EscalationRun.objects.open().aggregate(at=Min("next_due_at"))["at"]
    return due_at


def silence(*, now: datetime) -> None:
    """What the past said counts as delivered then; none of it is ever sent."""
    Message.objects.filter(state=MessageState.PLANNED, not_before__lt=now).update(
        state=MessageState.SENT, sent_at=F("not_before")
    )


def silence_whatever_waits(*, now: datetime) -> None:
    """The same for what would have waited for the morning: it counts as delivered by `now`."""
    Message.objects.filter(state=MessageState.PLANNED).update(
        state=MessageState.SENT, sent_at=Least("not_before", Value(now))
    )
