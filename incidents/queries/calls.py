"""Who was called and who is next, for many incidents in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from config.portal.sentences import phrase
from incidents.enums import FinishReason, Promise
from incidents.logic import summons
from incidents.logic.attention import Asked
from incidents.logic.handing_back import Then
from incidents.logic.judgment import Wait, waits_until
from incidents.logic.maintenance import Cover
from incidents.logic.outlook import LATE, LastCall, Late, NextCall, Outlook, Situation, outlook
from incidents.logic.plan import Cursor, Plan, put_off
from incidents.logic.policy_text import and_
from incidents.logic.rerouting import Detour
from incidents.logic.summons import EACH, About, PlannedCall, StepRow
from incidents.models import EscalationRun, Incident, Notification, ResponseClock
from incidents.queries import circumstances, holding, maintenance, policies, rerouting
from incidents.queries.resting import Rest, resting
from rosters.enums import CALL, CALLED, Channel, MessageState, Urgency
from rosters.logic.directory import Candidate, Directory
from rosters.models import Message
from rosters.queries.compiled import compiled
from rosters.queries.directory import NOTHING, Wanted
from rosters.queries.many import Ids

LOOK_AHEAD = timedelta(days=14)
LATE_FROM = timedelta(minutes=1)
IMMINENT = timedelta(minutes=30)
"""A call to acknowledge that comes within this time is told first, whatever is late."""


@dataclass(frozen=True)
class Climb:
    """One open climb and the calls that it will make."""

    run: EscalationRun
    promise: str
    calls: tuple[PlannedCall, ...]
    begins_again: bool = False
    """After this round another one comes, and not only its last step again."""


@dataclass(frozen=True)
class Told:
    """One call that was made: to whom, why, how, and what came of it."""

    notification: Notification
    channel: Channel | None
    state: MessageState | None
    sent_at: datetime | None
    planned_at: datetime | None = None


@dataclass
class Calls:
    """All that is known of one incident's calls, past and to come.

    To `reader_id` their own calls are told as "you".
    """

    incident: Incident
    reader_id: int = 0
    now: datetime | None = None
    clocks: list[ResponseClock] = field(default_factory=list)
    climbs: list[Climb] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    is_exhausted: bool = False
    directory: Directory | None = None
    urgencies: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """By step the rooms that it tells beside people."""
    each: Mapping[int, str] = field(default_factory=dict)
    """Who must acknowledge too, though somebody has it: full names by person."""
    pause: Cover | None = None
    waits: Sequence[Wait] = ()
    detours: Sequence[Detour] = ()
    rest: Rest | None = None
    """The climb that goes on if whoever has it hands it back."""

    def clock(self, promise: Promise) -> ResponseClock | None:
        """The newest clock of one promise, whether open or ended."""
        return next((clock for clock in self.clocks if clock.promise == promise), None)

    def open_clock(self, promise: Promise) -> ResponseClock | None:
        found = self.clock(promise)
        return found if found and found.is_open else None

    @property
    def upcoming(self) -> list[tuple[str, PlannedCall]]:
        """Every planned call of every open climb, earliest first, with its promise."""
        planned = [(climb.promise, call) for climb in self.climbs for call in climb.calls]
        return sorted(planned, key=lambda pair: pair[1].at)

    @property
    def next_call(self) -> NextCall | None:
        """The earliest call that reaches somebody."""
        return self.next_call_for(*Promise)

    def next_call_for(self, *promises: Promise) -> NextCall | None:
        """The earliest call for one of these promises that reaches somebody."""
        for promise, call in self.upcoming:
            if call.people and promise in promises:
                return self._as_next(promise, call)
        return None

    def _as_next(self, promise: str, call: PlannedCall) -> NextCall:
        first = call.people[0]
        return NextCall(
            promise,
            call.at,
            self._named(first.person_id, first.full_name),
            first.reason,
            self.verb(first, call),
            is_first=promise == Promise.ACKNOWLEDGE and not self.has_called,
            role=self._role_of(call),
            rooms=self.rooms.get(call.step_id, ()),
        )

    def if_handed_back(self, *, at: datetime) -> Then | None:
        """Whom we call if nobody has it from `at` on; None where no rule has called for it yet."""
        if self.rest is None:
            return None
        found = self.rest.next_call(at=at)
        if found is None:
            return Then(at)
        call = self._as_next(Promise.ACKNOWLEDGE, found)
        return Then(at, call.at, call.who, call.reason, call.verb)

    @property
    def has_called(self) -> bool:
        """Whether anybody was called to answer; whoever is told for another reason does not count.

        Of an incident with personal data those who look after the law are told beside the rule.
        """
        return any(not told.notification.purpose for told in self.told)

    def _role_of(self, call: PlannedCall) -> str:
        """Which role a call is to fill, as it is said in a sentence."""
        clocks = [climb.run.clock for climb in self.climbs if call in climb.calls]
        return str(clocks[0].role or "") if clocks else ""

    def verb(self, person: Candidate, call: PlannedCall) -> str:
        """How this person will really be called: phone, text or e-mail, as urgent as the step."""
        if self.directory is None:
            return CALL
        urgency = self.urgencies.get(call.step_id, Urgency.URGENT)
        contacts = self.directory.contacts(
            person.person_id, urgency=urgency, severity=self.incident.severity
        )
        return Channel(contacts[0].channel).verb if contacts else CALL

    @property
    def outlook(self) -> Outlook:
        """The one sentence that says what happens next."""
        incident = self.incident
        update, review = self.open_clock(Promise.UPDATE), self.open_clock(Promise.REVIEW)
        return outlook(
            Situation(
                is_acknowledged=incident.acknowledged_at is not None,
                is_contained=incident.contained_at is not None,
                is_resolved=not incident.is_open,
                next_call=self.next_call,
                last_call=self.last_unanswered,
                update_due_at=update.target_at if update else None,
                review_due_at=review.target_at if review else None,
                is_exhausted=self.is_exhausted,
                late=self.late,
                pause=self.pause,
                asked=self.asked,
                wait=self._wait,
                others=and_(list(self.each.values())),
            )
        )

    @property
    def asked(self) -> Asked | None:
        """Whoever is being asked whether they are still on it."""
        clock, holder = self.open_clock(Promise.ATTENTION), self.incident.acknowledged_by
        if clock is None or holder is None or self.now is None or clock.at_risk_at > self.now:
            return None
        until = max(clock.target_at, self.now)
        then = self.if_handed_back(at=until)
        return Asked(str(holder), clock.target_at, holder.pk == self.reader_id, then)

    @property
    def _wait(self) -> Wait | None:
        """What keeps the next call waiting, if a person does: the longest."""
        call = self.next_call
        if call is None:
            return None
        return next((one for one in self.waits if one.covers(call.promise)), None)

    @property
    def late(self) -> Late | None:
        """The worst promise that is past its time, unless somebody is about to be called for it."""
        call, now = self.next_call, self.now
        if now is None or not self.incident.is_open:
            return None
        if call and call.promise == Promise.ACKNOWLEDGE and call.at - now <= IMMINENT:
            return None
        for promise in LATE:
            clock = self.open_clock(Promise(promise))
            if promise == Promise.ACKNOWLEDGE and self.incident.is_left:
                continue  # that promise was kept once
            if clock and clock.target_at <= now - LATE_FROM:
                return Late(promise, clock.target_at, str(clock.role or ""))
        return None

    @property
    def last_unanswered(self) -> LastCall | None:
        """The latest call to whoever was called last for what still is to do, and is silent."""
        waiting = self._unanswered(*Promise)
        if not waiting:
            return None
        person_id = waiting[-1].notification.person_id
        theirs = [
            told
            for told in self.told
            if told.notification.person_id == person_id and told.sent_at and told.channel
        ]
        return self._last_call(max(theirs, key=_sent))

    def unanswered_for(self, promise: Promise) -> tuple[LastCall, ...]:
        """The latest call to each person who was called for this open promise and is silent."""
        latest = {told.notification.person_id: told for told in self._unanswered(promise)}
        return tuple(self._last_call(told) for told in sorted(latest.values(), key=_sent))

    def _unanswered(self, *promises: Promise) -> list["Told"]:
        """Calls that were made for these open promises and have no answer, oldest first."""
        found = []
        for told in self.told:
            run = told.notification.run
            if told.notification.purpose:  # they were told, and nobody waits for their answer
                continue
            if run is not None and (
                not run.clock.is_open or Promise(run.clock.promise) not in promises
            ):
                continue
            if not told.notification.answer and told.sent_at and told.channel:
                found.append(told)
        return sorted(found, key=_sent)

    def _last_call(self, told: "Told") -> LastCall:
        person = told.notification.person
        who = self._named(person.pk, person.full_name)
        verb = told.channel.verb_past if told.channel else CALLED
        return LastCall(_sent(told), who, verb)

    @property
    def mine(self) -> Told | None:
        """The reader's own call that waits for their answer."""
        return next(
            (
                told
                for told in self.told
                if told.notification.person_id == self.reader_id
                and not told.notification.answer
                and not told.notification.asked_by_id
            ),
            None,
        )

    @property
    def asked_of_me(self) -> list[Notification]:
        """What colleagues asked the reader by hand, and waits for an answer."""
        return [
            told.notification
            for told in self.told
            if told.notification.person_id == self.reader_id
            and told.notification.asked_by_id
            and not told.notification.answer
        ]

    @property
    def mine_at(self) -> datetime | None:
        """When the reader will be called if nobody acknowledges before; None if not planned."""
        for promise, call in self.upcoming:
            called = {person.person_id for person in call.people}
            if promise == Promise.ACKNOWLEDGE and self.reader_id in called:
                return call.at
        return None

    def _named(self, person_id: int, full_name: str) -> str:
        return phrase("you") if person_id == self.reader_id else full_name


