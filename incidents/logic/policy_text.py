"""One version of a policy as it reads: its steps in the order of time, and what repeats. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from config.portal.sentences import Param, Sentence, listing, phrase, spoken
from incidents.logic import condition_words
from incidents.logic.conditions import Conditions
from incidents.logic.summons import ALWAYS, ANY, EACH

ACKNOWLEDGE = "acknowledge"
MINUTE = timedelta(minutes=1)
CLOCKS = {
    "acknowledge": "nobody has acknowledged",
    "fill_role": "a role is not filled in time",
    "contain": "it is not contained in time",
    "resolve": "it is not resolved in time",
    "root_cause": "the cause is not found in time",
    "update": "no update is posted in time",
    "review": "the review is not published in time",
    "decide": "a question is not answered in time",
    "attention": "nobody says that they are still on it",
    "report": "the authority is not told in time",
}
STEPS = spoken({clock: f"step {{n}} (if {said})" for clock, said in CLOCKS.items()})


@dataclass(frozen=True)
class StepText:
    """One step: when, whom it calls, in words, and under which conditions.

    `number` counts the steps of its clock in the order of time.
    """

    clock: str
    number: int
    wait: timedelta
    tells: tuple[str, ...]
    from_target: bool = False
    is_urgent: bool = True
    ack_mode: str = ANY
    conditions: Conditions = ALWAYS
    decisions: tuple[str, ...] = ()
    asks: bool = False
    """It calls the role that its clock asks."""
    rooms: tuple[str, ...] = ()
    """The rooms that it tells beside them, by name."""

    @property
    def name(self) -> str:
        """ "step 2", or "step 1 (if it is not contained in time)"."""
        if self.clock == ACKNOWLEDGE:
            return phrase("step {n}", n=str(self.number))
        return phrase(STEPS[self.clock], n=str(self.number))

    @property
    def whom(self) -> str:
        return and_(self.tells) or phrase("nobody")

    @property
    def minutes(self) -> int:
        return int(self.wait / MINUTE)


def may_be_last(steps: Sequence[StepText]) -> tuple[StepText, ...]:
    """The steps of one clock of which one will be the last, whatever the target is.

    Those that count from the target come later than they say, and nobody knows by how much.
    """
    late = max((one for one in steps if one.from_target), key=_wait, default=None)
    usual = max((one for one in steps if not one.from_target), key=_wait, default=None)
    if usual is None or late is None:
        return tuple(one for one in (usual, late) if one is not None)
    return (late,) if late.wait >= usual.wait else (usual, late)


def _wait(step: StepText) -> tuple[timedelta, int]:
    return step.wait, step.number


@dataclass(frozen=True)
class PolicyText:
    """One version: its steps by clock and time, and what happens when nobody answers.

    `repeats` None: until somebody acknowledges.
    """

    steps: tuple[StepText, ...]
    repeats: int | None = 0
    repeat_from: int = 1
    loop: timedelta = timedelta(0)
    catch_all_every: timedelta = timedelta(0)
    catch_all_rounds: int = 0

    def of_clock(self, clock: str) -> tuple[StepText, ...]:
        return tuple(step for step in self.steps if step.clock == clock)

    @property
    def clocks(self) -> tuple[str, ...]:
        return tuple(clock for clock in CLOCKS if self.of_clock(clock))


WHENS = spoken(
    {
        (False, False): "at once",
        (False, True): "after {after_minutes}",
        (True, False): "when the time is over",
        (True, True): "{after_minutes} after the time is over",
    }
)
"""As read after "comes": by whether it counts from the target, and whether it waits."""
BEGINS = spoken({one: f"{one[0].upper()}{one[1:]} we call {{whom}}." for one in WHENS.values()})


def when(step: StepText) -> Sentence:
    """As read after "comes": "at once", "after 5 minutes", "when it is late"."""
    words = WHENS[step.from_target, bool(step.minutes)]
    return Sentence(words, {"after_minutes": step.minutes} if step.minutes else {})


def said(step: StepText) -> tuple[Sentence, ...]:
    """The whole step in sentences: "After 5 minutes we call the backup for Payments." """
    begins = when(step)
    params: dict[str, Param] = {**begins.params, "whom": step.whom}
    found = [Sentence(BEGINS[begins.msgid], params)]
    if step.rooms:
        found.append(also_tells(step.rooms))
    found += condition_words.only(step.conditions)
    if step.ack_mode == EACH:
        found.append(Sentence("Each of them must acknowledge."))
    if not step.is_urgent:
        found.append(Sentence("It waits for the end of their quiet hours."))
    if step.decisions:
        found.append(Sentence("They may {what} alone.", {"what": and_(step.decisions)}))
    return tuple(found)


def also_tells(rooms: Sequence[str]) -> Sentence:
    """The rooms that are told beside whoever is called; nobody in them counts as reached."""
    words = (
        "We also tell the rooms {rooms}." if len(rooms) > 1 else "We also tell the room {rooms}."
    )
    return Sentence(words, {"rooms": and_(list(rooms))})


def times(count: int | None) -> str:
    """How often a round repeats: "twice", "until somebody acknowledges"."""
    if count is None:
        return phrase("until somebody acknowledges")
    known = {0: phrase("not at all"), 1: phrase("once"), 2: phrase("twice")}
    return known.get(count) or phrase("{n} times", n=str(count))


def and_(names: tuple[str, ...] | list[str]) -> str:
    """Names as they are read in a row."""
    return listing(names)
