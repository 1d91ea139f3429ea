"""Starting and ending the promises about an incident, and the climbs that enforce them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from config.portal import queue
from config.portal.by_hand import table
from incidents.enums import EntryKind, FinishReason, Promise
from incidents.logic import targets
from incidents.logic.plan import Plan, PlannedStep, first_cursor, freeze
from incidents.models import EscalationRun, Incident, PolicyVersion, ResponseClock, TimelineEntry
from incidents.operations import timeline
from incidents.queries import policies
from rosters.operations import carriage

CONTAINED_STRETCH = 2  # updates of a contained incident may be this many times as far apart


def start(incident: Incident, promise: Promise, *, now: datetime, stretch: int = 1) -> None:
    """One promise begins to count at `now`; its climb begins if the policy has steps for it.

    Target and steps are frozen here. Without a target for this severity there is no promise and
    nothing starts. `stretch` multiplies the target. The caller holds the incident's lock.
    """
    start_all([incident], [promise], now=now, stretch=stretch)


def start_all(
    incidents: Sequence[Incident],
    promises: Sequence[Promise],
    *,
    now: datetime,
    stretch: int = 1,
) -> None:
    """As `start`, for several promises about several incidents, in a constant number of
    statements."""
    book = policies.book(promises)
    spans: list[timedelta] = []
    begun: list[ResponseClock] = []
    for incident in incidents:
        for promise in promises:
            target = book.target_for(incident, promise)
            if target is None:
                continue
            due = targets.due(target, started_at=now, zone=_working_zone(incident))
            spans.append((due.target_at - now) * stretch)
            begun.append(_clock(incident, promise, due, now=now, stretch=stretch))
    table(ResponseClock).add(begun)
    _start_runs(list(zip(begun, spans, strict=True)), book, now=now)


def _clock(
    incident: Incident, promise: Promise, due: targets.Due, *, now: datetime, stretch: int
) -> ResponseClock:
    return ResponseClock(
        incident=incident,
        promise=promise,
        started_at=now,
        target_at=now + (due.target_at - now) * stretch,
        at_risk_at=now + (due.at_risk_at - now) * stretch,
    )


def _start_runs(
    begun: Sequence[tuple[ResponseClock, timedelta]], book: policies.Book, *, now: datetime
) -> None:
    runs: list[EscalationRun] = []
    entries: list[TimelineEntry] = []
    for clock, span in begun:
        version = book.version_for(clock.incident)
        steps = freeze(book.steps_of(version, clock.promise) if version else [], target=span)
        cursor = first_cursor(Plan(steps), started_at=now)
        if version is not None and cursor is not None:
            runs.append(_run(clock, version, steps, due_at=cursor.due_at))
        elif clock.promise == Promise.ACKNOWLEDGE:
            entries.append(timeline.draft(clock.incident, EntryKind.NOBODY_CALLED, at=now))
    table(EscalationRun).add(runs, numbered=False)
    table(TimelineEntry).add(entries, numbered=False)
    if runs:
        queue.wake("muster.tick")


def _run(
    clock: ResponseClock,
    version: PolicyVersion,
    steps: Sequence[PlannedStep],
    *,
    due_at: datetime,
) -> EscalationRun:
    plan = [[step.step_id, int(step.offset.total_seconds())] for step in steps]
    return EscalationRun(clock=clock, version=version, plan=plan, next_due_at=due_at)


def is_open(incident: Incident, promise: Promise) -> bool:
    """Whether this promise counts now."""
    return ResponseClock.objects.filter(
        incident=incident, promise=promise, met_at__isnull=True, stopped_at__isnull=True
    ).exists()


def meet(incident: Incident, promises: Sequence[Promise], *, now: datetime) -> None:
    """These promises are kept: clocks and climbs end, and what they planned is cancelled."""
    _end([incident.pk], promises, now=now, reason=FinishReason.MET)


def stop(incident: Incident, promises: Sequence[Promise], *, now: datetime) -> None:
    """These promises no longer matter: as `meet`, but they count neither as kept nor broken."""
    stop_all([incident.pk], promises, now=now)


def stop_all(incident_ids: Sequence[int], promises: Sequence[Promise], *, now: datetime) -> None:
    """As `stop`, for several incidents, in a constant number of statements."""
    _end(incident_ids, promises, now=now, reason=FinishReason.SUPERSEDED)


def _end(
    incident_ids: Sequence[int],
    promises: Sequence[Promise],
    *,
    now: datetime,
    reason: FinishReason,
) -> None:
    clocks = ResponseClock.objects.filter(
        incident__in=incident_ids,
        promise__in=promises,
        met_at__isnull=True,
        stopped_at__isnull=True,
    )
    runs = EscalationRun.objects.filter(clock__in=clocks.values("pk"))
    run_ids = list(runs.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    field = "met_at" if reason == FinishReason.MET else "stopped_at"
    clocks.filter(target_at__lt=now, breached_at__isnull=True).update(breached_at=F("target_at"))
    clocks.update(**{field: now})
    EscalationRun.objects.open().filter(pk__in=run_ids).update(
        finished_at=now, finish_reason=reason, next_due_at=None
    )
    carriage.cancel([subject_key(run_id) for run_id in run_ids], now=now)


def reopen(incident: Incident, promise: Promise, *, now: datetime) -> None:
    """The last kept clock of this promise runs again from its own start; its climb goes on now.

    A climb that had called everybody as often as it may begins anew.
    """
    clock = (
        ResponseClock.objects.filter(incident=incident, promise=promise, met_at__isnull=False)
        .order_by("-started_at", "-pk")
        .first()
    )
    if clock is None:
        start(incident, promise, now=now)
        return
    ResponseClock.objects.filter(pk=clock.pk).update(met_at=None)
    resumed = EscalationRun.objects.filter(clock=clock, finish_reason=FinishReason.MET).update(
        finished_at=None, finish_reason="", next_due_at=now
    )
    if not resumed:
        _begin_anew(clock, now=now)
    queue.wake("muster.tick")


def _begin_anew(clock: ResponseClock, *, now: datetime) -> None:
    """The steps of the clock's last climb again, the first of them now."""
    last = EscalationRun.objects.filter(clock=clock).order_by("-pk").first()
    if last is None or last.finish_reason != FinishReason.EXHAUSTED or not last.plan:
        return
    first_at = clock.started_at + timedelta(seconds=last.plan[0][1])
    EscalationRun.objects.create(
        clock=clock,
        version_id=last.version_id,
        plan=last.plan,
        shift_seconds=max(0, int((now - first_at).total_seconds())),
        next_due_at=now,
    )


