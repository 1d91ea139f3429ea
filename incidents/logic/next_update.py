"""When readers hear more of one incident, from whom, and who is asked if nothing comes. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence
from incidents.logic.outlook import LastCall, NextCall

MINUTE = timedelta(minutes=1)
COMES = "The first update comes by {due_at}."


@dataclass(frozen=True)
class Hearing:
    """What decides the sentences.

    `take_by` is when somebody must have acknowledged, `first_by` when the first update follows even
    if they take all their time; `due_at` is the promise that counts now. `owner` owes the update.
    """

    is_acknowledged: bool
    has_update: bool = False
    take_by: datetime | None = None
    first_by: datetime | None = None
    due_at: datetime | None = None
    owner: str = ""
    last_call: LastCall | None = None
    next_call: NextCall | None = None


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
        return NextUpdate(_owed(hearing, due_at), (_asked(hearing),), due_at, is_late=True)
    if hearing.has_update:
        said = Sentence(
            "We write again by {due_at}, even if nothing has changed.", {"due_at": due_at}
        )
    else:
        said = Sentence(COMES, {"due_at": due_at})
    return NextUpdate(said, at=due_at)


def _untaken(hearing: Hearing, *, now: datetime) -> NextUpdate:
    also = [_nobody_yet(hearing.take_by, now=now)]
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
    first_by = hearing.first_by
    if first_by is None:
        word = Sentence("The first update comes when somebody has taken it.")
        return NextUpdate(word, tuple(also))
    is_late = first_by <= now - MINUTE
    pattern = "The first update was due by {due_at}." if is_late else COMES
    return NextUpdate(Sentence(pattern, {"due_at": first_by}), tuple(also), first_by, is_late)


def _nobody_yet(take_by: datetime | None, *, now: datetime) -> Sentence:
    if take_by is None:
        return Sentence("Nobody has taken this yet.")
    over = int((now - take_by) / MINUTE)
    if over >= 1:
        return Sentence(
            "Nobody has taken this yet; {over_minutes} over its time.", {"over_minutes": over}
        )
    return Sentence("Nobody has taken this yet. It has until {due_at}.", {"due_at": take_by})


def _owed(hearing: Hearing, due_at: datetime) -> Sentence:
    if hearing.owner:
        return Sentence(
            "An update from {who} was due by {due_at}.", {"who": hearing.owner, "due_at": due_at}
        )
    return Sentence("An update is owed since {due_at}, and nobody leads.", {"due_at": due_at})


def _asked(hearing: Hearing) -> Sentence:
    """Who is asked next, and when."""
    call = hearing.next_call
    if call is None:
        if hearing.is_acknowledged:
            return Sentence("Muster asks nobody else.")
        return Sentence("Muster calls nobody else. Phone somebody yourself.")
    params: dict[str, Param] = {
        "verb": call.verb,
        "who": call.who,
        "reason": call.reason,
        "next_at": call.at,
    }
    if hearing.is_acknowledged:
        return Sentence("If none comes, we {verb} {who} at {next_at}, {reason}.", params)
    if call.is_first:
        return Sentence("We {verb} {who} now, {reason}.", params)
    return Sentence("If nobody answers, we {verb} {who} at {next_at}, {reason}.", params)
