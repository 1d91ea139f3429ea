"""What the page behind a message's link shows before anybody signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.portal import words
from config.portal.sentences import spoken
from incidents.enums import Answer, AnswerWay, Promise
from incidents.logic.access import State
from incidents.logic.attention import is_question
from incidents.logic.handing_back import Then
from incidents.logic.summons import PlannedCall
from incidents.models import Incident, Notification
from incidents.queries import calls, near_changes, standing
from rosters.enums import CALL
from rosters.logic import whys
from rosters.models import Message, Person
from rosters.queries.outbox import Answered
from runbooks.models import Runbook
from runbooks.queries import runbook_for

ANSWERED = {Answer.ACKNOWLEDGED: "Acknowledged", Answer.PASSED: "Passed on"}
"""What a receiver says themselves; that others were quicker is no answer of theirs."""
STILL = "Still on it"
WAYS = {
    AnswerWay.SMS: "by text message",
    AnswerWay.PHONE: "by a key on the phone",
    AnswerWay.CHAT: "in the chat",
}
"""How, where it was another way than the page behind the link."""
THIS, RESTRICTED = spoken(("this incident", "A restricted incident"))


@dataclass(frozen=True)
class Answering:
    """One call as its receiver sees it. `state` is ringing, mine, passed, taken or over.

    Where they are asked whether they are still on it, it is asked, still, lost, taken or over, and
    `asked_until` is when the calls go on. `change` is what was changed just before, near it. Of a
    restricted incident it shows neither title nor details.
    """

    notification: Notification
    incident: Incident
    state: str
    title: str
    summary: str
    next_name: str
    next_short_name: str
    next_verb: str
    next_at: datetime | None
    runbook: Runbook | None
    zone: ZoneInfo
    now: datetime
    asked_until: datetime | None = None
    change: near_changes.Changed | None = None
    then: Then | None = None
    """Whom we call if whoever has it does not answer in time, or hands it back."""

    @property
    def person(self) -> Person:
        return self.notification.person

    @property
    def reason(self) -> str:
        """Why it is them, read after "you are"."""
        return whys.known(self.notification.reason)

    @property
    def name(self) -> str:
        """What the page calls the incident: its reference, unless that is nobody's business."""
        return words.translated(THIS) if self.incident.is_restricted else self.incident.reference

    @property
    def taken_by(self) -> Person | None:
        return self.incident.acknowledged_by


def of(notification: Notification, *, now: datetime) -> Answering:
    """The call behind a link, at `now`."""
    incident = notification.incident
    reader_id = notification.person_id
    known = calls.calls_for([incident], now=now, ahead=6, reader_id=reader_id)[incident.pk]
    following = _next_other(known, notification)
    other = following.people[0] if following else None
    is_open_book = not incident.is_restricted
    attention = known.open_clock(Promise.ATTENTION)
    return Answering(
        notification=notification,
        incident=incident,
        state=_state(notification, standing.state(incident), known),
        title=incident.title if is_open_book else words.translated(RESTRICTED),
        summary=incident.summary if is_open_book else "",
        next_name=other.full_name if other else "",
        next_short_name=other.short_name if other else "",
        next_verb=known.verb(other, following) if following and other else CALL,
        next_at=following.at if following else None,
        runbook=runbook_for(incident.service) if is_open_book else None,
        zone=ZoneInfo(notification.person.time_zone),
        now=now,
        asked_until=attention.target_at if attention else None,
        change=_changed_before(incident, now=now) if is_open_book else None,
        then=known.asked.then if known.asked else known.if_handed_back(at=now),
    )


def _changed_before(incident: Incident, *, now: datetime) -> near_changes.Changed | None:
    """The change that explains most, if it was before: nobody called at night reads a list."""
    nearest = next(iter(near_changes.of(incident, now=now)), None)
    return None if nearest is None or nearest.is_later else nearest


def _next_other(known: calls.Calls, notification: Notification) -> PlannedCall | None:
    for promise, call in known.upcoming:
        others = [one for one in call.people if one.person_id != notification.person_id]
        if promise == "acknowledge" and others and len(others) == len(call.people):
            return call
    return None


def _state(notification: Notification, state: State, known: calls.Calls) -> str:
    if state.resolved_at:
        return "over"
    if is_question(notification.purpose):
        return _asked_state(notification)
    if state.acknowledged_at:
        is_mine = notification.incident.acknowledged_by_id == notification.person_id
        if not is_mine and notification.person_id in known.each:
            return "ringing"
        return "mine" if is_mine else "taken"
    return "passed" if notification.answer == "passed" else "ringing"


def _asked_state(notification: Notification) -> str:
    holder_id = notification.incident.acknowledged_by_id
    if holder_id is None:
        return "lost"
    if holder_id != notification.person_id:
        return "taken"
    return "still" if notification.answer else "asked"


def answers(messages: Sequence[Message]) -> dict[int, Answered]:
    """What the receivers of these calls answered themselves, by message; in one query."""
    rows = Notification.objects.filter(
        pk__in={one.topic_id for one in messages}, answer__in=ANSWERED, answered_at__isnull=False
    )
    given = {one.pk: _answered(one) for one in rows}
    return {one.pk: given[one.topic_id] for one in messages if one.topic_id in given}


def _answered(notification: Notification) -> Answered:
    said = STILL if is_question(notification.purpose) else ANSWERED[Answer(notification.answer)]
    way = AnswerWay(notification.answered_through)
    return Answered(said, WAYS.get(way, ""), notification.answered_at or notification.created_at)


def why_not_wanted(messages: Sequence[Message], *, now: datetime) -> dict[int, str | None]:
    """Why nobody needs some of these calls any more, by message; in one query."""
    rows = Notification.objects.filter(pk__in=[one.topic_id for one in messages]).select_related(
        "incident__acknowledged_by", "person", "run__clock"
    )
    known = {one.pk: _why_not_wanted(one, now=now) for one in rows}
    return {one.pk: known.get(one.topic_id, "What it was about is gone.") for one in messages}


def _why_not_wanted(notification: Notification, *, now: datetime) -> str | None:
    incident, run = notification.incident, notification.run
    if not incident.is_open:
        return f"{incident.reference} is resolved."
    if notification.person.has_left(now):
        return f"{notification.person} has left."
    if notification.answer:
        return f"{notification.person} has answered already."
    if run is not None and not run.clock.is_open:
        return f"What {incident.reference} was promised has been kept: nobody is called for it."
    return None
