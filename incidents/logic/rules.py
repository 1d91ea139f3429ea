"""A rule in plain sentences, from the calls that the planner foresees. Pure.

The engine makes the same calls from the same plan; here they are only said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence, listing, phrase
from incidents.logic import condition_words, rule_words
from incidents.logic.plan import Plan, Why
from incidents.logic.policy_text import also_tells
from incidents.logic.summons import (
    EACH,
    About,
    PlannedCall,
    StepRow,
    resolve,
    role_of,
)
from rosters.enums import CALL, Urgency
from rosters.logic.directory import NEXT, Candidate, Contact, Directory
from rosters.logic.matrix import Question

WITHIN = timedelta(days=14)
SOON = timedelta(hours=2)
MINUTE = timedelta(minutes=1)
BEGIN_LATER = (
    "root_cause",
    "update",
    "review",
    "decide",
    "attention",
    "report",
)


@dataclass(frozen=True)
class Speech:
    """How to say it: the words of each channel, "Today" or "Tonight", and who reads."""

    verbs: Mapping[str, str]
    this_day: str
    reader_id: int | None = None


@dataclass(frozen=True)
class RuleStep:
    """One call of a rule, as it would be made if the incident began now.

    `wait` counts from the start of its clock; `late_by` from the promise that was missed, for
    clocks whose start nobody can know yet. Without `people` the step is skipped, and `why` says
    why. `only` are its conditions. `wakes`: it is urgent, so it waits for nobody's quiet hours.
    """

    promise: str
    wait: timedelta
    late_by: timedelta
    said: Sentence
    names: Sentence | None
    also: tuple[Sentence, ...]
    people: tuple[Candidate, ...]
    verb: str
    wakes: bool = True
    only: tuple[Sentence, ...] = ()
    why: Why = Why.TOLD

    @property
    def about(self) -> str:
        """What it is called about, in a word."""
        return rule_words.ABOUT[self.promise]

    @property
    def is_gap(self) -> bool:
        """Nobody is there for it: not left out because its rule says so."""
        return not self.people and self.why == Why.NOBODY

    @property
    def wait_minutes(self) -> int:
        return int(self.wait / MINUTE)

    @property
    def late_minutes(self) -> int:
        return int(self.late_by / MINUTE)


@dataclass(frozen=True)
class Clock:
    """One promise of a rule as it would run from `started_at`.

    `calls` are the first round of what the planner foresees; `again_at` is when it goes on after
    that, or None.
    """

    promise: str
    started_at: datetime
    target: timedelta
    plan: Plan
    calls: tuple[PlannedCall, ...]
    again_at: datetime | None = None

    @property
    def again_after(self) -> timedelta | None:
        return None if self.again_at is None else self.again_at - self.started_at


@dataclass(frozen=True)
class Teller:
    """Says the first round of one clock, step by step."""

    clock: Clock
    rows: Mapping[int, StepRow]
    directory: Directory
    about: About
    speech: Speech

    def steps(self) -> tuple[RuleStep, ...]:
        """Every step in the order of time; those without people are skipped."""
        return tuple(self.step(number, call) for number, call in enumerate(self.clock.calls))

    def step(self, number: int, call: PlannedCall) -> RuleStep:
        """The `number`-th of these calls in words, counted from 0."""
        wait = call.at - self.clock.started_at
        verb = self._verb(call)
        targets = self.target_phrase(call.step_id)
        names: Sentence | None = None
        also: tuple[Sentence, ...] = ()
        if call.people:
            pattern = rule_words.CALLS[self.clock.promise][min(number, 1)]
            said = Sentence(pattern, {"verb": verb, "target": targets})
            names, also = self._names(call), self._also(call)
        elif call.why == Why.CONDITION:
            said, also = self._left_out(call), self._usually(call)
        else:
            said = Sentence(
                "Nobody is {target} now. We skip this step and make the next call at once.",
                {"target": self._bare_phrase(call.step_id)},
            )
        late_by = wait - self.clock.target
        wakes = self.rows[call.step_id].urgency == Urgency.URGENT
        promise, people = self.clock.promise, call.people
        only = self._only(call)
        return RuleStep(
            promise, wait, late_by, said, names, also, people, verb, wakes, only, call.why
        )

    def _left_out(self, call: PlannedCall) -> Sentence:
        """A step that its own conditions leave out when its time comes."""
        row = self.rows[call.step_id]
        why = condition_words.left_out(row.conditions, self.about.facts, at=call.at)
        return Sentence(
            f"{why.msgid} {rule_words.LEFT_OUT}",
            {**why.params, "target": self.target_phrase(call.step_id)},
        )

    def _only(self, call: PlannedCall) -> tuple[Sentence, ...]:
        """When the step holds at all, and what whoever is told may decide."""
        row = self.rows[call.step_id]
        found = list(condition_words.only(row.conditions)) if call.people else []
        if row.ack_mode == EACH and call.people:
            found.append(Sentence("Each of them must acknowledge: one is not enough."))
        if row.decisions and call.people:
            found.append(Sentence("They may {what} alone.", {"what": listing(row.decisions)}))
        return tuple(found)

    def target_phrase(self, step_id: int) -> str:
        """Whom a step means, without a name."""
        targets = self.rows[step_id].called
        return listing(rule_words.whom(one, self.directory, about=self.about) for one in targets)

    def _bare_phrase(self, step_id: int) -> str:
        """The same as read after "Nobody is": "on call for Payments", "backup for Payments"."""
        return listing(
            rule_words.whom(
                one,
                self.directory,
                about=self.about,
                words=rule_words.WHOM if number else rule_words.BARE,
            )
            for number, one in enumerate(self.rows[step_id].called)
        )

    def _names(self, call: PlannedCall) -> Sentence:
        """Who that is: "Today that is Mei Tan until 18:00." """
        who = self._who(call.people)
        is_far = call.at - self.clock.started_at >= SOON
        if is_far or self.clock.promise in BEGIN_LATER:
            return Sentence("As things are now, that would be {who}.", {"who": who})
        params: dict[str, Param] = {"day": self.speech.this_day, "who": who}
        until = self._until(call)
        if until is None:
            return Sentence("{day} that is {who}.", params)
        return Sentence("{day} that is {who} until {until_at}.", params | {"until_at": until})

    def _until(self, call: PlannedCall) -> datetime | None:
        """When somebody else takes over; None when no roster says so, or several are told."""
        targets = self.rows[call.step_id].called
        if len(targets) != 1:
            return None
        target = targets[0]
        if target.choose == NEXT:
            return None
        roster_id = target.roster_id
        role_id = role_of(target, self.about)
        if role_id is not None:
            roster_id = self.directory.roster_of_role(
                role_id,
                service_id=self.about.service_id,
                team_id=self.about.team_id,
                severity=self.about.severity,
                at=call.at,
                choose=target.choose,
            )
        if roster_id is None:
            return None
        until = self.directory.until(roster_id, at=call.at, within=WITHIN, choose=target.choose)
        if until is None or role_id is None:
            return until
        return self._sooner(call, role_id, until)

    def _sooner(self, call: PlannedCall, role_id: int, until: datetime) -> datetime:
        """When another cell of the matrix gives the role to others, if that is before `until`."""
        about, row = self.about, self.rows[call.step_id]
        asked = Question(role_id, about.service_id, about.team_id, about.severity)
        told = {one.person_id for one in call.people}
        for at in self.directory.changes_of_role(asked, starts_at=call.at, ends_at=until):
            found = resolve(row, self.directory, about=about, at=at)
            if {one.person_id for one in found} != told:
                return at
        return until

    def _also(self, call: PlannedCall) -> tuple[Sentence, ...]:
        """What else goes to the same people, and when the step usually comes if it is not now."""
        found = [
            self._further(person, contact)
            for person in call.people
            for contact in self._contacts(person, call)[1:]
        ]
        rooms = [room.name for room in self.rows[call.step_id].rooms]
        told = (also_tells(rooms),) if rooms else ()
        return (*found, *told, *self._usually(call))

    def _usually(self, call: PlannedCall) -> tuple[Sentence, ...]:
        """When the step comes if the one before it is not skipped."""
        planned = next(
            step.offset for step in self.clock.plan.steps if step.step_id == call.step_id
        )
        if planned - (call.at - self.clock.started_at) < MINUTE:
            return ()
        before = [one for one in self.clock.calls if one.position < call.position]
        is_left_out = bool(before) and before[-1].why == Why.CONDITION
        words = rule_words.USUALLY[is_left_out]
        return (Sentence(words, {"usual_minutes": int(planned / MINUTE)}),)

    def _further(self, person: Candidate, contact: Contact) -> Sentence:
        params: dict[str, Param] = {
            "verb": self.speech.verbs.get(contact.channel, CALL),
            "who": self._who([person], short=True),
        }
        minutes = int(contact.delay / MINUTE)
        if minutes == 0:
            return Sentence("We also {verb} {who}.", params)
        words = "If there is no answer, we {verb} {who} {n_minutes} later."
        return Sentence(words, params | {"n_minutes": minutes})

    def _verb(self, call: PlannedCall) -> str:
        """How the first of them is really called; "call" when there is nobody."""
        contacts = [self._contacts(person, call) for person in call.people]
        return next((self.speech.verbs.get(one[0].channel, CALL) for one in contacts if one), CALL)

    def _contacts(self, person: Candidate, call: PlannedCall) -> tuple[Contact, ...]:
        urgency = self.rows[call.step_id].urgency
        return self.directory.contacts(
            person.person_id, urgency=urgency, severity=self.about.severity
        )

    def _who(self, people: Sequence[Candidate], *, short: bool = False) -> str:
        return listing(self._name(person, short=short) for person in people)

    def _name(self, person: Candidate, *, short: bool) -> str:
        """The name; after "you" for the reader, so that a printed page says who that is."""
        if person.person_id == self.speech.reader_id:
            return phrase("you") if short else phrase("you ({name})", name=person.full_name)
        return person.short_name if short else person.full_name


def repeats(plan: Plan, last: str, verb: str) -> Sentence | None:
    """What happens when the first round ends without an answer; None when there is no plan.

    `last` is whom the last step tells.
    """
    if not plan.steps:
        return None
    again = _again(plan.repeats)
    params: dict[str, Param] = {
        "verb": verb,
        "target": last,
        "loop_minutes": int(plan.loop / MINUTE),
        "every_minutes": int(plan.catch_all_every / MINUTE),
        "whole_minutes": int(plan.catch_all_every * plan.catch_all_rounds / MINUTE),
        "again": again,
    }
    params["from_step"] = str(len(plan.steps) - len(plan.again) + 1)
    start = rule_words.TOP if len(plan.again) == len(plan.steps) else rule_words.FROM_STEP
    end = rule_words.CATCH_ALL if plan.catch_all_rounds else rule_words.NOBODY_AFTER
    return Sentence(f"{start if plan.repeats else rule_words.ONCE} {end}", params)


UNTIL_ACKNOWLEDGED = 48
"""So many rounds are as good as until somebody acknowledges."""


def _again(times: int) -> str:
    if times >= UNTIL_ACKNOWLEDGED:
        return phrase("until somebody acknowledges, at most {n} times", n=str(times))
    known = {1: phrase("once more"), 2: phrase("twice more")}
    return known.get(times) or phrase("{n} more times", n=str(times))


def summary(found: Sequence[RuleStep]) -> Sentence | None:
    """The first calls in one line: "We phone Jonas Weber, then Mei Tan after 2 minutes." """
    told = [step for step in found if step.people and step.promise == "acknowledge"][:3]
    if not told:
        return None
    params: dict[str, Param] = {"verb": told[0].verb}
    for number, step in enumerate(told):
        params[f"p{number}_who"] = listing(person.full_name for person in step.people)
        params[f"p{number}_minutes"] = step.wait_minutes
    return Sentence(rule_words.SUMMARIES[tuple(bool(step.wait_minutes) for step in told)], params)