def _sent(told: Told) -> datetime:
    return told.sent_at or told.notification.created_at


def calls_for(
    incidents: Sequence[Incident],
    *,
    now: datetime,
    ahead: int = 4,
    also: Wanted = NOTHING,
    reader_id: int = 0,
) -> dict[int, Calls]:
    """The calls of these incidents by primary key; a constant number of queries.

    `ahead` bounds how many planned calls are worked out for each climb; `also` is loaded into their
    directory for the caller's own questions; `reader_id` is told of themselves as "you".
    """
    found = {incident.pk: Calls(incident, reader_id, now) for incident in incidents}
    if not found:
        return found
    _add_clocks(found)
    _add_told(found)
    _add_climbs(found, incidents, now=now, ahead=ahead, also=also)
    return found


def _add_clocks(found: dict[int, Calls]) -> None:
    for clock in _clocks(frozenset(found)):
        found[clock.incident_id].clocks.append(clock)


def _add_told(found: dict[int, Calls]) -> None:
    notifications = _notifications(frozenset(found))
    messages = _messages_by_notification(notification.pk for notification in notifications)
    for notification in notifications:
        best = min(messages[notification.pk], key=_how_far, default=None)
        found[notification.incident_id].told.append(
            Told(
                notification,
                Channel(best.contact_point.channel) if best else None,
                MessageState(best.state) if best else None,
                best.sent_at if best else None,
                best.not_before if best else None,
            )
        )


