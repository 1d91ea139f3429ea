"""A role is asked by hand, without a climb: its first person at once, the next when time is up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.portal import queue
from config.portal.sentences import phrase
from incidents.enums import Choose
from incidents.models import Notification, ResponseClock, RoleAssignment
from incidents.operations import clocks, wording
from incidents.queries import wordings
from incidents.queries.circumstances import about
from incidents.queries.deciding import wanted_for
from rosters.enums import Lane, Urgency
from rosters.logic import whys
from rosters.logic.directory import Candidate, Directory
from rosters.logic.drafts import MessageDraft
from rosters.models import Person
from rosters.operations import carriage
from rosters.queries.directory import Wanted, load_directory

IN_TURN = (Choose.ON_CALL, Choose.BACKUP, Choose.ALL)


@dataclass(frozen=True)
class Ask:
    """A role is asked for one clock. `purpose` says what for; `said` is what they read.

    `by` asked, with a note, and is never asked themselves.
    """

    clock: ResponseClock
    purpose: str
    said: str
    link: str
    by: Person | None = None
    note: str = ""


def next_in_turn(asks: Sequence[Ask], *, now: datetime) -> list[Candidate | None]:
    """Whoever is next of each role has been asked; None where nobody is left who can be reached.

    First whoever holds the role in the incident, then as the contact matrix has it: who is on
    call, the backup, everybody else. In a constant number of statements.
    """
    if not asks:
        return []
    known = _known(asks)
    directory = _directory(asks, known, now=now)
    found = [_next(ask, known, directory, now=now) for ask in asks]
    pairs = [(ask, one) for ask, one in zip(asks, found, strict=True) if one is not None]
    rows = [_notification(ask, one, now=now) for ask, one in pairs]
    Notification.objects.bulk_create(rows)
    carriage.plan_messages(
        [
            draft
            for (ask, one), row in zip(pairs, rows, strict=True)
            for draft in _drafts(ask, one, row, directory)
        ],
        now=now,
    )
    if rows:
        queue.wake("muster.carry")
    return found


@dataclass(frozen=True)
class _Known:
    """Who holds which role in which incident, and who was asked for what already."""

    holders: dict[tuple[int, int], int]
    asked: set[tuple[int, str, int]]


def _known(asks: Sequence[Ask]) -> _Known:
    incidents = {ask.clock.incident_id for ask in asks}
    held = RoleAssignment.objects.filter(incident__in=incidents, released_at__isnull=True)
    told = Notification.objects.filter(
        incident__in=incidents, purpose__in={ask.purpose for ask in asks}
    )
    return _Known(
        {
            (incident, role): person
            for incident, role, person in held.values_list("incident", "role", "person")
        },
        set(told.values_list("incident", "purpose", "person")),
    )


def _directory(asks: Sequence[Ask], known: _Known, *, now: datetime) -> Directory:
    roles = {ask.clock.role_id for ask in asks if ask.clock.role_id}
    wanted = wanted_for(roles, [ask.clock.incident for ask in asks])
    holders = Wanted(person_ids=frozenset(known.holders.values()))
    return load_directory(wanted | holders, starts_at=now, ends_at=now + timedelta(minutes=1))


def _next(ask: Ask, known: _Known, directory: Directory, *, now: datetime) -> Candidate | None:
    incident_id, asker = ask.clock.incident_id, ask.by.pk if ask.by else 0
    for one in _in_turn(ask, known, directory, now=now):
        was_asked = (incident_id, ask.purpose, one.person_id) in known.asked
        if one.person_id != asker and not was_asked:
            return one
    return None


def _in_turn(
    ask: Ask, known: _Known, directory: Directory, *, now: datetime
) -> Iterator[Candidate]:
    role_id, facts = ask.clock.role_id or 0, about(ask.clock.incident)
    holder_id = known.holders.get((ask.clock.incident_id, role_id))
    if holder_id is not None:
        for one in directory.for_person(holder_id, at=now):
            yield replace(one, reason=phrase(whys.ROLE_HERE, role=str(ask.clock.role)))
    for choose in IN_TURN:
        yield from directory.for_role(
            role_id,
            service_id=facts.service_id,
            team_id=facts.team_id,
            severity=facts.severity,
            at=now,
            choose=choose,
        )


def _notification(ask: Ask, one: Candidate, *, now: datetime) -> Notification:
    return Notification(
        incident=ask.clock.incident,
        person_id=one.person_id,
        reason=one.reason,
        purpose=ask.purpose,
        asked_by=ask.by,
        note=ask.note,
        created_at=now,
    )


def _drafts(
    ask: Ask, one: Candidate, row: Notification, directory: Directory
) -> Iterator[MessageDraft]:
    book = wordings.book()
    for contact in directory.contacts(
        one.person_id, urgency=Urgency.URGENT, severity=ask.clock.incident.severity
    ):
        worded = wording.asked(
            contact,
            one,
            ask.clock.incident,
            said=ask.said,
            link=ask.link,
            now=row.created_at,
            book=book,
        )
        yield MessageDraft(
            topic=Notification.TOPIC,
            topic_id=row.pk,
            subject_key=clocks.clock_key(ask.clock.pk),
            thread_key=f"incident:{ask.clock.incident_id}",
            person_id=one.person_id,
            contact_point_id=worded.contact_point_id,
            subject=worded.subject,
            body=worded.body,
            lane=Lane.ESCALATION,
            delay=worded.delay,
        )
