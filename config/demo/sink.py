"""The past runs by the real engine, but what it says goes nowhere."""

from datetime import datetime, timedelta

from django.db.models import F, Min, QuerySet, Value
from django.db.models.functions import Least

from incidents.enums import PostState, Promise
from incidents.models import EscalationRun, ResponseClock, RoomPost
from incidents.operations import attending, engine
from rosters.enums import AttemptOutcome, MessageState
from rosters.models import DeliveryAttempt, Message

BREATH = timedelta(seconds=1)


def tick_until(at: datetime) -> None:
    """Every step that was due by `at` was taken at its own time; what was said is done with.

    Whoever was asked whether they were still on it said yes.
    """
    while (due_at := _next_due()) is not None and due_at <= at:
        engine.tick(now=due_at)
        _stay(now=due_at)
        silence(now=due_at + BREATH)
    engine.mark_breached(now=at)
    silence(now=at)


def _next_due() -> datetime | None:
    runs = EscalationRun.objects.open().aggregate(at=Min("next_due_at"))["at"]
    asked = _watched().aggregate(at=Min("at_risk_at"))["at"]
    return min((at for at in (runs, asked) if at is not None), default=None)


def _watched() -> QuerySet[ResponseClock]:
    return ResponseClock.objects.filter(
        promise=Promise.ATTENTION, met_at__isnull=True, stopped_at__isnull=True
    )


def _stay(*, now: datetime) -> None:
    for clock in _watched().filter(at_risk_at__lte=now).select_related("incident__acknowledged_by"):
        holder = clock.incident.acknowledged_by
        if holder is not None:
            attending.give(clock.incident, by=holder, now=now)


def silence(*, now: datetime) -> None:
    """What the past said counts as delivered then; none of it is ever sent."""
    _hand_over(Message.objects.filter(state=MessageState.PLANNED, not_before__lt=now), by=now)
    RoomPost.objects.filter(state=PostState.PLANNED, created_at__lt=now).update(
        state=PostState.SENT, sent_at=F("created_at"), next_attempt_at=None
    )


def silence_whatever_waits(*, now: datetime) -> None:
    """The same for what would have waited for the morning: it counts as delivered by `now`."""
    _hand_over(Message.objects.filter(state=MessageState.PLANNED), by=now)


def _hand_over(planned: QuerySet[Message], *, by: datetime) -> None:
    """As the desk would have: sent when it was due, with the attempt that the audit looks for."""
    due = dict(planned.values_list("pk", "not_before"))
    attempts = (
        DeliveryAttempt(
            message_id=pk,
            number=1,
            started_at=min(at, by),
            finished_at=min(at, by),
            outcome=AttemptOutcome.HANDED_OVER,
        )
        for pk, at in due.items()
    )
    DeliveryAttempt.objects.bulk_create(attempts, ignore_conflicts=True)
    Message.objects.filter(pk__in=due).update(
        state=MessageState.SENT, sent_at=Least("not_before", Value(by)), attempts_made=1
    )
