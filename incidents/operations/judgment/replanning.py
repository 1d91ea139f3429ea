"""Promises lie anew, from their own start, when what they are about turns out better or worse.

What was told stays told: nobody is told twice for the same promise, except by the last step of a
rule, which is told again and again by its nature. A promise that is broken already stays broken,
and no change to something less bad ends its calls.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.portal import queue
from incidents.enums import EntryKind, FinishReason, FiringOutcome, Promise
from incidents.logic import targets
from incidents.logic.moving import Fresh, continued, moved
from incidents.logic.summons import StepRow, resolve
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    PolicyVersion,
    ResponseClock,
    StepFiring,
)
from incidents.operations import attention, clocks, timeline
from incidents.operations.opening import FROM_THE_START
from incidents.queries import policies, seats, standing
from incidents.queries.circumstances import about
from rosters.logic.directory import Directory
from rosters.queries.directory import load_directory

AS_AGREED = (Promise.DECIDE, Promise.REPORT, Promise.ATTENTION)
"""What a right or a law sets, or asks of one person. How bad it is does not change that."""


@dataclass(frozen=True)
class _Move:
    """What is known while the climbs of one incident move."""

    incident: Incident
    now: datetime
    is_worse: bool
    book: policies.Book
    version: PolicyVersion | None


def replan_all(incident: Incident, *, now: datetime, is_worse: bool) -> None:
    """Every open promise lies as if its incident had been this bad from the start.

    The caller holds the incident's lock and has changed the incident. Promises that nothing had
    asked for begin; those that nothing asks for any more stop, unless they are broken.
    """
    book = policies.book(Promise.values)
    move = _Move(incident, now, is_worse, book, book.version_for(incident))
    opened = _open_clocks(incident)
    _start_missing(move)
    kept: list[ResponseClock] = []
    for clock in opened:
        if clock.promise in AS_AGREED:
            continue
        broken = clock.breached_at is not None or clock.target_at <= now
        if broken and not is_worse:
            continue
        if not broken and not _retarget(clock, move):
            continue
        kept.append(clock)
    _move_climbs(kept, move)
    queue.wake("muster.tick")


def move_climbs(incident: Incident, *, now: datetime, is_worse: bool = False) -> None:
    """The climbs go on with the rule that holds now; the promises keep their targets.

    The caller holds the incident's lock.
    """
    book = policies.book(Promise.values)
    move = _Move(incident, now, is_worse, book, book.version_for(incident))
    asked = [one for one in _open_clocks(incident) if one.promise not in AS_AGREED]
    _move_climbs(asked, move)
    queue.wake("muster.tick")


def _open_clocks(incident: Incident) -> list[ResponseClock]:
    rows = ResponseClock.objects.filter(
        incident=incident, met_at__isnull=True, stopped_at__isnull=True
    )
    found = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    for clock in found:
        clock.incident = incident
    return found


def _retarget(clock: ResponseClock, move: _Move) -> bool:
    """The clock has the target of today's severity; False when nothing is promised any more."""
    target = move.book.target_for(move.incident, clock.promise)
    if target is None:
        if clock.promise == Promise.ACKNOWLEDGE or _was_asked_for(clock):
            return True  # somebody must look, and a person's question waits for its answer
        this = ResponseClock.objects.filter(pk=clock.pk)
        clocks.end(this, now=move.now, reason=FinishReason.SUPERSEDED)
        return False
    zone = clocks.working_zone(move.incident)
    due = targets.due(target, started_at=clock.started_at, zone=zone)
    stretch = clocks.stretch_of(clock)
    clock.target_at = clock.started_at + (due.target_at - clock.started_at) * stretch
    clock.at_risk_at = clock.started_at + (due.at_risk_at - clock.started_at) * stretch
    clock.save(update_fields=["target_at", "at_risk_at"])
    if clock.promise == Promise.UPDATE:
        posted = move.incident.updates.filter(posted_at=clock.started_at)
        posted.update(next_update_at=clock.target_at)
    return True


def _was_asked_for(clock: ResponseClock) -> bool:
    """Whether a person asked somebody to take this role, however bad it is."""
    if clock.promise != Promise.FILL_ROLE:
        return False
    return Notification.objects.filter(
        incident=clock.incident_id, purpose=seats.purpose_of(clock)
    ).exists()


def _start_missing(move: _Move) -> None:
    """What is promised now and was not before counts from the detection."""
    incident = move.incident
    done = {
        Promise.ACKNOWLEDGE: incident.acknowledged_at,
        Promise.FILL_ROLE: standing.commander_of(incident),
        Promise.CONTAIN: incident.contained_at,
        Promise.RESOLVE: incident.resolved_at,
    }
    counted = ResponseClock.objects.filter(incident=incident, stopped_at__isnull=True)
    known = set(counted.values_list("promise", flat=True))
    wanted = [one for one in FROM_THE_START if done[one] is None and one.value not in known]
    if wanted:
        clocks.start_all([incident], wanted, now=move.now, since=incident.detected_at)
    if incident.acknowledged_at and not clocks.is_open(incident, Promise.ATTENTION):
        attention.begin(incident, now=move.now)
    if incident.acknowledged_at and not clocks.is_open(incident, Promise.UPDATE):
        last = incident.updates.order_by("-number").first()
        since = last.posted_at if last else incident.acknowledged_at
        clocks.start_all([incident], [Promise.UPDATE], now=move.now, since=since)


