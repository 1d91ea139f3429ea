"""Waits and detours end: by themselves, with the incident, or because somebody ends them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from config.portal import queue
from incidents.enums import EntryKind, HoldKind, Promise
from incidents.models import EscalationRun, Hold, Incident, RoutingOverride, TimelineEntry
from incidents.operations import timeline
from incidents.operations.clocks import subject_key
from rosters.models import Person
from rosters.operations import carriage

LIMIT = 200


def end_over(*, now: datetime) -> int:
    """Waits that are over at `now` end by themselves, and the timelines say so; returns how many.

    What they put off is due by itself. One whose incident somebody is just changing is left for
    the next sweep. One statement when nothing is over.
    """
    waiting = Hold.objects.filter(ended_at__isnull=True, until__lte=now)
    return _end_over(waiting, now=now) if waiting.exists() else 0


@transaction.atomic
def _end_over(waiting: QuerySet[Hold], *, now: datetime) -> int:
    over = list(
        waiting.select_related("incident")
        .select_for_update(of=("self", "incident"), skip_locked=True, no_key=True)
        .order_by("until", "pk")[:LIMIT]
    )
    Hold.objects.filter(pk__in=[one.pk for one in over]).update(ended_at=F("until"))
    TimelineEntry.objects.bulk_create(
        timeline.draft(one.incident, EntryKind.CALLS_RESUMED, at=now) for one in over
    )
    return len(over)


def end_waits(
    incident: Incident, kinds: Collection[HoldKind], *, by: Person | None, now: datetime
) -> list[Hold]:
    """The open waits of these kinds end now, and what they put off is due; returns them.

    The caller holds the incident's lock and writes the timeline. One that was over by itself, and
    of which no sweep has said so yet, ends as it would have.
    """
    rows = list(Hold.objects.filter(incident=incident, ended_at__isnull=True, kind__in=kinds))
    for row in rows:
        row.ended_at = min(row.until, now)
        row.ended_by = by if row.until > now else None
        row.save(update_fields=["ended_at", "ended_by"])
    cut_short = [row for row in rows if row.until > now]
    if len(cut_short) < len(rows):
        timeline.record(incident, EntryKind.CALLS_RESUMED, at=now)
    for row in cut_short:
        _let_go(row, now=now)
    return cut_short


def end_everything(incident: Incident, *, by: Person | None, now: datetime) -> None:
    """It is over: nothing waits, and nothing is sent elsewhere. The caller holds the lock."""
    end_waits(incident, list(HoldKind), by=by, now=now)
    carriage.cancel([asked_key(incident.pk)], now=now)
    detours = RoutingOverride.objects.filter(incident=incident, ended_at__isnull=True)
    detours.filter(until__gt=now).update(ended_at=now, ended_by=by)


def asked_key(incident_id: int) -> str:
    """What the calls that people made by hand are cancelled by."""
    return f"asked:{incident_id}"


def climbs_under(incident: Incident, kind: str) -> list[EscalationRun]:
    """The climbs of open clocks that a wait of this kind is about, locked, ended ones too."""
    runs = EscalationRun.objects.filter(
        clock__incident=incident, clock__met_at__isnull=True, clock__stopped_at__isnull=True
    )
    if kind == HoldKind.SNOOZE:
        runs = runs.filter(clock__promise=Promise.ACKNOWLEDGE)
    return list(runs.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def put_off_messages(runs: Sequence[EscalationRun], *, until: datetime) -> None:
    """What these climbs have decided and not sent leaves at `until` at the earliest."""
    carriage.put_off([subject_key(run.pk) for run in runs], until=until)


def _let_go(row: Hold, *, now: datetime) -> None:
    """What waited for the end of this is due; where another wait goes on, the tick decides anew."""
    runs = climbs_under(row.incident, row.kind)
    waiting = [run for run in runs if run.finished_at is None and run.next_due_at == row.until]
    left = int((row.until - now) / timedelta(seconds=1))
    for run in waiting:
        run.shift_seconds = max(0, run.shift_seconds - left)
        run.next_due_at = now
    EscalationRun.objects.bulk_update(waiting, ["shift_seconds", "next_due_at"])
    keys = [subject_key(run.pk) for run in runs]
    carriage.let_go(keys, held_until=row.until, now=now)
    others = Hold.objects.filter(incident=row.incident, ended_at__isnull=True, until__gt=now)
    for other in others:
        put_off_messages(climbs_under(row.incident, other.kind), until=other.until)
    queue.wake("muster.tick")
    queue.wake("muster.carry")
