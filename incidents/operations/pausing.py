"""Climbs that wait: for the end of planned work, or because somebody holds the calls.

Planned work never keeps waiting what a person declared. A tick reads its windows under a shared
lock that a change of a window takes alone: so no tick puts a climb off because of work that has
been called off meanwhile.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection

from config.portal import queue
from incidents.enums import EntryKind
from incidents.logic.judgment import waits_until
from incidents.logic.maintenance import Cover, Window
from incidents.logic.plan import put_off
from incidents.models import EscalationRun, Incident, TimelineEntry
from incidents.operations import timeline
from incidents.operations.firing import cursor_of
from incidents.queries import holding, maintenance, policies

LOCK = 0x4D55_5355  # whoever changes planned work holds it alone, ticks hold it together


def windows_for_tick(*, now: datetime) -> list[Window]:
    """The windows that pause steps; they stay as they are until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    return maintenance.going_on(maintenance.OF_STEPS, now=now)


def wait_for_ticks() -> None:
    """From here to the end of this transaction no tick puts anything off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def put_off_all(
    runs: Sequence[EscalationRun], windows: Sequence[Window], *, now: datetime
) -> list[EscalationRun]:
    """Due climbs of paused incidents wait for the end of the work; returns the others.

    The caller holds their locks. The timeline says it once for each incident and end.
    """
    if not windows:
        return _put_off_held(runs, now=now)
    covers = {run.pk: maintenance.pause_of(run.clock.incident, windows, at=now) for run in runs}
    paused = [(run, found) for run in runs if (found := covers[run.pk]) is not None]
    if not paused:
        return _put_off_held(runs, now=now)
    for run, found in paused:
        _put_off(run, until=found.ends_at)
    EscalationRun.objects.bulk_update([run for run, _ in paused], ["shift_seconds", "next_due_at"])
    _note([(run.clock.incident, found) for run, found in paused], now=now)
    return _put_off_held([run for run in runs if covers[run.pk] is None], now=now)


def _put_off_held(runs: Sequence[EscalationRun], *, now: datetime) -> list[EscalationRun]:
    """Due climbs that a person holds wait for the end of that; returns the others.

    The incidents are locked, so that whoever holds or lets go does so before this or after it.
    """
    held = holding.in_force({run.clock.incident_id for run in runs}, now=now)
    if not held:
        return list(runs)
    until = {
        run.pk: waits_until(held.get(run.clock.incident_id, ()), run.clock.promise) for run in runs
    }
    waiting = [(run, end) for run in runs if (end := until[run.pk]) is not None]
    for run, end in waiting:
        _put_off(run, until=end)
    if waiting:
        rows = [run for run, _ in waiting]
        EscalationRun.objects.bulk_update(rows, ["shift_seconds", "next_due_at"])
    return [run for run in runs if until[run.pk] is None]


def _put_off(run: EscalationRun, *, until: datetime) -> None:
    plan = policies.plan_of(run, promise=run.clock.promise)
    cursor = put_off(plan, cursor_of(run), started_at=run.clock.started_at, until=until)
    run.shift_seconds = int(cursor.shift.total_seconds())
    run.next_due_at = cursor.due_at


def _note(paused: Sequence[tuple[Incident, Cover]], *, now: datetime) -> None:
    by_incident = {incident.pk: (incident, found) for incident, found in paused}
    said = TimelineEntry.objects.filter(
        incident__in=by_incident, kind=EntryKind.STEPS_PAUSED
    ).values_list("incident_id", "params__until_at")
    known = set(said)
    TimelineEntry.objects.bulk_create(
        timeline.draft(
            incident,
            EntryKind.STEPS_PAUSED,
            at=now,
            window=found.title,
            window_id=found.window_id,
            until_at=_text(found.ends_at),
        )
        for pk, (incident, found) in by_incident.items()
        if (pk, _text(found.ends_at)) not in known
    )


def let_go(window_id: int, *, now: datetime) -> int:
    """Climbs that waited for the end of this window are due; the next tick decides anew.

    The caller has waited for the ticks. Returns how many.
    """
    entries = TimelineEntry.objects.filter(
        kind=EntryKind.STEPS_PAUSED,
        params__window_id=window_id,
        incident__clocks__runs__finished_at__isnull=True,
        incident__clocks__runs__next_due_at__gt=now,
    )
    until = set(entries.values_list("incident_id", "params__until_at"))
    runs = (
        EscalationRun.objects.open()
        .filter(
            clock__incident__in={pk for pk, _ in until}, next_due_at__gt=now, shift_seconds__gt=0
        )
        .select_related("clock")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    waiting = [run for run in runs if (run.clock.incident_id, _due(run)) in until]
    for run in waiting:
        left = (run.next_due_at or now) - now
        run.shift_seconds = max(0, run.shift_seconds - int(left / timedelta(seconds=1)))
        run.next_due_at = now
    EscalationRun.objects.bulk_update(waiting, ["shift_seconds", "next_due_at"])
    if waiting:
        queue.wake("muster.tick")
    return len(waiting)


def _due(run: EscalationRun) -> str:
    return _text(run.next_due_at) if run.next_due_at else ""


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
