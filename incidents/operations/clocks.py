"""Starting and ending the promises about an incident, and the climbs that enforce them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from config.portal import queue
from config.portal.by_hand import table, tie
from incidents.enums import EntryKind, FinishReason, Promise
from incidents.logic import targets
from incidents.logic.judgment import ended
from incidents.logic.plan import Plan, PlannedStep, first_cursor, freeze, picked_up
from incidents.models import (
    Approval,
    EscalationRun,
    Incident,
    PolicyVersion,
    ResponseClock,
    TimelineEntry,
)
from incidents.operations import timeline
from incidents.queries import policies, rerouting, standing
from rosters.models import StakeholderRole
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
    since: datetime | None = None,
    numbers: Sequence[int] = (),
) -> None:
    """As `start`, for several promises about several incidents, in a constant number of
    statements. With `since` they count from then, and what that brings into the past is due now.
    `numbers` are for the clocks, if they were reserved: one for each promise of each incident."""
    book = policies.book(promises)
    begun: list[Begun] = []
    for incident in incidents:
        for promise in promises:
            due = due_by(book, incident, promise, now=since or now, stretch=stretch)
            if due is not None:
                begun.append(Begun(incident, promise, due))
    begin_all(_with_their_role(begun), book, now=now, since=since, numbers=numbers)


@dataclass(frozen=True)
class Begun:
    """One promise that begins to count: about what, until when; a role to fill, an approval."""

    incident: Incident
    promise: Promise
    due: targets.Due
    role_id: int | None = None
    approval: Approval | None = None


def due_by(
    book: policies.Book, incident: Incident, promise: Promise, *, now: datetime, stretch: int = 1
) -> targets.Due | None:
    """When a promise that begins at `now` is due; None when none is given for this severity."""
    target = book.target_for(incident, promise)
    if target is None:
        return None
    due = targets.due(target, started_at=now, zone=working_zone(incident))
    return due.stretched(stretch, started_at=now)


def _with_their_role(begun: Sequence[Begun]) -> list[Begun]:
    """The role that everybody expects to be filled is the commander's; asked for where it counts.

    Without such a role nobody can be expected to fill it.
    """
    if not any(one.promise == Promise.FILL_ROLE for one in begun):
        return list(begun)
    role = StakeholderRole.objects.filter(slug=standing.COMMANDER).values_list("pk", flat=True)
    found = role.first()
    named = [
        replace(one, role_id=found) if one.promise == Promise.FILL_ROLE else one for one in begun
    ]
    return [one for one in named if one.role_id or one.promise != Promise.FILL_ROLE]


def begin_all(
    begun: Sequence[Begun],
    book: policies.Book,
    *,
    now: datetime,
    since: datetime | None = None,
    numbers: Sequence[int] = (),
) -> list[ResponseClock]:
    """These promises count, and their climbs with them; `book` holds their steps.

    They count from `now`, or `since` an earlier instant: what that brings into the past is due now.
    `numbers` are those that were reserved for them, if any were.
    """
    started_at = since or now
    clocks = [_clock(one, started_at=started_at) for one in begun]
    for clock, number in zip(clocks, numbers, strict=False):
        clock.pk = number
    table(ResponseClock).add(clocks)
    _start_runs([(clock, clock.target_at - started_at) for clock in clocks], book, now=now)
    return clocks


def _clock(begun: Begun, *, started_at: datetime) -> ResponseClock:
    clock: ResponseClock = table(ResponseClock).new(
        incident_id=begun.incident.pk,
        promise=begun.promise,
        role_id=begun.role_id,
        approval_id=begun.approval.pk if begun.approval else None,
        started_at=started_at,
        target_at=begun.due.target_at,
        at_risk_at=begun.due.at_risk_at,
    )
    tie(clock, "incident", begun.incident)
    tie(clock, "approval", begun.approval)
    return clock


def _start_runs(
    begun: Sequence[tuple[ResponseClock, timedelta]], book: policies.Book, *, now: datetime
) -> None:
    runs: list[EscalationRun] = []
    entries: list[TimelineEntry] = []
    for clock, span in begun:
        version = book.version_for(clock.incident)
        steps = freeze(book.steps_of(version, clock.promise) if version else [], target=span)
        cursor = first_cursor(Plan(steps), started_at=clock.started_at)
        if version is not None and cursor is not None:
            runs.append(_run(clock, version, steps, due_at=max(cursor.due_at, now)))
        elif clock.promise == Promise.ACKNOWLEDGE:
            entries.append(timeline.draft(clock.incident, EntryKind.NOBODY_CALLED, at=now))
    table(EscalationRun).add(runs, numbered=False)
    table(TimelineEntry).add([*entries, *_of_detours(begun, book, now=now)], numbered=False)
    if runs:
        queue.wake("muster.tick")


def _of_detours(
    begun: Sequence[tuple[ResponseClock, timedelta]], book: policies.Book, *, now: datetime
) -> list[TimelineEntry]:
    """Of incidents that go by another rule than usual because somebody said so: who, and why."""
    firsts = [clock.incident for clock, _span in begun if clock.promise == Promise.ACKNOWLEDGE]
    detoured = [
        one
        for one in firsts
        if not one.policy_id and (route := book.route_for(one)) and route.is_detour
    ]
    found = rerouting.to_rules(detoured) if detoured else {}
    return [
        timeline.draft(
            one,
            EntryKind.REROUTED,
            at=now,
            what="rule",
            rule=str(row.policy),
            who=str(row.by),
            until_at=row.until.isoformat(),
            reason=ended(row.reason),
        )
        for one in detoured
        if (row := found.get(one.pk))
    ]


def _run(
    clock: ResponseClock,
    version: PolicyVersion,
    steps: Sequence[PlannedStep],
    *,
    due_at: datetime,
) -> EscalationRun:
    plan = [[step.step_id, int(step.offset.total_seconds())] for step in steps]
    run: EscalationRun = table(EscalationRun).new(
        clock_id=clock.pk, version_id=version.pk, plan=plan, next_due_at=due_at
    )
    tie(run, "clock", clock)
    tie(run, "version", version)
    return run


def is_open(incident: Incident, promise: Promise) -> bool:
    """Whether this promise counts now."""
    return ResponseClock.objects.filter(
        incident=incident, promise=promise, met_at__isnull=True, stopped_at__isnull=True
    ).exists()


def meet(
    incident: Incident, promises: Sequence[Promise], *, now: datetime, role_id: int | None = None
) -> None:
    """These promises are kept: clocks and climbs end, and what they planned is cancelled.

    With `role_id` only the promise to fill that role.
    """
    end(_open([incident.pk], promises, role_id=role_id), now=now, reason=FinishReason.MET)


def stop(incident: Incident, promises: Sequence[Promise], *, now: datetime) -> None:
    """These promises no longer matter: as `meet`, but they count neither as kept nor broken."""
    stop_all([incident.pk], promises, now=now)


def stop_all(incident_ids: Collection[int], promises: Sequence[Promise], *, now: datetime) -> None:
    """As `stop`, for several incidents, in a constant number of statements."""
    end(_open(incident_ids, promises), now=now, reason=FinishReason.SUPERSEDED)


def _open(
    incident_ids: Collection[int], promises: Sequence[Promise], *, role_id: int | None = None
) -> QuerySet[ResponseClock]:
    found = ResponseClock.objects.filter(
        incident__in=incident_ids,
        promise__in=promises,
        met_at__isnull=True,
        stopped_at__isnull=True,
    )
    return found.filter(role=role_id) if role_id else found


def end(clocks: QuerySet[ResponseClock], *, now: datetime, reason: FinishReason) -> None:
    """These open clocks end, with their climbs and all that waits to be sent for them.

    What was promised before and is past its target says so, but for "still on it?": that was asked
    of one person, and nobody promised it to anybody.
    """
    ids = list(clocks.values_list("pk", flat=True))
    runs = EscalationRun.objects.filter(clock__in=ids).order_by("pk")
    run_ids = list(runs.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    field = "met_at" if reason == FinishReason.MET else "stopped_at"
    chosen = clocks.filter(pk__in=ids)
    late = chosen.filter(target_at__lt=now, breached_at__isnull=True)
    late.exclude(promise=Promise.ATTENTION).update(breached_at=F("target_at"))
    chosen.update(**{field: now})
    EscalationRun.objects.open().filter(pk__in=run_ids).update(
        finished_at=now, finish_reason=reason, next_due_at=None
    )
    carriage.cancel([*(subject_key(pk) for pk in run_ids), *(clock_key(pk) for pk in ids)], now=now)


def reopen(incident: Incident, promise: Promise, *, now: datetime) -> None:
    """The last kept clock of this promise runs again from its own start; its climb goes on now.

    A climb that had called everybody as often as it may begins anew. Where the promise still waits
    for others, its climb goes on now.
    """
    reopen_all([incident], promise, now=now)


def reopen_all(incidents: Sequence[Incident], promise: Promise, *, now: datetime) -> None:
    """As `reopen`, for several incidents, in a constant number of statements."""
    going = EscalationRun.objects.open().filter(
        clock__incident__in=[incident.pk for incident in incidents],
        clock__promise=promise,
        clock__role__isnull=True,
    )
    climbing = set(going.values_list("clock__incident", flat=True))
    going.update(next_due_at=now)
    left = [one for one in incidents if one.pk not in climbing]
    waiting = ResponseClock.objects.filter(
        incident__in=[one.pk for one in left],
        promise=promise,
        role__isnull=True,
        met_at__isnull=True,
        stopped_at__isnull=True,
    )
    still = {clock.incident_id: clock for clock in waiting}
    _begin_anew(list(still.values()), now=now)
    _reopen_kept([one for one in left if one.pk not in still], promise, now=now)
    queue.wake("muster.tick")


def _reopen_kept(incidents: Sequence[Incident], promise: Promise, *, now: datetime) -> None:
    kept = ResponseClock.objects.filter(
        incident__in=[incident.pk for incident in incidents],
        promise=promise,
        met_at__isnull=False,
    )
    newest = kept.order_by("incident_id", "-started_at", "-pk").distinct("incident_id")
    clocks = {clock.incident_id: clock for clock in newest}
    ids = [clock.pk for clock in clocks.values()]
    ResponseClock.objects.filter(pk__in=ids).update(met_at=None)
    resumed = _go_on(clocks.values(), promise, now=now)
    _begin_anew([clock for clock in clocks.values() if clock.pk not in resumed], now=now)
    without = [incident for incident in incidents if incident.pk not in clocks]
    if without:
        start_all(without, [promise], now=now)


def _go_on(clocks: Iterable[ResponseClock], promise: Promise, *, now: datetime) -> set[int]:
    """The climbs that ended when these clocks were kept stand where they stood; which clocks.

    The next step is due now and the later ones keep their distances from it: what would have been
    told while somebody had it in hand is not told in a burst.
    """
    started = {clock.pk: clock.started_at for clock in clocks}
    ended = EscalationRun.objects.filter(clock__in=started, finish_reason=FinishReason.MET)
    runs = list(ended.select_related("version").select_for_update(no_key=True, of=("self",)))
    for run in runs:
        run.finished_at, run.finish_reason, run.next_due_at = None, "", now
        cursor = picked_up(
            policies.plan_of(run, promise=promise),
            position=run.position,
            shift=timedelta(seconds=run.shift_seconds),
            started_at=started[run.clock_id],
            at=now,
        )
        if cursor is not None:
            run.shift_seconds = int(cursor.shift.total_seconds())
    EscalationRun.objects.bulk_update(
        runs, ["finished_at", "finish_reason", "next_due_at", "shift_seconds"]
    )
    return {run.clock_id for run in runs}


def _begin_anew(clocks: Sequence[ResponseClock], *, now: datetime) -> None:
    """The steps of each clock's last climb again, the first of them now."""
    if not clocks:
        return
    last = EscalationRun.objects.filter(clock__in=clocks).order_by("clock_id", "-pk")
    started = {clock.pk: clock.started_at for clock in clocks}
    EscalationRun.objects.bulk_create(
        EscalationRun(
            clock_id=run.clock_id,
            version_id=run.version_id,
            plan=run.plan,
            shift_seconds=_late_by(run, started[run.clock_id], now=now),
            next_due_at=now,
        )
        for run in last.distinct("clock_id")
        if run.finish_reason == FinishReason.EXHAUSTED and run.plan
    )


def _late_by(run: EscalationRun, started_at: datetime, *, now: datetime) -> int:
    first_at = started_at + timedelta(seconds=run.plan[0][1])
    return max(0, int((now - first_at).total_seconds()))


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


def stretch_of(clock: ResponseClock) -> int:
    """By how much an open clock was lengthened when it began."""
    if clock.promise != Promise.UPDATE or clock.incident.contained_at is None:
        return 1
    return CONTAINED_STRETCH if _is_stretched(clock) else 1


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


def clock_key(clock_id: int) -> str:
    """What the messages that a clock sends without a climb are cancelled by."""
    return f"clock:{clock_id}"


def working_zone(incident: Incident) -> ZoneInfo:
    """Whose working days count."""
    return ZoneInfo(incident.service.owner_team.time_zone if incident.service else "UTC")
