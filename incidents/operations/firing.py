"""From claimed climbs to what is to be written: one snapshot, then plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import EntryKind, Promise
from incidents.logic.plan import Cursor, Fired, Plan, fire
from incidents.logic.summons import PlannedCall, StepRow, first_reaching, forecast, resolve
from incidents.models import EscalationRun, Incident, Notification, TimelineEntry
from incidents.operations import timeline, wording
from incidents.operations.clocks import subject_key
from incidents.queries import policies
from incidents.queries.calls import about
from rosters.enums import Lane, Urgency
from rosters.logic.directory import Candidate, Directory
from rosters.logic.drafts import MessageDraft
from rosters.queries.directory import load_directory

LOOK_AHEAD = timedelta(days=8)


@dataclass(frozen=True)
class Summons:
    """One person to tell, by these contact points, with these words."""

    notification: Notification
    contacts: tuple[wording.Worded, ...]
    lane: Lane
    thread_key: str
    subject_key: str

    def messages(self) -> list[MessageDraft]:
        """The messages, once the notification has its number."""
        return [
            MessageDraft(
                topic="notification",
                topic_id=self.notification.pk,
                subject_key=self.subject_key,
                thread_key=self.thread_key,
                person_id=self.notification.person_id,
                contact_point_id=worded.contact_point_id,
                subject=worded.subject,
                body=worded.body,
                lane=self.lane,
                delay=worded.delay,
            )
            for worded in self.contacts
        ]


@dataclass(frozen=True)
class Outcome:
    """What one tick does with one climb."""

    run: EscalationRun
    fired: Fired
    summonses: tuple[Summons, ...] = ()
    entries: tuple[TimelineEntry, ...] = ()
    escalates: bool = False


@dataclass(frozen=True)
class Snapshot:
    """All that the batch needs to know, read once."""

    steps: dict[int, StepRow]
    directory: Directory


def fire_all(runs: Sequence[EscalationRun], *, now: datetime) -> list[Outcome]:
    """Decide for every claimed climb at once; reads a constant number of times."""
    rows = policies.step_rows(run.version_id for run in runs)
    wanted = policies.wanted_by(rows.values(), [run.clock.incident for run in runs])
    directory = load_directory(wanted, starts_at=now, ends_at=now + LOOK_AHEAD)
    snapshot = Snapshot(dict(rows), directory)
    return [_fire(run, snapshot, now=now) for run in runs]


def _fire(run: EscalationRun, snapshot: Snapshot, *, now: datetime) -> Outcome:
    clock = run.clock
    plan = policies.plan_of(run, promise=clock.promise)
    people = _people_by_step(plan, snapshot, incident=clock.incident, now=now)
    cursor = cursor_of(run)
    fired = fire(
        plan,
        cursor,
        started_at=clock.started_at,
        now=now,
        reachable=frozenset(step_id for step_id, found in people.items() if found),
    )
    told = people[fired.told.step_id] if fired.told else ()
    next_call = _next_call(plan, fired.cursor, run, snapshot)
    return Outcome(
        run,
        fired,
        tuple(_summons(run, fired, person, snapshot, next_call, now=now) for person in told),
        tuple(_entries(run, fired, told, now=now)),
        escalates=bool(fired.told and (clock.promise != Promise.ACKNOWLEDGE or fired.told.index)),
    )


def cursor_of(run: EscalationRun) -> Cursor:
    """Where an open run stands."""
    if run.next_due_at is None:
        raise ValueError(f"run {run.pk} is finished")
    return Cursor(run.position, timedelta(seconds=run.shift_seconds), run.next_due_at)


def _people_by_step(
    plan: Plan, snapshot: Snapshot, *, incident: Incident, now: datetime
) -> dict[int, tuple[Candidate, ...]]:
    return {
        step.step_id: resolve(
            snapshot.steps[step.step_id], snapshot.directory, about=about(incident), at=now
        )
        for step in plan.steps
    }


def _next_call(
    plan: Plan, cursor: Cursor | None, run: EscalationRun, snapshot: Snapshot
) -> PlannedCall | None:
    calls = forecast(
        plan,
        cursor,
        started_at=run.clock.started_at,
        steps=snapshot.steps,
        directory=snapshot.directory,
        about=about(run.clock.incident),
        limit=len(plan.steps) + 1,
    )
    return first_reaching(calls)


def _summons(
    run: EscalationRun,
    fired: Fired,
    person: Candidate,
    snapshot: Snapshot,
    next_call: PlannedCall | None,
    *,
    now: datetime,
) -> Summons:
    incident = run.clock.incident
    told = fired.told
    if told is None:
        raise ValueError("nobody is told by this firing")
    notification = Notification(
        incident=incident,
        run=run,
        step_id=told.step_id,
        position=told.position,
        person_id=person.person_id,
        reason=person.reason,
        created_at=now,
    )
    is_first = run.clock.promise == Promise.ACKNOWLEDGE and told.position == 0
    urgency = snapshot.steps[told.step_id].urgency
    contacts = snapshot.directory.contacts(person.person_id, urgency=urgency)
    return Summons(
        notification,
        tuple(wording.word(contact, person, run.clock, next_call) for contact in contacts),
        _lane(urgency, is_first=is_first),
        thread_key=f"incident:{incident.pk}",
        subject_key=subject_key(run.pk),
    )


def _lane(urgency: str, *, is_first: bool) -> Lane:
    """What is not urgent leaves last, and waits for the end of quiet hours."""
    if urgency == Urgency.NORMAL:
        return Lane.UPDATE
    return Lane.FIRST_CALL if is_first else Lane.ESCALATION


def _entries(
    run: EscalationRun, fired: Fired, told: Sequence[Candidate], *, now: datetime
) -> list[TimelineEntry]:
    incident = run.clock.incident
    entries = [timeline.draft(incident, EntryKind.STEP_SKIPPED, at=now) for _ in fired.skipped]
    if fired.late_by:
        late = max(1, int(fired.late_by.total_seconds() // 60))
        entries.append(timeline.draft(incident, EntryKind.RAN_LATE, at=now, late_minutes=late))
    first = fired.told is not None and fired.told.index == 0 and fired.told.loop == 0
    is_first_call = first and run.clock.promise == Promise.ACKNOWLEDGE
    kind = EntryKind.TOLD if is_first_call else EntryKind.ESCALATED
    entries += [
        timeline.draft(incident, kind, at=now, who=person.full_name, reason=person.reason)
        for person in told
    ]
    if fired.cursor is None and run.clock.promise == Promise.ACKNOWLEDGE:
        entries.append(timeline.draft(incident, EntryKind.EXHAUSTED, at=now))
    return entries
