"""Past incidents under another version: who would have been called sooner, or later. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.portal.sentences import Param, Sentence

MINUTE = timedelta(minutes=1)
FEW = 5


class Verdict(StrEnum):
    """When whoever took the incident would have been called."""

    SOONER = "sooner"
    LATER = "later"
    SAME = "same"
    NEVER = "never"
    UNTAKEN = "untaken"


IN_SOME = {
    Verdict.SOONER: "In {some} we would have called them sooner.",
    Verdict.LATER: "In {some} we would have called them later.",
    Verdict.NEVER: "In {some} we would not have called them at all.",
}


@dataclass(frozen=True)
class Past:
    """What was: who took the incident, and after how long each person was first called.

    Without `taker_id` nobody did, or whoever did was never called.
    """

    taker_id: int | None
    called: Mapping[int, timedelta]


@dataclass(frozen=True)
class Compared:
    """One incident: after how long whoever took it was called, and would have been.

    `added` and `dropped`: who would have been called besides, and who would not, by primary key.
    """

    verdict: Verdict
    was: timedelta | None = None
    would: timedelta | None = None
    added: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()

    @property
    def apart(self) -> timedelta:
        """How much sooner or later."""
        if self.was is None or self.would is None:
            return timedelta(0)
        return abs(self.was - self.would)


def compare(past: Past, would: Mapping[int, timedelta], *, until: timedelta) -> Compared:
    """What another version makes of one incident, whose calls ended after `until`."""
    early = {pk: after for pk, after in would.items() if after <= until}
    added = tuple(pk for pk in early if pk not in past.called)
    dropped = tuple(pk for pk in past.called if pk not in early)
    taker = past.taker_id
    if taker is None or taker not in past.called:
        return Compared(Verdict.UNTAKEN, added=added, dropped=dropped)
    was, then = past.called[taker], would.get(taker)
    return Compared(_verdict(was, then), was, then, added, dropped)


def _verdict(was: timedelta, would: timedelta | None) -> Verdict:
    if would is None:
        return Verdict.NEVER
    if abs(was - would) < MINUTE:
        return Verdict.SAME
    return Verdict.SOONER if would < was else Verdict.LATER


def summary(found: Sequence[Compared]) -> tuple[Sentence, ...]:
    """All of them in a few words; what never happened is not counted out."""
    taken = [one for one in found if one.verdict != Verdict.UNTAKEN]
    if not taken:
        return (
            Sentence("Nobody who was called took one of these, so there is nothing to compare."),
        )
    counts = Counter(one.verdict for one in taken)
    said = [Sentence("Somebody took {many} of these.", {"many": len(taken)})]
    said += [
        Sentence(words, {"some": counts[verdict]})
        for verdict, words in IN_SOME.items()
        if counts[verdict]
    ]
    if counts[Verdict.SAME] == len(taken):
        return (*said, Sentence("We would have called each of them at the same time."))
    if counts[Verdict.SAME]:
        rest = {"some": counts[Verdict.SAME]}
        said.append(Sentence("In the other {some} it would have been at the same time.", rest))
    return tuple(said)


def turned_back(roster: str, since: datetime | None) -> Sentence:
    """How a roster was taken, which is arranged so only from `since` on, or now."""
    params: dict[str, Param] = {"roster": roster}
    if since is None:
        return Sentence(
            "{roster} is taken as it is arranged now, its turns counted backwards. Swaps and"
            " stand-ins of that time are left out.",
            params,
        )
    return Sentence(
        "{roster} is taken as it will be arranged from {since_at} on, its turns counted backwards."
        " Swaps and stand-ins of that time are left out.",
        params | {"since_at": since},
    )


def doubt(found: Sequence[Compared]) -> tuple[Sentence, ...]:
    """What the comparison cannot know."""
    said = [
        Sentence("We do not know who would have answered, or how fast."),
        Sentence("Rosters, roles and absences are read as they are written now for that time."),
    ]
    if len(found) < FEW:
        said.append(Sentence("So few incidents are too few to call it better or worse."))
    return tuple(said)
