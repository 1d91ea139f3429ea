"""What would happen if: the engine's own plan for an incident that nobody has, call by call."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.portal.sentences import Param, Sentence, listing, phrase, spoken
from incidents.enums import Promise
from incidents.logic import rule_words, summons
from incidents.logic import rules as sentences
from incidents.logic.plan import Cursor, first_cursor
from incidents.logic.routing import choose_policy
from incidents.logic.rules import RuleStep, Teller
from incidents.logic.summons import EACH, About, PlannedCall
from incidents.models import Incident, PolicyVersion
from incidents.queries import rules
from incidents.queries.privacy import ROLES, Ask, keeper_in
from incidents.queries.rules import FROM_THE_START, Read
from incidents.queries.standing import COMMANDER
from rosters.enums import Channel, SeverityLevel
from rosters.logic.directory import Candidate, Directory, PersonSpec
from rosters.models import Person, Service, StakeholderRole

HOUR = timedelta(hours=1)
AWAY_FOR = timedelta(days=60)
TITLE_LENGTH = 80
ANSWERERS = {
    1: "The first one called answers",
    2: "The second one called answers",
    3: "The third one called answers",
}
SHOWN = 24
"""So many calls are told one by one; then it is said that they go on."""


THEIR_CLOCK = spoken("It is {their_time} for {who}.")


@dataclass(frozen=True)
class Question:
    """What is supposed: an incident that begins at `at`, and who answers when.

    `answers`: the first, second, third person who is called answers `after` the call; 0 is nobody.
    `down`: a channel that carries nothing. `away`: somebody who is not there.
    """

    service: Service
    severity: int
    at: datetime
    answers: int = 0
    after: timedelta = timedelta(0)
    personal_data: bool = False
    down: str = ""
    away: Person | None = None


@dataclass(frozen=True)
class Event:
    """What happens at one instant, in sentences. `people`: who is called, by primary key.

    `after`: so long after the beginning.
    """

    at: datetime
    said: tuple[Sentence, ...]
    people: frozenset[int] = frozenset()
    skipped: bool = False
    after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Course:
    """Everything that would happen under one version of a policy, in the order of time."""

    version: PolicyVersion | None
    started_at: datetime
    events: tuple[Event, ...] = ()
    answered_at: datetime | None = None
    doubts: tuple[Sentence, ...] = ()

    @property
    def in_first_hour(self) -> int:
        """How many people are called in the first hour."""
        early = [one.people for one in self.events if one.at < self.started_at + HOUR]
        return len(frozenset[int]().union(*early))

    @property
    def answered_after(self) -> timedelta | None:
        return self.answered_at - self.started_at if self.answered_at else None

    @property
    def calls_nobody(self) -> bool:
        return not any(one.people for one in self.events)


@dataclass(frozen=True)
class Answer:
    """What would happen as the rules stand, and with another version if one was chosen."""

    question: Question
    live: Course
    other: Course | None = None

    @property
    def drill_title(self) -> str:
        """What is rehearsed when people do it together: "Nobody answers a SEV1 of Payments"."""
        who = ANSWERERS.get(self.question.answers, "Nobody answers")
        code = SeverityLevel(self.question.severity).code
        return f"{who} a {code} of {self.question.service.name}"[:TITLE_LENGTH]

    @property
    def courses(self) -> list[Course]:
        return [self.live, self.other] if self.other else [self.live]


def answer(question: Question, *, reader: Person, version: PolicyVersion | None = None) -> Answer:
    """What would happen, as `reader` reads it; nothing is written and nobody is called."""
    read = _supposed(question, reader, version)
    policy_id = choose_policy(
        read.routes,
        service_id=question.service.pk,
        severity=question.severity,
        impact_id=None,
        at=question.at,
    )
    live = read.versions.get(policy_id or 0)
    zone = ZoneInfo(reader.time_zone)
    other = _read_in(_course(question, read, version), zone) if version is not None else None
    return Answer(question, _read_in(_course(question, read, live), zone), other)


def versions_for(service: Service, severity: int, *, at: datetime) -> list[PolicyVersion]:
    """The versions of the policy that holds at `at`, drafts included, the newest first."""
    book = rules.book()
    policy_id = choose_policy(
        book.routes, service_id=service.pk, severity=severity, impact_id=None, at=at
    )
    found = PolicyVersion.objects.filter(policy=policy_id or 0).select_related("policy")
    return list(found.order_by("-number"))


def _supposed(question: Question, reader: Person, version: PolicyVersion | None) -> Read:
    """What is read for the day of the question, with what it supposes."""
    book = rules.book()
    if version is not None:
        more = rules.book(draft=version)
        book.steps.update(more.steps)
        book.rows.update(more.rows)
    roles = list(StakeholderRole.objects.filter(slug__in=(*ROLES, COMMANDER)))
    read = rules.read_around(book, [question.service], roles, reader=reader, now=question.at)
    return replace(read, directory=_changed(read.directory, question))


def _changed(directory: Directory, question: Question) -> Directory:
    people = {pk: _person(one, question) for pk, one in directory.people.items()}
    caches: dict[str, Any] = {"_present": {}, "_levels": {}, "_stretches": {}, "_contacts": {}}
    return replace(directory, people=people, **caches)


def _person(one: PersonSpec, question: Question) -> PersonSpec:
    if question.down:
        contacts = {
            urgency: tuple(way for way in some if way.channel != question.down)
            for urgency, some in one.contacts.items()
        }
        one = replace(one, contacts=contacts)
    if question.away is not None and one.person_id == question.away.pk:
        gone = (question.at - AWAY_FOR, question.at + AWAY_FOR)
        one = replace(one, away=(*one.away, gone))
    return one


def _course(question: Question, read: Read, version: PolicyVersion | None) -> Course:
    keeper = _keeper(question, read)
    if version is None:
        return Course(None, question.at, keeper)
    incident = Incident(
        service=question.service, severity=question.severity, detected_at=question.at
    )
    tellers = rules.tellers_of(version, incident, read, question.at)
    calls = tellers.get(Promise.ACKNOWLEDGE)
    first = _answering(question, calls) if calls else None
    events = [*keeper]
    for promise in FROM_THE_START:
        if promise in tellers and (promise != Promise.ACKNOWLEDGE or first is None):
            events += _events(tellers[promise], tellers[promise].clock.calls)
    if calls and first:
        events += _answered(calls, first)
    elif calls and calls.clock.again_at:
        events += _again(calls)
    shown = [
        replace(one, after=one.at - question.at) for one in sorted(events, key=lambda one: one.at)
    ]
    answered_at = first.at if first else None
    return Course(version, question.at, tuple(shown), answered_at, _doubts(shown, read.directory))


@dataclass(frozen=True)
class _Answered:
    """Who answers at `at`, having been called at this position."""

    at: datetime
    person: Candidate
    position: int


def _answering(question: Question, calls: Teller) -> _Answered | None:
    """When the chosen one of those who are called answers; None when nobody does."""
    order: dict[int, _Answered] = {}
    for call in calls.clock.calls:
        for one in call.people:
            answer = _Answered(call.at + question.after, one, call.position)
            order.setdefault(one.person_id, answer)
    return [*order.values()][question.answers - 1] if 0 < question.answers <= len(order) else None


def _answered(calls: Teller, first: _Answered) -> Iterator[Event]:
    """Every call until the answer, in whichever round; and those after it, where others must
    acknowledge too."""
    ahead = _foreseen(
        calls, calls.about, first_cursor(calls.clock.plan, started_at=calls.clock.started_at)
    )
    made, following = [], None
    for call in ahead:
        if call.at >= first.at and call.position > first.position:
            following = call
            break
        made.append(call)
    yield from _events(calls, made[:SHOWN])
    who: dict[str, Param] = {"who": first.person.full_name}
    if len(made) > SHOWN:
        said = Sentence("The calls go on like this until {who} answers.", who)
        yield Event(made[SHOWN].at, (said,))
    others = _others(calls, made, first)
    if not others:
        yield Event(first.at, (Sentence("{who} acknowledges. The calls stop.", who),))
        return
    words = "{who} acknowledges. The calls go on, for {others} must acknowledge too."
    yield Event(first.at, (Sentence(words, {**who, "others": listing(others.values())}),))
    if following is not None and following.position < len(calls.clock.plan.steps):
        known = replace(calls.about, known=frozenset({first.person.person_id}))
        cursor = Cursor(following.position, timedelta(0), following.at)
        rest = _foreseen(calls, known, cursor)
        round_one = itertools.takewhile(
            lambda one: one.position < len(calls.clock.plan.steps), rest
        )
        yield from _events(calls, list(round_one))


def _foreseen(calls: Teller, about: About, cursor: Cursor | None) -> Iterator[PlannedCall]:
    return summons.foreseen(
        calls.clock.plan,
        cursor,
        started_at=calls.clock.started_at,
        steps=calls.rows,
        directory=calls.directory,
        about=about,
    )


def _others(calls: Teller, made: Iterable[PlannedCall], first: _Answered) -> dict[int, str]:
    """Who was called by a step that wants each of them, and has not answered."""
    return {
        one.person_id: one.full_name
        for call in made
        if calls.rows[call.step_id].ack_mode == EACH
        for one in call.people
        if one.person_id != first.person.person_id
    }


def _events(teller: Teller, calls: Sequence[PlannedCall]) -> Iterator[Event]:
    for number, call in enumerate(calls):
        step = teller.step(number, call)
        if not call.people:
            yield Event(call.at, (step.said,), skipped=True)
            continue
        promise = teller.clock.promise
        again = 0 if promise == Promise.ACKNOWLEDGE else min(number, 1)
        pattern = rule_words.CALLS_BY_NAME[promise][again]
        said = (_told(pattern, step), *_local(call.people, call.at))
        yield Event(call.at, said, frozenset(one.person_id for one in call.people))


def _told(pattern: str, step: RuleStep) -> Sentence:
    params: dict[str, Param] = {
        "verb": step.verb,
        "who": listing(one.full_name for one in step.people),
        "reason": step.people[0].reason,
    }
    return Sentence(pattern, params)


def _read_in(course: Course, zone: ZoneInfo) -> Course:
    """The same without the clocks of those who have the reader's own time."""
    events = (
        replace(
            one,
            said=tuple(
                said
                for said in one.said
                if said.msgid != THEIR_CLOCK
                or said.params["their_time"] != f"{one.at.astimezone(zone):%H:%M}"
            ),
        )
        for one in course.events
    )
    return replace(course, events=tuple(events))