def resume(incident: Incident, promise: Promise, *, now: datetime) -> None:
    """The last kept clock of this promise runs again from its own start, as if never stopped.

    Its climb goes on where it stood, at its own times; a step that fell due meanwhile is due now.
    What had been decided but not sent is sent, and nothing twice. A broken promise stays broken.
    Without such a clock there was no promise, and nothing happens.
    """
    kept = ResponseClock.objects.filter(incident=incident, promise=promise, met_at__isnull=False)
    clock = kept.order_by("-started_at", "-pk").first()
    if clock is None:
        return
    runs = EscalationRun.objects.filter(clock=clock).select_related("version")
    for run in runs.select_for_update(no_key=True, of=("self",)):
        carriage.revive([subject_key(run.pk)], now=now)
        following = policies.plan_of(run, promise=promise).occurrence(run.position)
        if following is None or run.finish_reason != FinishReason.MET:
            continue
        due_at = clock.started_at + following.offset + timedelta(seconds=run.shift_seconds)
        run.finished_at, run.finish_reason = None, ""
        run.next_due_at = max(due_at, now)
        run.save(update_fields=["finished_at", "finish_reason", "next_due_at"])
    ResponseClock.objects.filter(pk=clock.pk).update(met_at=None)
    queue.wake("muster.tick")
    queue.wake("muster.carry")


def unstretch_update(incident: Incident, *, now: datetime) -> None:
    """The next update is due as if the incident had not been contained when the last was posted.

    Who was told already stays told; a step that this brings into the past is due now. Nothing
    happens when the open update clock was not started by an update since the containment.
    """
    clock = ResponseClock.objects.filter(
        incident=incident, promise=Promise.UPDATE, met_at__isnull=True, stopped_at__isnull=True
    ).first()
    if clock is None or not _is_stretched(clock):
        return
    span = (clock.target_at - clock.started_at) / CONTAINED_STRETCH
    clock.target_at = clock.started_at + span
    clock.at_risk_at = clock.started_at + (clock.at_risk_at - clock.started_at) / CONTAINED_STRETCH
    clock.save(update_fields=["target_at", "at_risk_at"])
    incident.updates.filter(posted_at=clock.started_at).update(next_update_at=clock.target_at)
    runs = EscalationRun.objects.open().filter(clock=clock).select_related("version")
    for run in runs.select_for_update(no_key=True, of=("self",)):
        _replan(run, clock, span=span, now=now)
    queue.wake("muster.tick")


def _is_stretched(clock: ResponseClock) -> bool:
    """Whether an update that was posted after the last containment started this clock."""
    entries = TimelineEntry.objects.filter(incident=clock.incident_id)
    contained = entries.filter(kind=EntryKind.CONTAINED).latest("at", "pk")
    posted = entries.filter(kind=EntryKind.UPDATED, at=clock.started_at, pk__gt=contained.pk)
    return posted.exists()


def _replan(run: EscalationRun, clock: ResponseClock, *, span: timedelta, now: datetime) -> None:
    """The steps that this climb has not told yet lie as if its target had been `span` from the
    start."""
    told = run.plan[: run.position]
    done = {step_id for step_id, _offset in told}
    specs = policies.step_specs(run.version, promise=clock.promise)
    left = freeze([spec for spec in specs if spec.step_id not in done], target=span)
    run.plan = told + [[step.step_id, int(step.offset.total_seconds())] for step in left]
    following = policies.plan_of(run, promise=clock.promise).occurrence(run.position)
    if following is not None:
        due_at = clock.started_at + following.offset + timedelta(seconds=run.shift_seconds)
        run.next_due_at = max(due_at, now)
    run.save(update_fields=["plan", "next_due_at"])


def subject_key(run_id: int) -> str:
    """What the messages of one climb are cancelled by."""
    return f"run:{run_id}"


def _working_zone(incident: Incident) -> ZoneInfo:
    return ZoneInfo(incident.service.owner_team.time_zone if incident.service else "UTC")
