"""From claimed climbs to what is to be written: one snapshot, then plain Python."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.portal.by_hand import table
from incidents.enums import EntryKind, Promise
from incidents.logic.plan import Cursor, Fired, Plan, Why
from incidents.logic.rerouting import unreached
from incidents.logic.summons import (
    About,
    Hearing,
    PlannedCall,
    RoomSpec,
    StepRow,
    fire_with,
    next_reaching,
)
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
from rosters.logic.directory import Candidate, Contact, Directory
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
                topic=Notification.TOPIC,
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
class Firing:
    """One climb whose time has come: what fires, whom it tells, and whom we would call next."""

    run: EscalationRun
    clock: ResponseClock
    incident: Incident
    fired: Fired
    told: tuple[Candidate, ...]
    next_call: PlannedCall | None


@dataclass(frozen=True)
class Snapshot:
    """All that the batch needs to know, read once; what many of its climbs share, thought once.

    What is kept in it holds for this batch alone: its rows were read in this transaction.
    """

    steps: Mapping[int, StepRow]
    directory: Directory
    circumstances: Circumstances
    speaker: wording.Speaker
    _plans: dict[object, Plan] = field(default_factory=dict)
    _heard: dict[tuple[int, datetime], Hearing] = field(default_factory=dict)
    _contacts: dict[tuple[int, str, int], tuple[Contact, ...]] = field(default_factory=dict)

    def plan(self, run: EscalationRun) -> Plan:
        """The plan of one climb; thousands go by the same version and steps."""
        promise = run.clock.promise
        asked = (run.version_id, promise, tuple(map(tuple, run.plan)))
        found = self._plans.get(asked)
        if found is None:
            found = self._plans[asked] = policies.plan_of(run, promise=promise)
        return found

    def hear(self, about: About, at: datetime) -> Hearing:
        """Whom steps would tell of something at an instant."""
        asked = (id(about), at)  # what is kept holds on to it, so that no other one gets its id
        found = self._heard.get(asked)
        if found is None:
            found = Hearing(self.steps, self.directory, about=about, at=at)
            self._heard[asked] = found
        return found

    def contacts(self, person_id: int, urgency: str, severity: int) -> tuple[Contact, ...]:
        """How one person is told what is so urgent and so bad."""
        asked = (person_id, urgency, severity)
        if asked not in self._contacts:
            self._contacts[asked] = self.directory.every_contact(
                person_id, urgency=urgency, severity=severity
            )
        return self._contacts[asked]


def fire_all(runs: Sequence[EscalationRun], *, now: datetime) -> list[Outcome]:
    """Decide for every claimed climb at once; reads a constant number of times."""
    rows = policies.step_rows(run.version_id for run in runs)
    incidents = [run.clock.incident for run in runs]
    detours = rerouting.detours_for(runs, incidents, now=now)
    directory = circumstances.directory_for(
        runs, incidents, rows, now=now, ahead=LOOK_AHEAD, also=detours.wanted
    )
    asked = circumstances.of_runs(runs, rows, now=now, detours=detours)
    snapshot = Snapshot(rows, directory, asked, wording.Speaker(wordings.book(), now))
    return [_fire(run, snapshot, now=now) for run in runs]


def _fire(run: EscalationRun, snapshot: Snapshot, *, now: datetime) -> Outcome:
    clock = run.clock
    incident, started_at = clock.incident, clock.started_at
    plan = snapshot.plan(run)
    about = snapshot.circumstances.about(run, incident)
    heard = snapshot.hear(about, now)
    fired = fire_with(plan, cursor_of(run), heard, started_at=started_at, now=now)
    told = heard[fired.told.step_id].people if fired.told else ()
    after = about.after(told, at=now)
    next_call = next_reaching(
        plan, fired.cursor, lambda at: snapshot.hear(after, at), started_at=started_at
    )
    firing = Firing(run, clock, incident, fired, told, next_call)
    rooms = rooms_told(fired, snapshot.steps, incident)
    return Outcome(
        run,
        fired,
        tuple(_summonses(firing, snapshot, now=now)),
        (
            *_fallbacks(firing, snapshot, about, now=now),
            *_entries(firing, now=now),
            *(_room_entry(incident, room, now=now) for room in rooms),
        ),
        escalates=_escalates(clock, fired),
        posts=tuple(_post(firing, position, room, now=now) for room, position in rooms.items()),
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


def _post(firing: Firing, position: int, room: RoomSpec, *, now: datetime) -> RoomPost:
    subject, body = wording.for_room(room, firing.clock, firing.told, firing.next_call, now=now)
    post: RoomPost = table(RoomPost).new(
        room_id=room.room_id,
        incident_id=firing.incident.pk,
        run_id=firing.run.pk,
        position=position,
        subject=subject,
        body=body,
        created_at=now,
        next_attempt_at=now,
    )
    return post


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
    firing: Firing, snapshot: Snapshot, about: About, *, now: datetime
) -> list[TimelineEntry]:
    """What the timeline says, once, of a detour that reaches nobody."""
    if not (about.detours and firing.told):
        return []
    incident, said = firing.incident, snapshot.circumstances.detours.said
    names = ", ".join(one.full_name for one in firing.told)
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
        if (incident.pk, one.detour_id) not in said
    ]


def _summonses(firing: Firing, snapshot: Snapshot, *, now: datetime) -> Iterator[Summons]:
    """Whoever is told by this firing, each with their messages."""
    told, clock, incident = firing.fired.told, firing.clock, firing.incident
    if told is None:
        return
    incident_id, run_id = incident.pk, firing.run.pk
    urgency = snapshot.steps[told.step_id].urgency
    is_first = clock.promise == Promise.ACKNOWLEDGE and told.position == 0
    about_key, about_name = _about(clock, incident)
    for person in firing.told:
        contacts = snapshot.contacts(person.person_id, urgency, incident.severity)
        yield Summons(
            table(Notification).new(
                incident_id=incident_id,
                run_id=run_id,
                step_id=told.step_id,
                position=told.position,
                person_id=person.person_id,
                reason=person.reason,
                created_at=now,
            ),
            snapshot.speaker.word(contacts, person, clock, firing.next_call),
            _lane(urgency, is_first=is_first),
            thread_key=f"incident:{incident_id}",
            subject_key=subject_key(run_id),
            about_key=about_key,
            about_name=about_name,
        )


def _about(clock: ResponseClock, incident: Incident) -> tuple[str, str]:
    """What a message is about that asks nothing: the same service's can be said in one."""
    if clock.promise == Promise.ACKNOWLEDGE or incident.is_restricted:
        return "", ""
    if incident.service is None:
        return f"incident:{incident.pk}", incident.reference
    return f"service:{incident.service_id}", incident.service.name