def _messages_by_notification(ids: Iterable[int]) -> dict[int, list[Message]]:
    by_notification: dict[int, list[Message]] = defaultdict(list)
    wanted = frozenset(ids)
    for message in _messages(wanted) if wanted else ():
        by_notification[message.topic_id].append(message)
    return by_notification


@compiled
def _clocks(incidents: Ids) -> QuerySet[ResponseClock]:
    clocks = ResponseClock.objects.filter(incident__in=incidents).select_related("role")
    return clocks.order_by("-started_at", "-pk")


@compiled
def _notifications(incidents: Ids) -> QuerySet[Notification]:
    made = Notification.objects.filter(incident__in=incidents)
    told = made.exclude(purpose__startswith="part ")  # they were not told, they only read on
    return told.select_related("person", "run__clock", "asked_by").order_by("created_at", "pk")


@compiled
def _messages(notifications: Ids) -> QuerySet[Message]:
    found = Message.objects.filter(topic=Notification.TOPIC, topic_id__in=notifications)
    return found.select_related("contact_point").order_by("pk")


@compiled
def _runs(incidents: Ids) -> QuerySet[EscalationRun]:
    runs = EscalationRun.objects.filter(clock__incident__in=incidents)
    return runs.select_related("clock__role", "version").order_by("next_due_at", "pk")


def _how_far(message: Message) -> tuple[bool, datetime, int]:
    """Sent ones first, the earliest of them; else the earliest planned."""
    return (message.sent_at is None, message.sent_at or message.not_before, message.pk)


