"""Sentences, simulator, "what happens next" and engine: to the minute and the name, for any rules.

`AGREEMENTS=1000 make test ARGS="-k any_rules"` tries more companies than the suite has time for.
"""

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.db import transaction

from config.portal import words
from config.portal.refusals import Refused
from config.portal.sentences import Sentence
from incidents.enums import Promise
from incidents.logic.summons import resolve
from incidents.models import EscalationRun, Incident, Notification
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from incidents.queries import rules, what_if
from incidents.queries.calls import Calls, calls_for
from incidents.queries.rules import FROM_THE_START, Rule
from incidents.queries.what_if import Course, Question
from rosters.models import Person
from tests.incidents.agreement import sources
from tests.incidents.agreement.companies import Company, companies
from tests.incidents.agreement.laying import lay_down
from tests.incidents.agreement.sources import MINUTE, Told, Way, as_read, names_in
from tests.world import World

pytestmark = pytest.mark.django_db

AGREEMENTS = int(os.environ.get("AGREEMENTS", "25"))
MOST = 10
"""So many ticks: the first round, the second, and the last step alone."""
AHEAD = 60


@contextmanager
def written_off() -> Iterator[None]:
    """Whatever is written inside is gone afterwards."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def test_any_rules_are_said_foreseen_and_carried_out_alike(world: World) -> None:
    @hypothesis.settings(
        max_examples=AGREEMENTS,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(companies)
    def check(company: Company) -> None:
        with written_off():
            try:
                lay_down(company, world)
            except Refused:
                hypothesis.reject()
            agree(company, world)

    check()


def agree(company: Company, world: World) -> None:
    now, reader = company.now, world.people[company.reader]
    rule = rules.of(world.service, company.severity, reader=reader, now=now)
    question = Question(world.service, company.severity, now)
    course = what_if.answer(question, reader=reader).live
    incident = declare(company, world)

    log = driven(incident, reader, now)

    the_page_says_what_the_engine_did(rule, reader, now, log)
    the_page_says_how(rule, reader, now, incident)
    the_page_says_what_repeats(rule, reader, now, incident)
    the_page_says_until_when(rule, world, company)
    the_calls_never_end_with_a_condition(rule, world, company)
    the_simulator_says_what_the_page_says(course, rule, reader, now)
    mails_say_what_came_next(incident, log)
    an_answer_ends_what_the_simulator_says(company, world)


def declare(company: Company, world: World) -> Incident:
    opening = Opening(title="Cards fail", severity=company.severity, service=world.service)
    return lifecycle.open_incident(opening, by=None, now=company.now)


def driven(incident: Incident, reader: Person, now: datetime) -> list[Told]:
    """What the engine did when nobody answered; before each tick, what was foreseen of it."""
    climbs = EscalationRun.objects.open().filter(clock__incident=incident).order_by("next_due_at")
    calls = calls_for([incident], now=now, ahead=AHEAD, reader_id=reader.pk)[incident.pk]
    foreseen = sources.of_next(calls)
    before = now
    for _ in range(MOST):
        run = climbs.first()
        if run is None or run.next_due_at is None:
            break
        the_next_sentence_names_them(calls, reader, before)
        expected = calls.next_call
        log_before = len(sources.of_engine(incident))
        engine.tick(now=run.next_due_at)
        before = run.next_due_at
        told = [one for one in sources.of_engine(incident)[log_before:] if one.names]
        if told:
            assert expected is not None
            at_once = {one.promise for one in told if one.at == told[0].at}
            assert expected.at == told[0].at
            assert expected.promise in at_once  # two clocks may be due in the same minute
        calls = calls_for([incident], now=before, ahead=AHEAD, reader_id=reader.pk)[incident.pk]
    log = sources.of_engine(incident)
    for promise in FROM_THE_START:
        mine = [one for one in log if one.promise == promise]
        assert mine == sources.first(foreseen, promise, len(mine))
    return log


def the_next_sentence_names_them(calls: Calls, reader: Person, now: datetime) -> None:
    """The one sentence of the incident's page: the first of whoever is next, and the minute."""
    call = next((call for _, call in calls.upcoming if call.people), None)
    if call is None:
        return
    said = as_read(calls.outlook.sentence, reader, now)
    one = call.people[0]
    assert ("you" if one.person_id == reader.pk else one.full_name) in said
    if not (calls.next_call and calls.next_call.is_first):
        assert words.moment(call.at, zone=ZoneInfo(reader.time_zone), now=now) in said