def _local(people: Iterable[Candidate], at: datetime) -> Iterator[Sentence]:
    """What their clocks say: "It is 11:05 for Aiko." """
    for one in people:
        theirs = at.astimezone(ZoneInfo(one.time_zone))
        yield Sentence(
            THEIR_CLOCK,
            {"their_time": f"{theirs:%H:%M}", "who": one.short_name},
        )


def _again(calls: Teller) -> Iterator[Event]:
    last = calls.target_phrase(calls.clock.plan.steps[-1].step_id)
    said = sentences.repeats(calls.clock.plan, last, calls.steps()[-1].verb)
    if said is not None and calls.clock.again_at is not None:
        yield Event(calls.clock.again_at, (said,))


def _keeper(question: Question, read: Read) -> tuple[Event, ...]:
    """Who is told at once that personal data may be at risk."""
    if not question.personal_data:
        return ()
    incident = Incident(service=question.service, severity=question.severity)
    role_ids = {role.slug: role.pk for role in read.roles}
    found = keeper_in(Ask(incident), role_ids, read.directory, now=question.at)
    if found is None:
        said = Sentence("Nobody looks after personal data now, so nobody hears of that at once.")
        return (Event(question.at, (said,), skipped=True),)
    said = Sentence(
        "Personal data may be at risk, so we also {verb} {who}, {reason}.",
        {
            "verb": Channel(found.contacts[0].channel).verb,
            "who": found.person.full_name,
            "reason": found.person.reason,
        },
    )
    told = (said, *_local([found.person], question.at))
    return (Event(question.at, told, frozenset({found.person.person_id})),)


def _doubts(events: Sequence[Event], directory: Directory) -> tuple[Sentence, ...]:
    """What may come otherwise: people of whom nobody knows that a number works."""
    found: dict[int, Sentence] = {}
    for pk in dict.fromkeys(pk for one in events for pk in sorted(one.people)):
        ways = directory.contacts(pk, urgency="urgent")
        if ways and not any(way.is_trusted for way in ways):
            who = directory.people[pk].full_name
            found[pk] = Sentence("Nobody has shown that a number of {who} works.", {"who": who})
    return tuple(found.values())


CHANNELS: Mapping[str, str] = {
    "phone": phrase("Phone calls"),
    "sms": phrase("Text messages"),
    "email": phrase("E-mail"),
    "chat": phrase("Chat"),
}
"""What may be down, in words."""