def _add_climbs(
    found: dict[int, Calls],
    incidents: Sequence[Incident],
    *,
    now: datetime,
    ahead: int,
    also: Wanted,
) -> None:
    runs = _runs(frozenset(found))
    climbing = {run.clock_id for run in runs if run.finished_at is None}
    for run in runs:
        is_over = run.finish_reason == FinishReason.EXHAUSTED and run.clock_id not in climbing
        if is_over and run.clock.is_open:
            found[run.clock.incident_id].is_exhausted |= run.clock.promise == Promise.ACKNOWLEDGE
    rows = policies.step_rows(run.version_id for run in runs)
    going = [run for run in runs if run.finished_at is None]
    rests = resting(runs, incidents)
    known = [*(run for run in rests.values() if run.finished_at), *going]
    detours = rerouting.detours_for(known, incidents, now=now)
    directory = circumstances.directory_for(
        runs, incidents, rows, now=now, ahead=LOOK_AHEAD, also=also | detours.wanted
    )
    urgencies = {step_id: row.urgency for step_id, row in rows.items()}
    rooms = {pk: tuple(room.name for room in row.rooms) for pk, row in rows.items() if row.rooms}
    windows = maintenance.going_on(maintenance.OF_STEPS, now=now)
    held = holding.in_force(list(found), now=now)
    for calls in found.values():
        calls.directory, calls.urgencies = directory, urgencies
        calls.rooms = {} if calls.incident.is_restricted else rooms
        calls.pause = maintenance.pause_of(calls.incident, windows, at=now)
        calls.waits = held.get(calls.incident.pk, ())
        calls.detours = detours.of.get(calls.incident.pk, ())
    for run in runs:
        if run.clock.is_open:
            calls = found[run.clock.incident_id]
            calls.each = {**calls.each, **_still_to_acknowledge(run, calls, rows)}
    for run in known:
        run.clock.incident = found[run.clock.incident_id].incident
    asked = circumstances.of_runs(going, rows, now=now, detours=detours, resting=known)
    _add_rests(found, rests, asked, rows)
    for run in going:
        calls = found[run.clock.incident_id]
        told_of = asked.about(run, calls.incident)
        calls.climbs.append(_climb(run, calls, rows, told_of, now=now, ahead=ahead))


def _add_rests(
    found: Mapping[int, Calls],
    rests: Mapping[int, EscalationRun],
    asked: circumstances.Circumstances,
    rows: Mapping[int, StepRow],
) -> None:
    for pk, run in rests.items():
        calls = found[pk]
        if calls.directory is None:
            raise ValueError("the directory is loaded before anything is foreseen")
        about = replace(asked.about(run, calls.incident), known=frozenset())
        calls.rest = Rest(run, about, rows, calls.directory, calls.pause, calls.waits)


def _still_to_acknowledge(
    run: EscalationRun, calls: Calls, rows: Mapping[int, StepRow]
) -> dict[int, str]:
    """Of a step that wants each of those it told: who has not answered, once somebody has it."""
    if run.clock.promise != Promise.ACKNOWLEDGE or calls.incident.acknowledged_at is None:
        return {}
    told = [one.notification for one in calls.told if one.notification.run_id == run.pk]
    return {
        one.person_id: one.person.full_name
        for one in told
        if not one.answer
        and one.step_id is not None
        and one.step_id in rows
        and rows[one.step_id].ack_mode == EACH
    }


def _climb(
    run: EscalationRun,
    calls: Calls,
    rows: Mapping[int, StepRow],
    told_of: About,
    *,
    now: datetime,
    ahead: int,
) -> Climb:
    promise = run.clock.promise
    plan = policies.plan_of(run, promise=promise)
    if calls.directory is None:
        raise ValueError("the directory is loaded before anything is foreseen")
    planned = summons.forecast(
        plan,
        _cursor(run, plan, calls, now=now),
        started_at=run.clock.started_at,
        steps=rows,
        directory=calls.directory,
        about=told_of,
        limit=ahead,
    )
    place = plan.occurrence(run.position)
    again = place is not None and place.loop < plan.repeats and len(plan.again) > 1
    return Climb(run, promise, planned, again)


def _cursor(run: EscalationRun, plan: Plan, calls: Calls, *, now: datetime) -> Cursor:
    """Where the climb stands; what falls into planned work, or is held, waits for the end."""
    due_at = run.next_due_at or now
    cursor = Cursor(run.position, timedelta(seconds=run.shift_seconds), due_at)
    ends = (
        calls.pause.ends_at if calls.pause else None,
        waits_until(calls.waits, run.clock.promise),
    )
    for until in filter(None, ends):
        cursor = put_off(plan, cursor, started_at=run.clock.started_at, until=until)
    return cursor
