"""What is wrong with a version of a policy, and what it means in the end, in sentences. Pure."""

import itertools
from collections.abc import Iterator
from datetime import time

from config.portal.sentences import Sentence
from incidents.logic import condition_words
from incidents.logic.conditions import Conditions, Kind
from incidents.logic.policy_text import (
    ACKNOWLEDGE,
    CLOCKS,
    MINUTE,
    PolicyText,
    StepText,
    and_,
    may_be_last,
)
from incidents.logic.summons import EACH
from rosters.logic.matrix import HoursSpec

ASKING = ("fill_role", "decide")
WEEK = 7
UNREACHED = (
    "The last step would reach nobody today. Choose somebody who has a phone, or a roster with"
    " somebody on it."
)


def why_not_hold(text: PolicyText, *, last_reaches: bool) -> str | None:
    """Why it cannot hold, or be saved: it could end with nobody, or says what cannot be."""
    steps = text.of_clock(ACKNOWLEDGE)
    if not steps:
        return "Nobody would be called. Add a step to the acknowledge clock."
    empty = next((step for step in text.steps if not step.tells), None)
    if empty is not None and empty.rooms:
        return (
            f"{_named(empty)} tells only the {_rooms(empty)}. Nobody is woken by a room, so it"
            " counts as nobody. Choose a person, a role, a roster or a team beside it."
        )
    if empty is not None:
        return f"{_named(empty)} tells nobody. Choose whom it tells."
    asking = next((step for step in text.steps if step.asks and step.clock not in ASKING), None)
    if asking is not None:
        return (
            f"{_named(asking)} calls the role that its clock asks, and this clock asks none. Choose"
            " whom it calls."
        )
    ends = (_why_not_end(one) for one in may_be_last(steps))
    why_not = _why_not_repeat(text, steps) or next(filter(None, ends), None)
    return why_not or (None if last_reaches else UNREACHED)


def _rooms(step: StepText) -> str:
    return f"{'rooms' if len(step.rooms) > 1 else 'room'} {and_(step.rooms)}"


def _why_not_repeat(text: PolicyText, steps: tuple[StepText, ...]) -> str | None:
    if text.repeats == 0:
        return None
    if text.repeat_from > len(steps):
        many = "is only 1 step" if len(steps) == 1 else f"are only {len(steps)} steps"
        return f"It repeats from step {text.repeat_from}, but there {many}. Choose one of them."
    first, last = steps[text.repeat_from - 1], steps[-1]
    length, loop = int((last.wait - first.wait) / MINUTE), int(text.loop / MINUTE)
    if length <= loop:
        return None
    if text.repeat_from == 1:
        return (
            f"The last step comes after {last.minutes} minutes, but the rule starts again after"
            f" {loop}. Let it start again after {length} minutes or later."
        )
    return (
        f"From step {first.number} to the last step it takes {length} minutes, but the rule starts"
        f" again after {loop}. Let it start again after {length} minutes or later."
    )


def _why_not_end(last: StepText) -> str | None:
    phrases = condition_words.phrases(last.conditions)
    if not phrases:
        return None
    return (
        f"The last step is only {' and '.join(phrases)}. At any other time the calls would end"
        " with nobody. Let the last step hold always, or add one that does."
    )


def warnings(text: PolicyText) -> tuple[Sentence, ...]:
    """What it leads to that its author may not expect; nothing here keeps it from holding."""
    steps = text.of_clock(ACKNOWLEDGE)
    found = [one for clock in CLOCKS for one in _left_out(text.of_clock(clock))]
    return (*found, *_of_calls(steps), *_of_end(text, steps))


def _left_out(steps: tuple[StepText, ...]) -> Iterator[Sentence]:
    for place, step in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        for words in _when_left_out(step.conditions):
            if following is None:
                yield Sentence(
                    "{when} {step} is left out, and nobody is called instead.",
                    {"when": words, "step": step.name},
                )
                continue
            yield Sentence(
                "{when} {step} is left out: we call {whom} at once instead.",
                {"when": words, "step": step.name, "whom": following.whom},
            )


def _when_left_out(conditions: Conditions) -> Iterator[str]:
    """When a step does not hold, as a sentence begins."""
    for kind in condition_words.kinds(conditions):
        if kind == Kind.SEVERITY:
            mildest = (conditions.mildest or 0) + 1
            milder = "" if mildest == 4 else " and milder"  # SEV4 is the mildest
            yield f"For SEV{mildest}{milder}"
        elif kind == Kind.IMPACT:
            yield f"Without harm of the kind “{conditions.impact_name}”"
        elif kind == Kind.ALERTS:
            minutes = int(conditions.alerts_within / MINUTE)
            yield f"With fewer than {conditions.least_alerts} signals in {minutes} minutes"
        elif conditions.hours is not None:
            yield _outside(conditions.hours)


def _outside(hours: HoursSpec) -> str:
    """ "Between 18:00 and 08:00" where every day has the same hours; else by their name."""
    if not hours.spans:
        return "At any time"
    spans = {(one.starts_at, one.ends_at) for one in hours.spans}
    days = {one.weekday for one in hours.spans}
    if len(spans) == 1 and (len(days) == WEEK or None in days):
        (starts, ends) = next(iter(spans))
        if starts != ends:
            return f"Between {_clock(ends)} and {_clock(starts)}"
    return f"Outside {hours.name}"


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _of_calls(steps: tuple[StepText, ...]) -> Iterator[Sentence]:
    if steps and steps[0].minutes:
        yield Sentence(
            "Nobody is called in the first {first_minutes}.", {"first_minutes": steps[0].minutes}
        )
    for before, step in itertools.pairwise(steps):
        if before.tells == step.tells and before.wait == step.wait:
            yield Sentence(
                "{before} and {step} call the same people at the same time: one of them is enough.",
                {"before": _named(before), "step": step.name},
            )
    for step in steps:
        if not step.is_urgent:
            yield Sentence(
                "{step} is not urgent: at night nobody hears of it before their quiet hours end.",
                {"step": _named(step)},
            )
        if step.ack_mode == EACH:
            yield Sentence(
                "{step} waits for each of them: one who sleeps on keeps the calls going.",
                {"step": _named(step)},
            )


def _of_end(text: PolicyText, steps: tuple[StepText, ...]) -> Iterator[Sentence]:
    if steps and not text.catch_all_rounds:
        words = "When the rounds are over nobody is called any more. The incident's page says so."
        yield Sentence(words)
    if steps and text.repeats == 0 and len(steps) == 1:
        yield Sentence("Only {whom} would ever be called.", {"whom": steps[0].whom})


def _named(step: StepText) -> str:
    return step.name[0].upper() + step.name[1:]
