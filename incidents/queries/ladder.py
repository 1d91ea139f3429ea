"""Who was called for an incident, what came of it, and who is called next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.portal.sentences import Sentence, phrase, spoken
from incidents.enums import Answer, EntryKind, Promise
from incidents.logic.attention import is_question, wants_answer
from incidents.models import Notification
from incidents.queries.board import Card, Entry
from incidents.queries.calls import Told
from rosters.enums import CALLED, Channel, MessageState
from rosters.logic import whys

ANSWERED_WITHIN = timedelta(minutes=15)
"""After the last step of a climb: so long we say "no answer yet"."""

AT_ONCE = timedelta(seconds=10)
SOON = timedelta(minutes=1)
PLANNED_SHOWN = 6
SILENT_SHOWN = 2
"""So many of the calls that nobody answered stand open, the latest; who is next stands high."""
CALLS = frozenset({EntryKind.TOLD.value, EntryKind.ESCALATED.value})
FOLLOWED = {
    Promise.UPDATE: phrase("an update came"),
    Promise.CONTAIN: phrase("contained"),
    Promise.RESOLVE: phrase("resolved"),
    Promise.REVIEW: phrase("review published"),
    Promise.FILL_ROLE: phrase("role filled"),
    Promise.ROOT_CAUSE: phrase("cause found"),
    Promise.DECIDE: phrase("decided"),
    Promise.ATTENTION: phrase("somebody is on it"),
    Promise.REPORT: phrase("authority told"),
}
NOT_SENT = {
    MessageState.PLANNED: phrase("on its way"),
    MessageState.SENDING: phrase("on its way"),
    MessageState.FAILED: phrase("could not be reached"),
    MessageState.EXPIRED: phrase("could not be reached"),
    MessageState.CANCELLED: phrase("no longer needed"),
    MessageState.SUPPRESSED: phrase("not sent on purpose"),
}
STOPS = spoken(
    {
        Promise.ACKNOWLEDGE: "The calls stop when somebody acknowledges.",
        Promise.CONTAIN: "This stops when somebody marks the incident contained.",
        Promise.RESOLVE: "This stops when somebody marks the incident resolved.",
        Promise.UPDATE: "This stops when somebody posts an update.",
        Promise.REVIEW: "This stops when the review is published.",
        Promise.FILL_ROLE: "This stops when somebody takes the role.",
        Promise.ROOT_CAUSE: "This stops when somebody writes down the cause.",
        Promise.DECIDE: "This stops when what was asked is decided.",
        Promise.ATTENTION: "This stops when somebody says that they are on it.",
        Promise.REPORT: "This stops when somebody notes that the authority was told.",
    }
)
SYMBOLS = {Channel.PHONE: "phone", Channel.SMS: "sms", Channel.EMAIL: "mail"}
SAID = {"sms": "text", "mail": "e-mail"}


@dataclass(frozen=True)
class Rung:
    """One line of "who we call, and when".

    `state` is done (acknowledged), silent (did not answer), asked (we wait, or it led to what it
    was for), due (the next call) or todo.
    """

    state: str
    who: str
    reason: str
    verb: str
    at: datetime | None
    outcome: str = ""
    answered_at: datetime | None = None
    promise: str = ""
    person_id: int = 0
    symbol: str = "phone"
    is_now: bool = False
    """It is made at this moment."""
    is_soon: bool = False
    """It is made within a minute: its time says so, and no countdown beside it."""


@dataclass(frozen=True)
class Ladder:
    """The calls in the order of time. `past` are those that nobody answered, but the latest.

    `again` says what comes after the planned ones, `stops` what ends them.
    """

    past: tuple[Rung, ...] = ()
    rungs: tuple[Rung, ...] = ()
    again: Sentence | None = None
    stops: Sentence | None = None


def of(card: Card, *, now: datetime) -> Ladder:
    """Who was called and who will be."""
    told = card.calls.told
    made = [(one, _made(one, told[index + 1 :], now=now)) for index, one in enumerate(told)]
    again = {
        index for index, (one, rung) in enumerate(made) if _is_past(one, rung, told[index + 1 :])
    }
    silent = [index for index, (_one, rung) in enumerate(made) if rung.state == "silent"]
    folded = again.union([one for one in silent if one not in again][:-SILENT_SHOWN])
    past = [rung for index, (_one, rung) in enumerate(made) if index in folded]
    planned, repeats = _planned(card, now=now)
    kept = [rung for index, (_one, rung) in enumerate(made) if index not in folded]
    stops = _stops({rung.promise for rung in planned}) if card.incident.is_open else None
    after = _again(card) if repeats and stops else None
    return Ladder(tuple(past), tuple(kept + planned), after, stops)


def _again(card: Card) -> Sentence:
    """What comes after the planned calls: the whole round anew, or its last step alone."""
    if any(climb.begins_again for climb in card.calls.climbs):
        return Sentence("Then we begin again.")
    return Sentence("Then the last of these calls is made again and again, as the rule says.")


def _stops(promises: set[str]) -> Sentence | None:
    if len(promises) > 1:
        return Sentence("We skip a call when what it waits for has happened.")
    return Sentence(STOPS[Promise(promises.pop())]) if promises else None


def _planned(card: Card, *, now: datetime) -> tuple[list[Rung], bool]:
    """The calls of the coming round, the next first; and whether another round follows."""
    seen: set[tuple[str, int, int]] = set()
    found: list[Rung] = []
    repeats = False
    for promise, call in card.calls.upcoming:
        for person in call.people:
            key = (promise, call.step_id, person.person_id)
            repeats |= key in seen
            if key in seen:
                continue
            seen.add(key)
            verb = card.calls.verb(person, call)
            state = "todo" if found else "due"
            found.append(
                Rung(
                    state,
                    person.full_name,
                    person.reason,
                    verb,
                    call.at,
                    promise=promise,
                    person_id=person.person_id,
                    symbol=next((name for name, word in SAID.items() if word == verb), "phone"),
                    is_now=call.at - now < AT_ONCE,
                    is_soon=call.at - now < SOON,
                )
            )
    return found[:PLANNED_SHOWN], repeats and len(found) <= PLANNED_SHOWN


def _is_past(told: Told, rung: Rung, later: Sequence[Told]) -> bool:
    """The same person was called again at the same step, and this call had no answer."""
    if rung.state != "silent":
        return False
    one = told.notification
    return any(
        (other.notification.run_id, other.notification.step_id, other.notification.person_id)
        == (one.run_id, one.step_id, one.person_id)
        for other in later
    )


def _made(told: Told, later: Sequence[Told], *, now: datetime) -> Rung:
    notification = told.notification
    state, outcome, answered_at = _outcome(told, later, now=now)
    symbols = {"done": "check", "silent": "x"}
    symbol = SYMBOLS.get(told.channel, "phone") if told.channel else "phone"
    return Rung(
        state,
        notification.person.full_name,
        whys.known(notification.reason),
        told.channel.verb_past if told.channel else CALLED,
        told.sent_at or notification.created_at,
        outcome,
        answered_at,
        notification.run.clock.promise if notification.run else "",
        notification.person_id,
        symbols.get(state, symbol),
    )


MISSED = ("silent", phrase("did not answer"), None)
UNREACHED = phrase("could not be reached")


def _outcome(
    told: Told, later: Sequence[Told], *, now: datetime
) -> tuple[str, str, datetime | None]:
    """What came of a call, in words that continue "Phoned 13:29, "; and when."""
    one = told.notification
    if wants_answer(one.purpose) and told.state == MessageState.SENT:
        return _of_question(one)
    if one.answer == Answer.RELEASED:
        return ("asked", phrase("stood down"), one.answered_at)
    if one.asked_by_id is not None and told.state == MessageState.SENT:
        return _of_hand(told, now=now)
    if one.answer == Answer.ACKNOWLEDGED:
        again = any(
            other.notification.person_id == one.person_id
            and not other.notification.purpose
            and other.notification.answer == Answer.ACKNOWLEDGED
            for other in later
        )
        return MISSED if again else ("done", phrase("acknowledged"), one.answered_at)
    if one.answer == Answer.PASSED:
        passed = phrase("has left") if one.ended_by_leaving else phrase("passed it on")
        return ("asked", passed, one.answered_at)
    if told.state != MessageState.SENT:
        words = NOT_SENT.get(told.state, UNREACHED) if told.state else UNREACHED
        return ("silent" if words == UNREACHED else "asked", words, None)
    return _silence(told, later, now=now)


def _of_hand(told: Told, *, now: datetime) -> tuple[str, str, datetime | None]:
    """What came of a call that a person made: they wait for an answer of their own."""
    one = told.notification
    if one.answer == Answer.ACKNOWLEDGED:
        return ("done", phrase("on the way"), one.answered_at)
    if one.answer == Answer.PASSED:
        return ("asked", phrase("cannot help"), one.answered_at)
    if now - (told.sent_at or now) > ANSWERED_WITHIN:
        return MISSED
    return ("asked", phrase("no answer yet"), None)


def _of_question(one: Notification) -> tuple[str, str, datetime | None]:
    """What came of "still on it?", of a question, or of a role that they were asked to take."""
    if one.answer == Answer.ACKNOWLEDGED:
        said = phrase("still on it") if is_question(one.purpose) else phrase("answered")
        return ("done", said, one.answered_at)
    if one.answer and not is_question(one.purpose):
        return ("asked", phrase("no longer needed"), None)
    return MISSED if one.answer else ("asked", phrase("no answer yet"), None)


def _silence(
    told: Told, later: Sequence[Told], *, now: datetime
) -> tuple[str, str, datetime | None]:
    """Of a call that nobody has answered: whether its time is over, or what it was for is done."""
    run = told.notification.run
    if run is None or any(other.notification.run_id == run.pk for other in later):
        return MISSED
    clock = run.clock
    if clock.met_at and clock.promise in FOLLOWED:
        return ("asked", FOLLOWED[Promise(clock.promise)], clock.met_at)
    is_over = not clock.is_open or now - (told.sent_at or now) > ANSWERED_WITHIN
    return MISSED if is_over else ("asked", phrase("no answer yet"), None)


MADE, MADE_MISSED = spoken(
    ("We {verb_past} {who}, {reason}.", "We {verb_past} {who}, {reason}. No answer.")
)


def told_in(entries: Sequence[Entry], card: Card, *, now: datetime) -> list[Entry]:
    """The same timeline, where we called somebody with how, and whether they answered."""
    calls = card.calls.told
    made = {
        (one.notification.created_at, one.notification.person.full_name): (one, calls[index + 1 :])
        for index, one in enumerate(calls)
    }
    return [_retold(entry, made, now=now) if entry.kind in CALLS else entry for entry in entries]


def _retold(
    entry: Entry, made: Mapping[tuple[datetime, str], tuple[Told, Sequence[Told]]], *, now: datetime
) -> Entry:
    told, later = made.get((entry.at, str(entry.sentence.params.get("who", ""))), (None, ()))
    if told is None or told.sent_at is None or told.channel is None:
        return entry
    is_missed = _outcome(told, later, now=now) == MISSED
    said = MADE_MISSED if is_missed else MADE
    params = {**entry.sentence.params, "verb_past": told.channel.verb_past}
    return replace(entry, sentence=Sentence(said, params))
