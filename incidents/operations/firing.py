"""From claimed climbs to what is to be written: one snapshot, then plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from incidents.enums import EntryKind, Promise
from incidents.logic.plan import Cursor, Fired, Plan, Why
from incidents.logic.rerouting import unreached
from incidents.logic.summons import (
    About,
    Heard,
    PlannedCall,
    RoomSpec,
    StepRow,
    fire_with,
    hear_all,
    next_reaching,
)
from incidents.logic.wordings import Book
from incidents.models import (
    EscalationRun,
    Incident,
    Notification,
    ResponseClock,
    RoomPost,
    TimelineEntry,
)
from incidents.operations import timeline, wording
from incidents.operations.clocks import subject_key
from incidents.queries import circumstances, policies, rerouting, wordings
from incidents.queries.circumstances import Circumstances
from rosters.enums import Lane, Urgency
from rosters.logic.directory import Candidate, Directory
from rosters.logic.drafts import MessageDraft

LOOK_AHEAD = timedelta(days=8)
ASKS = (Promise.FILL_ROLE, Promise.DECIDE, Promise.ROOT_CAUSE, Promise.REPORT)


@dataclass(frozen=True)
class Summons:
    """One person to tell, by these contact points, with these words."""

    notification: Notification
    contacts: tuple[wording.Worded, ...]
    lane: Lane
    thread_key: str
    subject_key: str
    about_key: str = ""
    about_name: str = ""

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
                about_key=self.about_key,
                about_name=self.about_name,
                is_spare=worded.is_spare,
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
    posts: tuple[RoomPost, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """All that the batch needs to know, read once."""

    steps: Mapping[int, StepRow]
    directory: Directory
    circumstances: Circumstances
    book: Book
    heard: dict[tuple[tuple[int, ...], About, datetime], dict[int, Heard]] = field(
        default_factory=dict
    )

    def hear(self, plan: Plan, about: About, at: datetime) -> dict[int, Heard]:
        """Whom each step would tell; of what is about the same at the same time, thought once."""
        asked = (tuple(step.step_id for step in plan.steps), about, at)
        if asked not in self.heard:
            self.heard[asked] = hear_all(plan, self.steps, self.directory, about=about, at=at)
        return self.heard[asked]

    def about(self, run: EscalationRun) -> About:
        """What the calls of one climb are about."""
        return self.circumstances.about(run, run.clock.incident)


def fire_all(runs: Sequence[EscalationRun], *, now: datetime) -> list[Outcome]:
    """Decide for every claimed climb at once; reads a constant number of times."""
    rows = policies.step_rows(run.version_id for run in runs)
    incidents = [run.clock.incident for run in runs]
    detours = rerouting.detours_for(runs, incidents, now=now)
    directory = circumstances.directory_for(
        runs, incidents, rows, now=now, ahead=LOOK_AHEAD, also=detours.wanted
    )
    asked = circumstances.of_runs(runs, rows, now=now, detours=detours)
    snapshot = Snapshot(rows, directory, asked, wordings.book())
    return [_fire(run, snapshot, now=now) for run in runs]


def _fire(run: EscalationRun, snapshot: Snapshot, *, now: datetime) -> Outcome:
    clock = run.clock
    plan = policies.plan_of(run, promise=clock.promise)
    about = snapshot.about(run)
    heard = snapshot.hear(plan, about, now)
    fired = fire_with(plan, cursor_of(run), heard, started_at=clock.started_at, now=now)
    told = heard[fired.told.step_id].people if fired.told else ()
    after = about.after(told, at=now)
    next_call = next_reaching(
        plan,
        fired.cursor,
        lambda at: snapshot.hear(plan, after, at),
        started_at=clock.started_at,
    )
    rooms = rooms_told(fired, snapshot.steps, clock.incident)
    return Outcome(
        run,
        fired,
        tuple(_summons(run, fired, person, snapshot, next_call, now=now) for person in told),
        (
            *_fallbacks(run, snapshot, about, told, now=now),
            *_entries(run, fired, told, now=now),
            *(_room_entry(clock.incident, room, now=now) for room in rooms),
        ),
        escalates=_escalates(clock, fired),
        posts=tuple(
            _post(run, position, room, told, next_call, now=now) for room, position in rooms.items()
        ),
    )


def rooms_told(
    fired: Fired, steps: Mapping[int, StepRow], incident: Incident
) -> dict[RoomSpec, int]:
    """The rooms that read along, and at which position: also where nobody could be called.

    None for a restricted incident: a room is full of people who may not read of it.
    """
    found: dict[RoomSpec, int] = {}
    if incident.is_restricted:
        return found
    for occurrence, why in fired.consumed:
        if why in (Why.TOLD, Why.NOBODY):
            for room in steps[occurrence.step_id].rooms:
                found[room] = occurrence.position
    return found


def _room_entry(incident: Incident, room: RoomSpec, *, now: datetime) -> TimelineEntry:
    return timeline.draft(incident, EntryKind.ROOM_TOLD, at=now, room=room.name)


def _post(
    run: EscalationRun,
    position: int,
    room: RoomSpec,
    told: Sequence[Candidate],
    next_call: PlannedCall | None,
    *,
    now: datetime,
) -> RoomPost:
    subject, body = wording.for_room(room, run.clock, told, next_call)
    return RoomPost(
        room_id=room.room_id,
        incident=run.clock.incident,
        run=run,
        position=position,
        subject=subject,
        body=body,
        created_at=now,
        next_attempt_at=now,
    )


def _escalates(clock: ResponseClock, fired: Fired) -> bool:
    """Whether the calls went on; who fills a role or decides is asked, which is none of that."""
    if fired.told is None or clock.promise in ASKS:
        return False
    return bool(clock.promise != Promise.ACKNOWLEDGE or fired.told.index)


def cursor_of(run: EscalationRun) -> Cursor:
    """Where an open run stands."""
    if run.next_due_at is None:
        raise ValueError(f"run {run.pk} is finished")
    return Cursor(run.position, timedelta(seconds=run.shift_seconds), run.next_due_at)


def _fallbacks(
    run: EscalationRun,
    snapshot: Snapshot,
    about: About,
    told: Sequence[Candidate],
    *,
    now: datetime,
) -> list[TimelineEntry]:
    """What the timeline says, once, of a detour that reaches nobody."""
    incident, said = run.clock.incident, snapshot.circumstances.detours.said
    names = ", ".join(one.full_name for one in told)
    return [
        timeline.draft(
            incident,
            EntryKind.REROUTED,
            at=now,
            what="fallback",
            detour_id=one.detour_id,
            target=one.name,
            people=names,
        )
        for one in unreached(about.detours, snapshot.directory, at=now)
        if names and (incident.pk, one.detour_id) not in said
    ]


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
    contacts = snapshot.directory.every_contact(
        person.person_id, urgency=urgency, severity=incident.severity
    )
    return Summons(
        notification,
        tuple(
            wording.word(contact, person, run.clock, next_call, book=snapshot.book)
            for contact in contacts
        ),
        _lane(urgency, is_first=is_first),
        thread_key=f"incident:{incident.pk}",
        subject_key=subject_key(run.pk),
        **_about(run),
    )


def _about(run: EscalationRun) -> dict[str, str]:
    """What a message is about that asks nothing: the same service's can be said in one."""
    incident = run.clock.incident
    if run.clock.promise == Promise.ACKNOWLEDGE or incident.is_restricted:
        return {}
    if incident.service is None:
        return {"about_key": f"incident:{incident.pk}", "about_name": incident.reference}
    return {"about_key": f"service:{incident.service_id}", "about_name": incident.service.name}


def _lane(urgency: str, *, is_first: bool) -> Lane:
    """What is not urgent leaves last, and waits for the end of quiet hours."""
    if urgency == Urgency.NORMAL:
        return Lane.UPDATE
    return Lane.FIRST_CALL if is_first else Lane.ESCALATION


def _why_skipped(why: Why) -> dict[str, Any]:
    """What the timeline keeps of a skipped step, where it is not that there was nobody."""
    return {} if why == Why.NOBODY else {"what": why.value}


def _entries(
    run: EscalationRun, fired: Fired, told: Sequence[Candidate], *, now: datetime
) -> list[TimelineEntry]:
    incident = run.clock.incident
    entries = [
        timeline.draft(incident, EntryKind.STEP_SKIPPED, at=now, **_why_skipped(why))
        for why in fired.why
    ]
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
