"""The one sentence that says what happens next, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime

from config.portal.sentences import Param, Sentence, spoken
from incidents.logic.attention import Asked
from incidents.logic.handing_back import if_silent
from incidents.logic.judgment import Wait, ended
from incidents.logic.maintenance import Cover
from incidents.logic.policy_text import also_tells

MISSES = {
    "acknowledge": "If nobody acknowledges by {due_at}, we {verb} {who}, {reason}.",
    "contain": "If this is not contained by {due_at}, we {verb} {who}, {reason}.",
    "resolve": "If this is not resolved by {due_at}, we {verb} {who}, {reason}.",
    "update": "If no update is posted by {due_at}, we {verb} {who}, {reason}.",
    "review": "If the review is not published by {due_at}, we {verb} {who}, {reason}.",
    "fill_role": "If nobody is {role} by {due_at}, we {verb} {who}, {reason}.",
    "root_cause": "If its cause is not known by {due_at}, we {verb} {who}, {reason}.",
    "decide": "If what was asked is not decided by {due_at}, we {verb} {who}, {reason}.",
    "attention": "If nobody says that they are on it by {due_at}, we {verb} {who}, {reason}.",
    "report": "If nobody notes that the authority was told by {due_at}, we {verb} {who}, {reason}.",
}
LATE = {
    "acknowledge": "Nobody has acknowledged this, and it was due by {late_at}.",
    "contain": "This is not contained, and it was due by {late_at}.",
    "resolve": "This is not resolved, and it was due by {late_at}.",
    "update": "The next update was due by {late_at}.",
    "review": "The review was due by {late_at}.",
    "report": "The authority was to be told by {late_at}.",
    "decide": "A question waits for an answer that was due by {late_at}.",
    "fill_role": "Somebody was to be {role} by {late_at}, and nobody is.",
}
"""What is said first of a promise that is broken; the first of them that is, in this order."""


NOW = "We {verb} {who} now, {reason}."
CALLED = "We {verb_past} {backup} at {told_at}, and nobody has answered yet."
THEN = "At {due_at} we {verb} {who}, {reason}."
TOLD = "We {verb_past} {backup} at {told_at}."
AGAIN = spoken(
    {one: one.replace("{who}, {reason}", "{who} again") for one in (NOW, THEN, *MISSES.values())}
)
"""The same where whoever was called last is called again; and every pattern of a call."""
spoken((MISSES, LATE, NOW, CALLED, THEN, TOLD))


@dataclass(frozen=True)
class NextCall:
    """The next call that will be made if nobody acts. `verb` comes from the channel really used.

    `role` is the one that is to be filled, where that is what it is for.
    """

    promise: str
    at: datetime
    who: str
    reason: str
    verb: str
    is_first: bool = False
    role: str = ""
    rooms: tuple[str, ...] = ()
    """The rooms that are told with it."""


@dataclass(frozen=True)
class LastCall:
    """The latest call that nobody has answered yet."""

    at: datetime
    who: str
    verb_past: str


@dataclass(frozen=True)
class Late:
    """The worst promise that is past its time, and since when; of a role, which."""

    promise: str
    at: datetime
    role: str = ""


@dataclass(frozen=True)
class Situation:
    """What decides the sentence."""

    is_acknowledged: bool
    is_contained: bool
    is_resolved: bool
    next_call: NextCall | None = None
    last_call: LastCall | None = None
    update_due_at: datetime | None = None
    review_due_at: datetime | None = None
    is_exhausted: bool = False
    late: Late | None = None
    pause: Cover | None = None
    asked: Asked | None = None
    wait: Wait | None = None
    others: str = ""
    """Who must acknowledge too, though somebody has it."""


@dataclass(frozen=True)
class Outlook:
    """The sentence, and the instant that its countdown counts to; None when nothing is timed.

    What is late is said first. The instant is that of what happens next, which the sentence ends
    with; it is past only where nothing is to come any more.
    """

    sentence: Sentence
    at: datetime | None


UPDATE = spoken("The next update is due by {due_at}. Nobody else will be called.")
UPDATE_CONTAINED = spoken(f"Contained. {UPDATE}")


def outlook(situation: Situation) -> Outlook:
    """What happens next if nobody does anything; before that, what should have happened."""
    found, late = _next(situation), situation.late
    if late is None:
        return found
    said = Sentence(
        f"{LATE[late.promise]} {found.sentence.msgid}",
        {
            **found.sentence.params,
            "late_at": late.at,
            **({"role": late.role} if late.role else {}),
        },
    )
    return Outlook(said, found.at or late.at)


def _next(situation: Situation) -> Outlook:
    call, pause, asked = situation.next_call, situation.pause, situation.asked
    wait = situation.wait
    if asked is not None and (call is None or asked.until <= call.at):
        return Outlook(_asked(asked), asked.until)
    if call is not None and wait is not None and call.at <= wait.until:
        return Outlook(_held(wait, call), wait.until)
    if call is not None and pause is not None and call.at <= pause.ends_at:
        return Outlook(_paused(pause, call), pause.ends_at)
    if call is not None:
        return Outlook(_with_rooms(_call_sentence(situation, call), call), call.at)
    if situation.is_resolved:
        return _after_the_end(situation)
    if not situation.is_acknowledged:
        return Outlook(_nobody_left(situation), None)
    if situation.update_due_at and situation.late is None:
        words = UPDATE_CONTAINED if situation.is_contained else UPDATE
        said = Sentence(words, {"due_at": situation.update_due_at})
        return Outlook(said, situation.update_due_at)
    return Outlook(Sentence("Nobody else will be called.", {}), None)


def _asked(asked: Asked) -> Sentence:
    return if_silent(asked.then, until=asked.until, holder="" if asked.is_reader else asked.who)


def _paused(pause: Cover, call: NextCall) -> Sentence:
    return Sentence(
        "Planned work is going on: {window}. It pauses the calls. At {due_at} we {verb} {who},"
        " {reason}.",
        {
            "window": pause.title,
            "due_at": call.at,
            "verb": call.verb,
            "who": call.who,
            "reason": call.reason,
        },
    )


def _held(wait: Wait, call: NextCall) -> Sentence:
    """The calls wait because somebody said so; then they go on by themselves."""
    return Sentence(
        "{holder} lets the calls wait: {why} At {due_at} we {verb} {who}, {reason}.",
        {
            "holder": wait.who,
            "why": ended(wait.reason),
            "due_at": call.at,
            "verb": call.verb,
            "who": call.who,
            "reason": call.reason,
        },
    )


def _call_sentence(situation: Situation, call: NextCall) -> Sentence:
    params: dict[str, Param] = {
        "due_at": call.at,
        "who": call.who,
        "reason": call.reason,
        "verb": call.verb,
    }
    params |= {"role": call.role} if call.role else {}
    if call.promise == "acknowledge" and call.is_first:
        return Sentence(NOW, params)
    if call.promise == "acknowledge" and situation.others:
        words = "{others} must acknowledge too. If not by {due_at}, we {verb} {who}, {reason}."
        return Sentence(words, params | {"others": situation.others})
    last = situation.last_call
    if last is None:
        return Sentence(MISSES[call.promise], params)
    params |= {"backup": last.who, "told_at": last.at, "verb_past": last.verb_past}
    is_asked = call.promise == "acknowledge"
    before, then = (CALLED, THEN) if is_asked else (TOLD, MISSES[call.promise])
    return Sentence(f"{before} {AGAIN[then] if last.who == call.who else then}", params)


def _with_rooms(said: Sentence, call: NextCall) -> Sentence:
    """The rooms read along; nobody waits for an answer from one."""
    if not call.rooms:
        return said
    also = also_tells(call.rooms)
    return Sentence(f"{said.msgid} {also.msgid}", {**said.params, **also.params})


def _nobody_left(situation: Situation) -> Sentence:
    if situation.is_exhausted:
        return Sentence(
            "Everyone has been called as often as the rule says. Phone somebody yourself.", {}
        )
    return Sentence("No rule calls anybody for this. Phone somebody yourself.", {})


def _after_the_end(situation: Situation) -> Outlook:
    if situation.review_due_at:
        return Outlook(
            Sentence(
                "Resolved. The review is due by {due_at}. Nobody else will be called.",
                {"due_at": situation.review_due_at},
            ),
            situation.review_due_at,
        )
    return Outlook(Sentence("Resolved. Nobody else will be called.", {}), None)
