"""The tick: claim what is due, plan it from one snapshot, write it in bulk. Never the network."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from config.portal import prepared, queue
from config.portal.by_hand import table
from incidents.enums import FinishReason, IncidentEvent
from incidents.logic.attention import LEAD
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    ResponseClock,
    RoomPost,
    TimelineEntry,
)
from incidents.operations import fence, leavers, pausing, step_log, unreached, watching, wording
from incidents.operations.announcing import announce
from incidents.operations.claiming import claim
from incidents.operations.firing import Outcome, fire_all
from incidents.operations.judgment import ending
from rosters.operations import carriage
from rosters.queries.many import these

logger = logging.getLogger(__name__)

BATCH = 1_000
LATELY = timedelta(days=7)
PUSH_BACK = timedelta(seconds=30)
MOVED = ("position", "shift_seconds", "next_due_at", "finished_at", "finish_reason")

# The least of an index: a question with an instant in it would be planned without knowing it, and
# then looks through everything that is open.
LATE = """
SELECT min(target_at) FROM incidents_responseclock
WHERE met_at IS NULL AND stopped_at IS NULL AND breached_at IS NULL
"""
DUE = "SELECT min(next_due_at) FROM incidents_escalationrun WHERE finished_at IS NULL"


def tick(*, now: datetime, limit: int = BATCH) -> int:
    """Up to `limit` due climbs have moved one step each, exactly once; returns how many.

    Any number of ticks may run at once, anywhere: each claims other rows, and a row whose incident
    somebody is just changing is left for the next tick. A batch that raises is done again row by
    row; the row that raises is put off by 30 seconds and reported. Raises Outdated, and moves
    nothing, when the database asks for a newer engine.
    """
    fence.hold()
    if _is_any(LATE, by=now):
        mark_breached(now=now)
    ending.end_over(now=now)
    leavers.let_go(now=now, left_since=now - LATELY)
    unreached.pull_forward(now=now)
    if _is_any(LATE, by=now + LEAD):
        watching.sweep(now=now)
    if not _is_any(DUE, by=now):
        return 0
    wording.get_ready()
    try:
        moved = _advance(now=now, limit=limit)
    except fence.Outdated:
        raise
    except Exception:
        logger.exception("a batch of escalations failed; doing it row by row")
        moved = _advance_one_by_one(now=now, limit=limit)
    if moved:
        queue.wake("muster.carry")
    return moved


def _is_any(first: str, *, by: datetime) -> bool:
    """One look at an index, so that a tick with nothing to do takes no lock and writes nothing."""
    [(at,)] = prepared.ask(first, [])
    return at is not None and bool(at <= by)


@transaction.atomic
def mark_breached(*, now: datetime, limit: int = BATCH) -> int:
    """Open clocks past their target say so, with the target's own instant."""
    late = (
        ResponseClock.objects.filter(
            target_at__lte=now, met_at=None, stopped_at=None, breached_at=None
        )
        .exclude(promise__in=watching.WATCHED)
        .order_by("target_at", "pk")
        .select_for_update(skip_locked=True, no_key=True)
        .values_list("pk", flat=True)[:limit]
    )
    return ResponseClock.objects.filter(pk__in=list(late), met_at=None, stopped_at=None).update(
        breached_at=F("target_at")
    )


@transaction.atomic
def _advance(*, now: datetime, limit: int, only: int | None = None) -> int:
    fence.hold()
    windows = pausing.windows_for_tick(now=now)
    runs = claim(now=now, limit=limit, only=only)
    if not runs:
        return 0
    due = pausing.put_off_all(runs, windows, now=now)
    if due:
        _write(fire_all(due, now=now), now=now)
    return len(runs)


def _advance_one_by_one(*, now: datetime, limit: int) -> int:
    due = EscalationRun.objects.due(now=now).order_by("next_due_at", "pk")
    moved = 0
    for run_id in due.values_list("pk", flat=True)[:limit]:
        try:
            moved += _advance(now=now, limit=1, only=run_id)
        except Exception:
            logger.exception("advance failed", extra={"escalation": run_id})
            EscalationRun.objects.open().filter(pk=run_id).update(next_due_at=now + PUSH_BACK)
    return moved


def _write(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    """Everything that the batch decided, in a constant number of statements."""
    table(Notification).add(
        [summons.notification for outcome in outcomes for summons in outcome.summonses]
    )
    carriage.plan_messages(
        [
            draft
            for outcome in outcomes
            for summons in outcome.summonses
            for draft in summons.messages()
        ],
        now=now,
    )
    entries = [entry for outcome in outcomes for entry in outcome.entries]
    table(TimelineEntry).add(entries, numbered=False)
    posts = [post for outcome in outcomes for post in outcome.posts]
    table(RoomPost).add_missing(posts)
    if posts:
        queue.wake("muster.carry_rooms")
    step_log.write(outcomes, now=now)
    _move_runs(outcomes, now=now)
    _note_escalated([one.run.clock.incident for one in outcomes if one.escalates], now=now)


def _note_escalated(incidents: Sequence[Incident], *, now: datetime) -> None:
    """The incidents whose calls went on beyond the first step, each once; they are locked."""
    first = {incident.pk: incident for incident in incidents if incident.escalated_at is None}
    if not first:
        return
    Incident.objects.filter(pk__in=these(first)).update(escalated_at=now)
    announce(IncidentEvent.ESCALATED, list(first.values()), now=now)


def _move_runs(outcomes: Sequence[Outcome], *, now: datetime) -> None:
    for outcome in outcomes:
        run, cursor = outcome.run, outcome.fired.cursor
        run.shift_seconds += int(outcome.fired.late_by.total_seconds())
        if cursor is None:
            run.position += len(outcome.fired.skipped) + bool(outcome.fired.told)
            run.next_due_at, run.finished_at = None, now
            run.finish_reason = FinishReason.EXHAUSTED
        else:
            run.position, run.next_due_at = cursor.position, cursor.due_at
    table(EscalationRun).renew([outcome.run for outcome in outcomes], MOVED)