def the_page_says_what_the_engine_did(
    rule: Rule, reader: Person, now: datetime, log: list[Told]
) -> None:
    said = sources.of_rule(rule, reader, now)
    for promise in FROM_THE_START:
        mine = [one for one in said if one.promise == promise]
        did = sources.first(log, promise, len(mine))
        assert did == mine[: len(did)]
        assert len(did) == len(mine) or len(log) >= MOST


def the_page_says_how(rule: Rule, reader: Person, now: datetime, incident: Incident) -> None:
    """Phone, text or e-mail, at once or some minutes later: as the messages were planned."""
    for promise in FROM_THE_START:
        mine = [step for step in rule.ladder if step.promise == promise]
        for position, step in enumerate(mine):
            found = sources.ways_of(incident, promise, position)
            if not step.people or not found:
                continue
            planned = [found[one.short_name] for one in step.people]
            assert step.verb == planned[0][0].verb
            assert f"we {step.verb} " in as_read(step.said, reader, now).lower()
            if step.wakes:
                said = {way for one in step.also if (way := _way(one, reader, now))}
                assert said == {way for ways in planned for way in ways[1:]}


ALSO = re.compile(r"We also ([\w-]+) (\w+)\.")
LATER = re.compile(r"If there is no answer, we ([\w-]+) (\w+) (\d+) minutes? later\.")


def _way(said: Sentence, reader: Person, now: datetime) -> Way | None:
    text = as_read(said, reader, now)
    at_once, later = ALSO.fullmatch(text), LATER.fullmatch(text)
    found = later or at_once
    if found is None:
        return None
    name = reader.short_name if found[2] == "you" else found[2]
    return Way(name, found[1], int(later[3]) * MINUTE if later else timedelta(0))


TIMES = {"once more": 1, "twice more": 2}


def the_page_says_what_repeats(
    rule: Rule, reader: Person, now: datetime, incident: Incident
) -> None:
    """From which step it begins again, when, how often, and how the last step goes on."""
    if rule.repeats is None:
        assert not rule.calls
        return
    text = as_read(rule.repeats, reader, now)
    steps, loops = sources.rounds_of(incident, Promise.ACKNOWLEDGE)
    log = [one for one in sources.of_engine(incident) if one.promise == Promise.ACKNOWLEDGE]
    many = len(rule.calls)
    if len(log) > many:
        assert rule.again_after == log[many].at - now
    if "do not start again" in text:
        assert loops[many : many + 1] in ([], [1])
        assert steps[many:] == [many] * len(steps[many:])
    else:
        place = re.search(r"from step (\d+)", text)
        if len(steps) > many:
            assert steps[many] == (int(place[1]) if place else 1)
        again = re.search(r"We do this (once more|twice more|until)", text)
        assert again is not None
        run = EscalationRun.objects.get(
            clock__incident=incident, clock__promise=Promise.ACKNOWLEDGE
        )
        if run.finished_at and again[1] in TIMES:
            whole = [steps[loops.index(loop) :] for loop in range(1, TIMES[again[1]] + 1)]
            assert all(len(one) >= many - steps[many] + 1 for one in whole)
    every = re.search(r"every (\d+) minutes?, for ", text)
    alone = [one for one, loop in zip(log, loops, strict=True) if loop > _repeats(text)]
    for one, following in itertools.pairwise(alone):
        assert every is not None
        assert following.at - one.at == int(every[1]) * MINUTE
    if alone and not every:
        assert "every minute" in text or "call nobody" not in text


def _repeats(text: str) -> int:
    found = re.search(r"We do this (once more|twice more)", text)
    if found:
        return TIMES[found[1]]
    return 48 if "until somebody acknowledges" in text else 0


def the_page_says_until_when(rule: Rule, world: World, company: Company) -> None:
    """The same people would be called until then, and from then on others."""
    now = company.now
    if rule.version is None:
        return
    read = rules.load([world.service], reader=world.people[company.reader], now=now)
    incident = Incident(service=world.service, severity=company.severity, detected_at=now)
    tellers = rules.tellers_of(rule.version, incident, read, now)
    for teller in tellers.values():
        for call, step in zip(teller.clock.calls, teller.steps(), strict=True):
            until = step.names.params.get("until_at") if step.names else None
            if not isinstance(until, datetime):
                continue
            row = read.rows[call.step_id]

            def who(at: datetime) -> set[int]:
                found = resolve(row, read.directory, about=teller.about, at=at)  # noqa: B023  # used here
                return {one.person_id for one in found}

            told = who(call.at)
            assert who(until - timedelta(seconds=1)) == told
            assert who(until) != told


