"""An acknowledgement does not last for ever: whoever gave it is asked whether they are still on it.

They are asked at `at_risk_at` of their clock, with one press to answer. What follows from their
answer, or from none, stands in `attending`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from config.portal import queue
from config.portal.sentences import phrase
from incidents.enums import EntryKind, Promise
from incidents.logic import attention
from incidents.logic.handing_back import Then
from incidents.logic.targets import Due
from incidents.logic.wordings import Book
from incidents.models import Incident, Notification, ResponseClock, TimelineEntry
from incidents.operations import clocks, timeline, wording
from incidents.queries import policies, wordings
from incidents.queries.attention import Shifts, shifts_of
from incidents.queries.calls import Calls, calls_for
from rosters.enums import Lane, Urgency
from rosters.logic.directory import Candidate
from rosters.logic.drafts import MessageDraft
from rosters.operations import carriage

NEWCOMER = "shift change"
LATE = timedelta(seconds=60)
LOOK_AHEAD = timedelta(minutes=1)


def begin(incident: Incident, *, now: datetime) -> None:
    """From `now` on we count until whoever acknowledged is asked; the caller holds the lock.

    Without a target for this severity nobody is asked.
    """
    book = policies.book([Promise.ATTENTION])
    stretch = clocks.CONTAINED_STRETCH if incident.contained_at else 1
    promised = clocks.due_by(book, incident, Promise.ATTENTION, now=now, stretch=stretch)
    holder = incident.acknowledged_by_id
    if promised is None or holder is None:
        return
    until = promised.target_at
    shifts = shifts_of([incident], people=[holder], starts_at=now, ends_at=until)
    shift_ends_at = shifts.ends_at(incident, holder, now=now, until=until)
    due = attention.due(promised, shift_ends_at=shift_ends_at)
    clocks.begin_all([clocks.Begun(incident, Promise.ATTENTION, due)], book, now=now)


def was_asked() -> Exists:
    """Of a clock in a query: whether somebody has been asked for it."""
    purpose = Concat(Value(f"{attention.PURPOSE} "), Cast(OuterRef("pk"), CharField()))
    return Exists(Notification.objects.filter(incident=OuterRef("incident"), purpose=purpose))


def ask(due: Sequence[ResponseClock], *, now: datetime) -> None:
    """Whoever acknowledged is asked, once for each of these clocks; the caller holds their locks.

    A constant number of statements.
    """
    _wait_for_those_asked_late(due, now=now)
    shifts = shifts_of(
        [clock.incident for clock in due],
        people=[clock.incident.acknowledged_by_id or 0 for clock in due],
        starts_at=min(clock.at_risk_at for clock in due) - LOOK_AHEAD,
        ends_at=now + LOOK_AHEAD,
    )
    known = calls_for([clock.incident for clock in due], now=now)
    asking = _Asking(shifts, known, wordings.book())
    _write([_question(clock, asking, now=now) for clock in due], now=now)


def _wait_for_those_asked_late(due: Sequence[ResponseClock], *, now: datetime) -> None:
    late = [clock for clock in due if clock.at_risk_at < now - LATE]
    for clock in late:
        promised = Due(clock.target_at, clock.at_risk_at)
        clock.target_at = attention.asked_late(promised, now=now).target_at
    if late:
        ResponseClock.objects.bulk_update(late, ["target_at"])


@dataclass(frozen=True)
class _Asking:
    """What the questions of one sweep share: who is on call, whom we would call, and the words."""

    shifts: Shifts
    known: Mapping[int, Calls]
    book: Book

    def if_silent(self, clock: ResponseClock) -> Then | None:
        """Whom we call without an answer."""
        return self.known[clock.incident_id].if_handed_back(at=clock.target_at)


@dataclass(frozen=True)
class _Word:
    """One person who is told something, by which ways, in which words."""

    notification: Notification
    contacts: tuple[wording.Worded, ...]


@dataclass(frozen=True)
class _Question:
    """Whom we ask about one clock, and who is told that they have it."""

    clock: ResponseClock
    asked: _Word
    newcomers: tuple[_Word, ...]
    entries: tuple[TimelineEntry, ...]


def _question(clock: ResponseClock, asking: _Asking, *, now: datetime) -> _Question:
    incident, shifts = clock.incident, asking.shifts
    holder = incident.acknowledged_by
    if holder is None:
        raise ValueError(f"nobody acknowledged {incident.reference}")
    came = shifts.newcomers(incident, holder.pk, asked_at=clock.at_risk_at, now=now)
    told = () if incident.is_restricted else came  # who has no part in it learns nothing of it
    entry = timeline.draft(
        incident,
        EntryKind.ATTENTION_ASKED,
        at=now,
        who=str(holder),
        until_at=clock.target_at.isoformat(),
        **({"what": "shift"} if came else {}),  # type: ignore[arg-type]  # words alone
    )
    return _Question(
        clock,
        _asked(clock, asking, now=now),
        tuple(_newcomer(one, clock, asking, now=now) for one in told),
        (
            entry,
            *(
                timeline.draft(
                    incident, EntryKind.TOLD, at=now, who=one.full_name, reason=one.reason
                )
                for one in told
            ),
        ),
    )


def _asked(clock: ResponseClock, asking: _Asking, *, now: datetime) -> _Word:
    """Whoever acknowledged is asked, by what is urgent; who cannot be reached reads it here."""
    incident, directory = clock.incident, asking.shifts.directory
    then = asking.if_silent(clock)
    holder_id = incident.acknowledged_by_id or 0
    notification = Notification(
        incident=incident,
        person_id=holder_id,
        reason=wording.LOOKING,
        purpose=f"{attention.PURPOSE} {clock.pk}",
        created_at=now,
    )
    contacts = directory.contacts(holder_id, urgency=Urgency.URGENT, severity=incident.severity)
    worded = tuple(
        wording.still_on_it(
            contact,
            person,
            incident,
            until=clock.target_at,
            then=then,
            now=now,
            book=asking.book,
        )
        for person in directory.for_person(holder_id, at=now)
        for contact in contacts
    )
    return _Word(notification, worded)


def _newcomer(person: Candidate, clock: ResponseClock, asking: _Asking, *, now: datetime) -> _Word:
    """Whoever comes on call is told who has it. They need not do anything."""
    incident = clock.incident
    notification = Notification(
        incident=incident,
        person_id=person.person_id,
        reason=person.reason,
        purpose=f"{NEWCOMER} {clock.pk}",
        created_at=now,
    )
    said = phrase("{who} has it.", who=str(incident.acknowledged_by))
    contacts = asking.shifts.directory.contacts(
        person.person_id, urgency=Urgency.NORMAL, severity=incident.severity
    )
    worded = (
        wording.told(contact, person, incident, said=said, now=now, book=asking.book)
        for contact in contacts
    )
    return _Word(notification, tuple(worded))


def _write(questions: Sequence[_Question], *, now: datetime) -> None:
    words = [(one.clock, word) for one in questions for word in (one.asked, *one.newcomers)]
    Notification.objects.bulk_create(word.notification for _clock, word in words)
    carriage.plan_messages(
        [draft for clock, word in words for draft in _drafts(clock, word)], now=now
    )
    TimelineEntry.objects.bulk_create(entry for one in questions for entry in one.entries)
    queue.wake("muster.carry")


def _drafts(clock: ResponseClock, word: _Word) -> Iterator[MessageDraft]:
    for worded in word.contacts:
        yield MessageDraft(
            topic=Notification.TOPIC,
            topic_id=word.notification.pk,
            subject_key=clocks.clock_key(clock.pk),
            thread_key=f"incident:{clock.incident_id}",
            person_id=word.notification.person_id,
            contact_point_id=worded.contact_point_id,
            subject=worded.subject,
            body=worded.body,
            lane=Lane.ESCALATION,
            delay=worded.delay,
        )
