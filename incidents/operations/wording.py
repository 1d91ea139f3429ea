"""The words of a summons, for the channel that will carry them and the person who reads them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from config.portal import languages, words
from config.portal.sentences import Param, Sentence, phrase, spoken
from incidents.enums import Promise
from incidents.logic import messages
from incidents.logic.handing_back import Then
from incidents.logic.messages import Call
from incidents.logic.summons import PlannedCall, RoomSpec
from incidents.logic.wordings import SHIPPED, Book
from incidents.models import Incident, ResponseClock
from rosters.enums import Channel, SeverityLevel
from rosters.logic import whys
from rosters.logic.directory import Candidate, Contact
from rosters.models import ContactPoint, Person

SITUATIONS: Mapping[str, str] = {
    Promise.CONTAIN: "It is not contained yet.",
    Promise.RESOLVE: "It is not resolved yet.",
    Promise.UPDATE: "The status update is late.",
    Promise.REVIEW: "The review is not published yet.",
    Promise.FILL_ROLE: "Nobody is {role} in it yet.",
    Promise.ROOT_CAUSE: "Its cause is not known yet.",
    Promise.DECIDE: "A question about it waits for an answer.",
    Promise.ATTENTION: "Nobody says that they are still on it.",
    Promise.REPORT: "An authority must be told, and nobody has noted that.",
}
spoken(SITUATIONS)
RESTRICTED = spoken("A restricted incident")
STILL = spoken("Still on it? Without your answer by {by} the calls go on.")
STILL_THEN, STILL_NOBODY = spoken(
    (
        "Still on it? Without your answer by {by} we call whoever is then {role}.",
        "Still on it? Without your answer by {by} nobody has it, and we can call nobody.",
    )
)
"""Whom we call can change until then, so these say which role they have; the page says who."""
SAY_STILL, ANSWER_HERE = spoken(("Say here that you are still on it", "Answer here"))
ASKS = spoken((messages.ACKNOWLEDGE, messages.READ_MORE))
A_REFERENCE = "INC-0"
SHORT = frozenset({Channel.SMS, Channel.PHONE})
"""What these carry has words of its own; nothing long is written for them."""
SUBJECT_LENGTH = 200
LOOKING = phrase(whys.LOOKING)
"""What the messages about a notification are filed under."""
WANTED = phrase(whys.WANTED)


@dataclass(frozen=True)
class Worded:
    """One message, worded."""

    contact_point_id: int
    delay: timedelta
    subject: str
    body: str
    is_spare: bool = False


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is worded inside is in the language of its receiver, whoever acts."""
    with translation.override(languages.known(language)):
        yield


def _in_language(book: Book) -> Book:
    """The same words; those that Muster came with in the language that is spoken."""
    language = translation.get_language() or "en"
    return book if language == "en" else replace(book, shipped=_shipped(language))


@lru_cache(maxsize=8)
def _shipped(_language: str) -> Mapping[tuple[str, str], str]:
    return {key: words.translated(text) for key, text in SHIPPED.items()}


@dataclass(frozen=True)
class Speaker:
    """Words the calls of one batch, as at `now`.

    What is said of a minute, or of a zone, it finds once for each language.
    """

    book: Book
    now: datetime
    _minutes: dict[tuple[str, str, int], str] = field(default_factory=dict)
    _zones: dict[tuple[str, int], str] = field(default_factory=dict)

    def word(
        self,
        contacts: Sequence[Contact],
        person: Candidate,
        clock: ResponseClock,
        next_call: PlannedCall | None,
    ) -> tuple[Worded, ...]:
        """What `person` reads or hears through each contact: in their language and their zone."""
        if clock.promise == Promise.FILL_ROLE:
            person = replace(person, reason=WANTED)
        with speaking(person.language):
            call = _call(person, clock, next_call)
            book = _in_language(self.book)
            subject = messages.subject(call, book=book) if contacts else ""
            bodies: dict[str, str] = {}
            for channel in {one.channel for one in contacts}:
                more = {} if channel in SHORT else self._more(call, person, clock, next_call)
                bodies[channel] = _body(channel, call, more, book=book)
        return tuple(
            Worded(one.contact_point_id, one.delay, subject, bodies[one.channel], one.is_spare)
            for one in contacts
        )

    def _more(
        self, call: Call, person: Candidate, clock: ResponseClock, next_call: PlannedCall | None
    ) -> dict[str, str]:
        """What long messages say beside it: when it began, and whom we call next, and when."""
        incident, zone = clock.incident, person.time_zone
        more = {
            "detected": self._instant(incident.detected_at, person),
            "zone": self._zone(zone, clock.started_at),
            "next": "",
        }
        if call.may_answer and next_call and call.next_name:
            more["due"] = self._instant(next_call.at, person)
            more["next"] = _others(person, next_call)[0].full_name
        return more

    def _instant(self, at: datetime, person: Candidate) -> str:
        asked = (person.language, person.time_zone, _minute(at))
        if asked not in self._minutes:
            self._minutes[asked] = _instant(at, ZoneInfo(person.time_zone), now=self.now)
        return self._minutes[asked]

    def _zone(self, zone: str, at: datetime) -> str:
        asked = (zone, _minute(at))
        if asked not in self._zones:
            self._zones[asked] = words.zone_name(ZoneInfo(zone), now=at)
        return self._zones[asked]