def the_calls_never_end_with_a_condition(rule: Rule, world: World, company: Company) -> None:
    """Whatever was published: the last of the calls holds always."""
    if rule.version is None or not rule.calls:
        return
    read = rules.load([world.service], reader=world.erin, now=company.now)
    incident = Incident(service=world.service, severity=company.severity, detected_at=company.now)
    calls = rules.tellers_of(rule.version, incident, read, company.now)[Promise.ACKNOWLEDGE]
    assert calls.rows[calls.clock.plan.steps[-1].step_id].conditions.are_none


def the_simulator_says_what_the_page_says(
    course: Course, rule: Rule, reader: Person, now: datetime
) -> None:
    said = [
        (now + step.wait, frozenset(one.short_name for one in step.people), not step.people)
        for step in rule.ladder
    ]
    assert sources.of_course(course, reader) == said
    for event in course.events:
        if event.people:
            told = Person.objects.filter(pk__in=event.people)
            text = as_read(event.said, reader, now)
            for one in told:
                local = event.at.astimezone(ZoneInfo(one.time_zone))
                own = event.at.astimezone(ZoneInfo(reader.time_zone))
                is_told = f"{local:%H:%M}" != f"{own:%H:%M}"
                assert (f"It is {local:%H:%M} for {one.short_name}." in text) is is_told


IF_NOT = re.compile(r"If you do not acknowledge by (.+?), we call (.+?)\.\n")


def mails_say_what_came_next(incident: Incident, log: list[Told]) -> None:
    """Who is called next, and by when, as whoever was called reads it in their own zone."""
    calls = [one for one in log if one.promise == Promise.ACKNOWLEDGE]
    for position, person, body in sources.of_mails(incident):
        found = IF_NOT.search(body)
        following = next((one for one in calls if one.position > position and one.names), None)
        if found and following:
            [name] = names_in(found[2])
            zone = ZoneInfo(person.time_zone)
            written_at = next(one.at for one in calls if one.position == position)
            by = words.moment(following.at, zone=zone, now=written_at)
            assert (found[1], name in following.names) == (by, True)
            assert name != person.short_name


def an_answer_ends_what_the_simulator_says(company: Company, world: World) -> None:
    """The one who is said to answer does: nobody else is called than the simulator says."""
    now, reader = company.now, world.people[company.reader]
    question = Question(
        world.service,
        company.severity,
        now,
        answers=company.answers,
        after=company.after * MINUTE,
    )
    course = what_if.answer(question, reader=reader).live
    if course.answered_at is None:
        return
    answers = [as_read(one.said, reader, now) for one in course.events if not one.people]
    [end] = [said for said in answers if " acknowledges. " in said]
    incident = declare(company, world)
    climbs = EscalationRun.objects.open().filter(clock__incident=incident).order_by("next_due_at")
    for _ in range(MOST):
        run = climbs.first()
        due = run.next_due_at if run else None
        is_called = _is_called(incident, names_in(end)[0])
        if due is None or due > course.answered_at or (due == course.answered_at and is_called):
            break
        engine.tick(now=due)
    if due is not None and due < course.answered_at:
        return  # it would take too many ticks
    by = Person.objects.get(full_name=f"{names_in(end)[0]} Example")
    lifecycle.acknowledge(incident, by=by, now=course.answered_at)
    waits = climbs.filter(clock__promise=Promise.ACKNOWLEDGE)
    goes_on = waits.exists()
    assert goes_on == ("The calls go on" in end) or climbs.count() == 0
    for _ in range(MOST):
        run = climbs.first()
        if run is None or run.next_due_at is None or not waits.exists():
            break
        engine.tick(now=run.next_due_at)
    did = [
        (one.at, one.names)
        for one in sources.of_engine(incident)
        if one.promise == Promise.ACKNOWLEDGE and one.names
    ]
    said = [(at, names) for at, names, _ in sources.of_course(course, reader, of_calls=True)]
    last = len(said) if goes_on else max(len(said), len(did))
    assert did[:last] == said


def _is_called(incident: Incident, name: str) -> bool:
    """Whether they were called to acknowledge: what another clock says to them comes beside it."""
    called = Notification.objects.filter(incident=incident, person__short_name=name)
    return called.filter(run__clock__promise=Promise.ACKNOWLEDGE).exists()
