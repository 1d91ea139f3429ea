"""What each of the four says of the same incident: who is told, by which step, at which minute.

The sentences of the rules page, the simulator, "what happens next", and what the engine did.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.portal import words
from config.portal.sentences import Sentence
from incidents.enums import FiringOutcome, Promise
from incidents.logic.plan import Why
from incidents.models import EscalationRun, Incident, Notification, StepFiring
from incidents.queries.calls import Calls
from incidents.queries.policies import plan_of
from incidents.queries.rules import FROM_THE_START, Rule
from incidents.queries.what_if import Course
from rosters.enums import Channel, MessageState
from rosters.models import Message, Person

MINUTE = timedelta(minutes=1)
NAME = re.compile(r"\b([A-Z][a-z]+) Example\b")


@dataclass(frozen=True)
class Told:
    """One position of one climb: when it comes, and whom it tells; nobody, and why not."""

    promise: str
    position: int
    at: datetime
    names: frozenset[str]
    why: str = Why.TOLD


@dataclass(frozen=True)
class Way:
    """One message to one person: how, and how long after the call."""

    name: str
    verb: str
    after: timedelta


def names_in(text: str) -> list[str]:
    """Everybody whose full name stands in a text, in the order in which they stand."""
    return NAME.findall(text)


def as_read(said: Sentence | Iterable[Sentence], reader: Person, now: datetime) -> str:
    """Sentences as this person reads them."""
    return words.as_text(said, zone=ZoneInfo(reader.time_zone), now=now)


def of_rule(rule: Rule, reader: Person, now: datetime) -> list[Told]:
    """The page's own sentences: the minute in the margin, the names as they are written."""
    found = []
    for promise in FROM_THE_START:
        mine = [step for step in rule.ladder if step.promise == promise]
        for position, step in enumerate(mine):
            text = as_read(step.names, reader, now) if step.names else ""
            found.append(
                Told(promise, position, now + step.wait, frozenset(names_in(text)), step.why)
            )
    return found


def of_course(
    course: Course, reader: Person, *, of_calls: bool = False
) -> list[tuple[datetime, frozenset[str], bool]]:
    """What the simulator says of each call: when, whom its sentence names, and was it skipped.

    `of_calls`: only those that wait for an acknowledgement, and reach somebody.
    """
    found = []
    for event in course.events:
        said = as_read(event.said[0], reader, course.started_at)
        if of_calls and (not event.people or not said.startswith("We ")):
            continue
        if event.people or event.skipped:
            named = frozenset(names_in(said)) if event.people else frozenset()
            found.append((event.at, named, event.skipped))
    return found


def of_next(calls: Calls) -> list[Told]:
    """Everything that is foreseen, climb by climb."""
    return [
        Told(
            climb.promise,
            call.position,
            call.at,
            frozenset(one.short_name for one in call.people),
            call.why,
        )
        for climb in calls.climbs
        for call in climb.calls
    ]


OUTCOMES = {
    FiringOutcome.TOLD: Why.TOLD,
    FiringOutcome.NOBODY: Why.NOBODY,
    FiringOutcome.CONDITION: Why.CONDITION,
    FiringOutcome.KNOWN: Why.KNOWN,
}


def of_engine(incident: Incident) -> list[Told]:
    """The engine's own log: each position, when it was due and fired, and who was told by it."""
    told: dict[tuple[int | None, int], set[str]] = {}
    for one in Notification.objects.filter(incident=incident).select_related("person"):
        told.setdefault((one.run_id, one.position), set()).add(one.person.short_name)
    rows = StepFiring.objects.filter(run__clock__incident=incident).select_related("run__clock")
    found = []
    for row in rows.order_by("fired_at", "run", "position"):
        assert row.fired_at == row.due_at
        names = frozenset(told.get((row.run_id, row.position), ()))
        why = OUTCOMES[FiringOutcome(row.outcome)]
        found.append(Told(row.run.clock.promise, row.position, row.fired_at, names, why))
    return found


def rounds_of(incident: Incident, promise: str) -> tuple[list[int], list[int]]:
    """Which step each position was, counted from 1 in the order of time; and in which round."""
    run = EscalationRun.objects.select_related("version").get(
        clock__incident=incident, clock__promise=promise
    )
    numbers = [step_id for step_id, _seconds in run.plan]
    rows = run.firings.order_by("position")
    plan = plan_of(run, promise=promise)
    places = [plan.occurrence(row.position) for row in rows]
    return [numbers.index(row.step_id) + 1 for row in rows], [one.loop for one in places if one]


def ways_of(incident: Incident, promise: str, position: int) -> dict[str, list[Way]]:
    """By person the messages of one position that were planned, as they leave."""
    called = Notification.objects.filter(
        incident=incident, run__clock__promise=promise, position=position
    )
    by_pk = {one.pk: one for one in called.select_related("person")}
    rows = Message.objects.filter(topic="notification", topic_id__in=list(by_pk))
    found: dict[str, list[Way]] = {one.person.short_name: [] for one in by_pk.values()}
    planned = rows.exclude(state=MessageState.SUPPRESSED).select_related("contact_point")
    for row in planned.order_by("not_before", "pk"):
        call = by_pk[row.topic_id]
        verb = Channel(row.contact_point.channel).verb
        after = row.not_before - call.created_at
        found[call.person.short_name].append(Way(call.person.short_name, verb, after))
    return found


def of_mails(incident: Incident) -> list[tuple[int, Person, str]]:
    """What e-mails say to those who are called comes next: of which position, to whom, and how."""
    calls = Notification.objects.filter(
        incident=incident, run__clock__promise=Promise.ACKNOWLEDGE
    ).select_related("person")
    by_pk = {one.pk: one for one in calls}
    rows = Message.objects.filter(
        topic="notification", topic_id__in=list(by_pk), contact_point__channel=Channel.EMAIL
    )
    return [(by_pk[row.topic_id].position, by_pk[row.topic_id].person, row.body) for row in rows]


def first(found: Sequence[Told], promise: str, many: int) -> list[Told]:
    """The first round of one climb."""
    return [one for one in found if one.promise == promise][:many]