def _minute(at: datetime) -> int:
    """The minute in which it is: no words say more of an instant."""
    return int(at.timestamp() // 60)


def put(contact: Contact, call: Call, more: Mapping[str, str], *, book: Book) -> Worded:
    """The call as this channel carries it; `more` is what long messages say beside it.

    In the language that is spoken: see `speaking`.
    """
    book = _in_language(book)
    body = _body(contact.channel, call, more, book=book)
    subject = messages.subject(call, book=book)
    return Worded(contact.contact_point_id, contact.delay, subject, body, contact.is_spare)


def _body(channel: str, call: Call, more: Mapping[str, str], *, book: Book) -> str:
    if channel == Channel.SMS:
        link_length = len(settings.PUBLIC_URL) + len("/a/") + messages.LINK_LENGTH + len("/")
        return messages.sms(call, link_length=link_length, book=book)
    if channel == Channel.PHONE:
        return messages.voice(call, book=book)
    return messages.written(call, more, book=book)


def _call(person: Candidate, clock: ResponseClock, next_call: PlannedCall | None) -> Call:
    others = _others(person, next_call)
    return call_of(
        clock.incident,
        person,
        situation=_situation(clock),
        may_answer=clock.promise == Promise.ACKNOWLEDGE,
        next_name=others[0].short_name if others else "",
    )


def _situation(clock: ResponseClock) -> str:
    said = SITUATIONS.get(clock.promise, "")
    return words.translated(said).format(role=clock.role or "") if said else ""


def _others(person: Candidate, next_call: PlannedCall | None) -> list[Candidate]:
    """Whom the next call reaches besides this person: nobody is told that we call them instead."""
    found = next_call.people if next_call else ()
    return [one for one in found if one.person_id != person.person_id]


def for_room(
    room: RoomSpec,
    clock: ResponseClock,
    told: Sequence[Candidate],
    next_call: PlannedCall | None,
    *,
    now: datetime,
) -> tuple[str, str]:
    """Subject and body for a room: what it is, whom we call, who is next. Nobody need answer.

    Times are in the zone of the room's team; several people read it, so it is in English.
    """
    with speaking(languages.known("")):
        return _for_room(room, clock, told, next_call, now=now)


def _for_room(
    room: RoomSpec,
    clock: ResponseClock,
    told: Sequence[Candidate],
    next_call: PlannedCall | None,
    *,
    now: datetime,
) -> tuple[str, str]:
    incident, zone = clock.incident, ZoneInfo(room.zone)
    reader = Candidate(0, "", "", room.zone, "")
    situation = _situation(clock)
    call = call_of(incident, reader, situation=situation)
    said = [f"{one.full_name}, {one.reason}" for one in told]
    lines = [
        Sentence("{title}.", {"title": call.title.rstrip(".")}),
        Sentence("Detected at {detected_at}.", {"detected_at": incident.detected_at}),
        Sentence("{situation}", {"situation": situation}) if situation else None,
        Sentence("We call {who}.", {"who": "; ".join(said)})
        if said
        else Sentence("Nobody whom this step calls could be reached.", {}),
        _who_is_next(clock, next_call),
    ]
    parts = [words.as_text(one, zone=zone, now=now) for one in lines if one]
    zone_line = f"Times are in {words.zone_name(zone, now=now)}."
    link = f"To take it, or to read more:\n{call.incident_link}"
    return messages.subject(call)[:SUBJECT_LENGTH], "\n\n".join([*parts, link, zone_line])


def _who_is_next(clock: ResponseClock, next_call: PlannedCall | None) -> Sentence | None:
    if clock.promise != Promise.ACKNOWLEDGE or next_call is None or not next_call.people:
        return None
    who = " and ".join(one.full_name for one in next_call.people)
    params: dict[str, Param] = {"due_at": next_call.at, "who": who}
    return Sentence("If nobody acknowledges by {due_at}, we call {who}.", params)


def call_of(
    incident: Incident,
    person: Candidate,
    *,
    situation: str,
    may_answer: bool = False,
    next_name: str = "",
) -> Call:
    """What one person is told of an incident; of a restricted one not what it is about."""
    reference = incident.reference
    code, word = _level(incident.severity)
    return Call(
        reference=reference,
        severity_code=code,
        severity_word=words.translated(word),
        title=words.translated(RESTRICTED) if incident.is_restricted else incident.title,
        reason=words.in_words(person.reason),
        may_answer=may_answer,
        situation=situation,
        next_name=next_name,
        incident_link=settings.PUBLIC_URL + _page().replace(A_REFERENCE, reference),
        ask=words.translated(ASKS[0] if may_answer else ASKS[1]),
    )


@cache
def _level(severity: int) -> tuple[str, str]:
    """What people call it, asked once for each of the four."""
    level = SeverityLevel(severity)
    return level.code, level.word


def get_ready() -> None:
    """What wording needs of the whole portal's addresses is there. The first time takes a second.

    Before a transaction is open: the database ends one that says nothing for so long.
    """
    _page()


@cache
def _page() -> str:
    """Where an incident's page is, asked once: a storm words thousands of calls in a second."""
    return reverse("incidents:detail", args=[A_REFERENCE])


def still_on_it(
    contact: Contact,
    person: Candidate,
    incident: Incident,
    *,
    until: datetime,
    then: Then | None,
    now: datetime,
    book: Book,
) -> Worded:
    """Whoever acknowledged is asked whether they are still on it, with one press to answer.

    `then` is whom we call without an answer, as far as that is known.
    """
    asked = replace(person, reason="")
    with speaking(person.language):
        by = words.clock(until, zone=ZoneInfo(person.time_zone))
        call = replace(
            call_of(incident, asked, situation=""),
            incident_link=messages.ANSWER_LINK,
            ask=words.translated(SAY_STILL),
        )
        more = reading(asked, incident, now=now)
        said = _if_silent(then, by=by)
        found = [put(contact, replace(call, situation=one), more, book=book) for one in said]
        # a role of many words would push the question itself out of one text message
        return next((one for one in found if said[0] in one.body), found[-1])


def _if_silent(then: Then | None, *, by: str) -> tuple[str, ...]:
    """What follows without an answer, and in short."""
    short = words.translated(STILL).format(by=by)
    if then is None:
        return (short,)
    if then.is_nobody:
        return (words.translated(STILL_NOBODY).format(by=by), short)
    role = words.in_words(then.reason)
    return (words.translated(STILL_THEN).format(by=by, role=role), short)


def told(
    contact: Contact,
    person: Candidate,
    incident: Incident,
    *,
    said: str,
    now: datetime,
    book: Book,
) -> Worded:
    """Somebody is told `said` of an incident, and need not answer."""
    with speaking(person.language):
        call = call_of(incident, person, situation=words.in_words(said))
        return put(contact, call, reading(person, incident, now=now), book=book)


def asked(
    contact: Contact,
    person: Candidate,
    incident: Incident,
    *,
    said: str,
    link: str,
    now: datetime,
    book: Book,
) -> Worded:
    """Somebody is asked `said`, and answers at `link`, where they sign in."""
    with speaking(person.language):
        call = replace(
            call_of(
                incident, person, situation="" if incident.is_restricted else words.in_words(said)
            ),
            incident_link=settings.PUBLIC_URL + link,
            ask=words.translated(ANSWER_HERE),
        )
        return put(contact, call, reading(person, incident, now=now), book=book)


def rested(
    point: ContactPoint,
    person: Person,
    incident: Incident,
    *,
    by: Person,
    now: datetime,
    book: Book,
) -> Worded:
    """Somebody who was called hears that `by` has it, in the time of their own zone."""
    zone = ZoneInfo(person.time_zone)
    reader = Candidate(person.pk, person.full_name, person.short_name, person.time_zone, "")
    with speaking(person.language):
        call = call_of(incident, reader, situation="")
        at, zone_name = words.clock(now, zone=zone), words.zone_name(zone, now=now)
        rest = messages.Rest(call, str(by), at, zone_name, _in_language(book))
        body = rest.sms if point.channel == Channel.SMS else rest.written
        return Worded(point.pk, timedelta(0), rest.subject, body)


def reading(person: Candidate, incident: Incident, *, now: datetime) -> dict[str, str]:
    """What long messages say of the times, in the person's own zone."""
    zone = ZoneInfo(person.time_zone)
    detected = _instant(incident.detected_at, zone, now=now)
    return {"detected": detected, "zone": words.zone_name(zone, now=now)}


def _instant(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """A clock time; of another day than today, with its day."""
    return words.as_text(Sentence("{its_at}", {"its_at": at}), zone=zone, now=now)
