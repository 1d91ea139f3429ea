"""When readers hear more of one incident, from whom, and who is asked if nothing comes. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence
from incidents.logic.outlook import LastCall, NextCall

MINUTE = timedelta(minutes=1)
COMES = "The first update comes by {due_at}."
NAMED = 2
"""How many of those that were called for a late update are named: the last ones."""


@dataclass(frozen=True)
class Hearing:
    """What decides the sentences.

    `take_by` is when somebody must have acknowledged, `first_by` when the first update follows even
    if they take all their time; `due_at` is the promise that counts now. `owner` owes the update.
    `next_call` is made if nothing comes, `any_call` is the next one for whatever else is open;
    `asked` are those that were called for the update and have not answered. `is_left`: somebody was
    on it and is not any more.
    """

    is_acknowledged: bool
    is_left: bool = False
    has_update: bool = False
    take_by: datetime | None = None
    first_by: datetime | None = None
    due_at: datetime | None = None
    owner: str = ""
    last_call: LastCall | None = None
    next_call: NextCall | None = None
    asked: tuple[LastCall, ...] = ()
    any_call: NextCall | None = None


@dataclass(frozen=True)
class NextUpdate:
    """When the update comes (`word`), what else must be known, and what the countdown counts to."""

    word: Sentence
    also: tuple[Sentence, ...] = ()
    at: datetime | None = None
    is_late: bool = False

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (self.word, *self.also)


def next_update(hearing: Hearing, *, now: datetime) -> NextUpdate:
    """What a reader may count on; of a late update, who owes it since when, and who is asked."""
    if not hearing.is_acknowledged:
        return _untaken(hearing, now=now)
    due_at = hearing.due_at
    if due_at is None:
        said = Sentence("No time is set for the next update. We write when something changes.")
        return NextUpdate(said)
    if due_at <= now - MINUTE:
        also = (*_have_asked(hearing.asked), _asked(hearing))
        return NextUpdate(_owed(hearing, due_at), also, due_at, is_late=True)
    if hearing.has_update:
        said = Sentence(
            "We write again by {due_at}, even if nothing has changed.", {"due_at": due_at}
        )
    else:
        said = Sentence(COMES, {"due_at": due_at})
    return NextUpdate(said, at=due_at)


def _untaken(hearing: Hearing, *, now: datetime) -> NextUpdate:
    also = [_nobody_any_more() if hearing.is_left else _nobody_yet(hearing.take_by, now=now)]
    if hearing.last_call:
        call = hearing.last_call
        said = "We {verb_past} {who} at {told_at} and wait for an answer."
        params: dict[str, Param] = {
            "verb_past": call.verb_past,
            "who": call.who,
            "told_at": call.at,
        }
        also.append(Sentence(said, params))
    also.append(_asked(hearing))
    comes_by = hearing.due_at if hearing.has_update else hearing.first_by
    if comes_by is None:
        word = Sentence("The first update comes when somebody has acknowledged it.")
        if hearing.has_update:
            word = Sentence("The next update comes when somebody has acknowledged it.")
        return NextUpdate(word, tuple(also))
    is_late = comes_by <= now - MINUTE
    pattern = "The first update was due by {due_at}." if is_late else COMES
    if hearing.has_update:
        pattern = pattern.replace("first", "next")
    return NextUpdate(Sentence(pattern, {"due_at": comes_by}), tuple(also), comes_by, is_late)


def _nobody_any_more() -> Sentence:
    return Sentence(
        "Nobody is on it at this moment. Whoever had it has not said that they still are."
    )


def _nobody_yet(take_by: datetime | None, *, now: datetime) -> Sentence:
    if take_by is None:
        return Sentence("Nobody has acknowledged this yet.")
    if take_by <= now - MINUTE:
        said = "Nobody has acknowledged this yet, and somebody should have by {due_at}."
    else:
        said = "Nobody has acknowledged this yet. There is time until {due_at}."
    return Sentence(said, {"due_at": take_by})


def _owed(hearing: Hearing, due_at: datetime) -> Sentence:
    if hearing.owner:
        return Sentence(
            "The update promised for {due_at} is late. {who} owes it.",
            {"who": hearing.owner, "due_at": due_at},
        )
    return Sentence(
        "The update promised for {due_at} is late, and nobody leads.", {"due_at": due_at}
    )


def _have_asked(asked: tuple[LastCall, ...]) -> tuple[Sentence, ...]:
    """Who was called for the update and did not answer, each with the time of their last call."""
    if not asked:
        return ()
    said = "We {verb_past} {who} at {told_at}."
    calls = [
        Sentence(said, {"verb_past": call.verb_past, "who": call.who, "told_at": call.at})
        for call in asked[-NAMED:]
    ]
    return (*calls, Sentence("Nobody has answered yet."))


def _asked(hearing: Hearing) -> Sentence:
    """Who is asked next, and when; else when the next call is made for something else."""
    call = hearing.next_call
    if call is None and hearing.is_acknowledged:
        return _no_more(hearing)
    if call is None:
        return Sentence("No more calls are planned. Phone somebody yourself.")
    params: dict[str, Param] = {
        "verb": call.verb,
        "who": call.who,
        "reason": call.reason,
        "next_at": call.at,
    }
    if hearing.is_acknowledged:
        return Sentence("If it has not come by {next_at}, we {verb} {who}, {reason}.", params)
    if call.is_first:
        return Sentence("We {verb} {who} now, {reason}.", params)
    return Sentence("If nobody answers, we {verb} {who} at {next_at}, {reason}.", params)


def _no_more(hearing: Hearing) -> Sentence:
    """Nobody is called for the update any more: what is called next, or whom to phone."""
    call = hearing.any_call
    if call is not None:
        said = "The next automatic call is at {next_at}, to {who}."
        return Sentence(said, {"next_at": call.at, "who": call.who})
    if hearing.owner:
        said = "No more calls are planned. If you cannot wait, phone {who}."
        return Sentence(said, {"who": hearing.owner})
    return Sentence("No more calls are planned. If you cannot wait, phone whoever is on call.")