def _move_climbs(moving: Sequence[ResponseClock], move: _Move) -> None:
    runs = (
        EscalationRun.objects.filter(clock__in=[clock.pk for clock in moving])
        .select_related("version")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    last = {run.clock_id: run for run in runs}
    version, directory, rows = _loaded(move, {clock.role_id for clock in moving})
    is_moved = False
    for clock in moving:
        run = last.get(clock.pk)
        if run is not None and version is not None and run.version.policy_id == version.policy_id:
            _continue(run, clock, move)
        elif version is None or not move.book.steps_of(version, clock.promise):
            _end_where_nothing_follows(run, clock, move)
        elif run is None or run.finished_at is None or run.finish_reason == FinishReason.EXHAUSTED:
            _begin(run, clock, version, directory, rows, move)
            is_moved = True
    if is_moved and version is not None:
        timeline.record(
            move.incident,
            EntryKind.VERSION_MOVED,
            at=move.now,
            policy=version.policy.name,
            number=version.number,
        )


def _loaded(
    move: _Move, asked_roles: Collection[int | None]
) -> tuple[PolicyVersion | None, Directory | None, dict[int, StepRow]]:
    """The version that holds now, and who its steps would tell."""
    if move.version is None:
        return None, None, {}
    version = PolicyVersion.objects.select_related("policy").get(pk=move.version.pk)
    rows = dict(policies.step_rows([version.pk]))
    wanted = policies.wanted_by(rows.values(), [move.incident], asked_roles)
    directory = load_directory(wanted, starts_at=move.now, ends_at=move.now + timedelta(minutes=1))
    return version, directory, rows


def _continue(run: EscalationRun, clock: ResponseClock, move: _Move) -> None:
    """The same rule: the steps that it has not told yet lie by the new target."""
    if run.finished_at is not None:
        return
    specs = policies.step_specs(run.version, promise=clock.promise)
    span = clock.target_at - clock.started_at
    run.plan = continued(run.plan, run.position, specs, span=span)
    if move.is_worse:
        run.shift_seconds = 0
    following = policies.plan_of(run, promise=clock.promise).occurrence(run.position)
    if following is not None:
        due_at = clock.started_at + following.offset + timedelta(seconds=run.shift_seconds)
        run.next_due_at = max(due_at, move.now)
    run.save(update_fields=["plan", "shift_seconds", "next_due_at"])


def _begin(
    run: EscalationRun | None,
    clock: ResponseClock,
    version: PolicyVersion,
    directory: Directory | None,
    rows: dict[int, StepRow],
    move: _Move,
) -> None:
    """Another rule: its climb takes over, past the steps of which everybody knows already."""
    told = set(Notification.objects.filter(run__clock=clock).values_list("person_id", flat=True))
    fresh = moved(
        move.book.steps_of(version, clock.promise),
        known=_known(clock, rows, directory, told, move),
        span=clock.target_at - clock.started_at,
        elapsed=move.now - clock.started_at,
        again_after=timedelta(minutes=version.catch_all_minutes),
    )
    _supersede(run, now=move.now)
    shift = run.shift_seconds if run is not None and not move.is_worse else 0
    made = EscalationRun(
        clock=clock,
        version=version,
        plan=[[step.step_id, int(step.offset.total_seconds())] for step in fresh.steps],
        position=fresh.position,
        shift_seconds=shift,
    )
    following = policies.plan_of(made, promise=clock.promise).occurrence(fresh.position)
    if following is None:
        made.finished_at, made.finish_reason = move.now, FinishReason.EXHAUSTED
    else:
        due_at = clock.started_at + following.offset + timedelta(seconds=shift)
        made.next_due_at = max(due_at, move.now)
    made.save(force_insert=True)
    _log_known(made, clock, fresh, now=move.now)


def _supersede(run: EscalationRun | None, *, now: datetime) -> None:
    if run is None or run.finished_at is not None:
        return
    run.finished_at, run.finish_reason, run.next_due_at = now, FinishReason.SUPERSEDED, None
    run.save(update_fields=["finished_at", "finish_reason", "next_due_at"])


def _end_where_nothing_follows(
    run: EscalationRun | None, clock: ResponseClock, move: _Move
) -> None:
    """The rule that holds now calls nobody for this promise. What is worse keeps its calls, and so
    does what nobody has acknowledged."""
    if not move.is_worse and clock.promise != Promise.ACKNOWLEDGE:
        _supersede(run, now=move.now)


def _known(
    clock: ResponseClock,
    rows: dict[int, StepRow],
    directory: Directory | None,
    told: Collection[int],
    move: _Move,
) -> frozenset[int]:
    """The steps of which everybody whom they tell now was told for this promise already."""
    if directory is None or not told:
        return frozenset()
    asked = replace(about(move.incident), asked_role_id=clock.role_id)
    found = set()
    for row in rows.values():
        if row.clock != clock.promise:
            continue
        people = resolve(row, directory, about=asked, at=move.now)
        if people and all(one.person_id in told for one in people):
            found.add(row.step_id)
    return frozenset(found)


def _log_known(run: EscalationRun, clock: ResponseClock, fresh: Fresh, *, now: datetime) -> None:
    StepFiring.objects.bulk_create(
        StepFiring(
            run=run,
            position=position,
            step_id=step.step_id,
            due_at=clock.started_at + step.offset,
            fired_at=now,
            outcome=FiringOutcome.KNOWN,
        )
        for position, step in enumerate(fresh.steps[: fresh.position])
    )