def _lane(urgency: str, *, is_first: bool) -> Lane:
    """What is not urgent leaves last, and waits for the end of quiet hours."""
    if urgency == Urgency.NORMAL:
        return Lane.UPDATE
    return Lane.FIRST_CALL if is_first else Lane.ESCALATION


def _why_skipped(why: Why) -> dict[str, Any]:
    """What the timeline keeps of a skipped step, where it is not that there was nobody."""
    return {} if why == Why.NOBODY else {"what": why.value}


def _entries(firing: Firing, *, now: datetime) -> list[TimelineEntry]:
    incident, fired = firing.incident, firing.fired
    entries = [
        timeline.draft(incident, EntryKind.STEP_SKIPPED, at=now, **_why_skipped(why))
        for why in fired.why
    ]
    if fired.late_by:
        late = max(1, int(fired.late_by.total_seconds() // 60))
        entries.append(timeline.draft(incident, EntryKind.RAN_LATE, at=now, late_minutes=late))
    is_acknowledge = firing.clock.promise == Promise.ACKNOWLEDGE
    first = fired.told is not None and fired.told.index == 0 and fired.told.loop == 0
    kind = EntryKind.TOLD if first and is_acknowledge else EntryKind.ESCALATED
    entries += [
        timeline.draft(incident, kind, at=now, who=person.full_name, reason=person.reason)
        for person in firing.told
    ]
    if fired.cursor is None and is_acknowledge:
        entries.append(timeline.draft(incident, EntryKind.EXHAUSTED, at=now))
    return entries
