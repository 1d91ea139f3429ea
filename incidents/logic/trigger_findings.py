"""What speaks against the trigger rules as they stand, in sentences. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase

from incidents.logic.triggers import OF_NUMBERS, Compare, Condition, RuleSpec, number_in

SILENT_DAYS = 90
LOW_PRECISION = 0.5


@dataclass(frozen=True)
class Standing:
    """One rule with what its findings ask. `active_since` None: it does not decide."""

    spec: RuleSpec
    name: str
    review_on: date
    has_owner: bool = True
    owner: str = ""
    active_since: datetime | None = None
    last_fired_at: datetime | None = None


def findings(rules: Sequence[Standing], *, now: datetime) -> dict[int, list[str]]:
    """What to look at, by rule; rules come in the order in which they are tried."""
    return {
        rule.spec.rule_id: [*_conflicts(rules, place), *_of_itself(rule, now=now)]
        for place, rule in enumerate(rules)
    }


def _conflicts(rules: Sequence[Standing], place: int) -> list[str]:
    rule = rules[place]
    for other in rules[:place]:
        if other.active_since is not None and covers(other.spec, rule.spec):
            return [f"It can never decide: “{other.name}” stands above it and takes all of it."]
    for other in rules:
        if other is not rule and _asks(other.spec) == _asks(rule.spec):
            return [f"“{other.name}” asks just the same."]
    return []


def _asks(spec: RuleSpec) -> tuple[int | None, frozenset[Condition]]:
    return spec.source_id, frozenset(_plain(one) for one in spec.conditions)


def _plain(one: Condition) -> Condition:
    return Condition(one.what, one.test, one.value.strip().casefold(), one.minutes)


def _of_itself(rule: Standing, *, now: datetime) -> list[str]:
    found = []
    if not rule.has_owner:
        found.append(f"{rule.owner} has left. Name another owner.")
    if rule.review_on < now.date():
        found.append(f"It was to be looked at by {rule.review_on.day} {rule.review_on:%b %Y}.")
    silence = now - timedelta(days=SILENT_DAYS)
    is_old = rule.active_since is not None and rule.active_since <= silence
    if is_old and (rule.last_fired_at is None or rule.last_fired_at <= silence):
        found.append(f"It has not fired for {SILENT_DAYS} days.")
    return found


def covers(earlier: RuleSpec, later: RuleSpec) -> bool:
    """Whether the earlier rule surely takes every alert that the later one would take.

    A rule takes an alert from the first minute, also while it waits for a duration to pass. In
    doubt the answer is no.
    """
    if earlier.source_id not in (None, later.source_id):
        return False
    return all(
        one.what == "firing" or any(implies(other, one) for other in later.conditions)
        for one in earlier.conditions
    )


def implies(given: Condition, asked: Condition) -> bool:
    """Whether `asked` surely holds where `given` does."""
    if _plain(given) == _plain(asked):
        return True
    if given.what != asked.what or given.what in ("firing", "times"):
        return False
    if given.test in OF_NUMBERS and asked.test in OF_NUMBERS:
        return _number_implies(given, asked)
    if asked.test == Compare.EXISTS:
        return given.test in OF_NUMBERS or (
            given.test in (Compare.IS, Compare.CONTAINS) and given.value != ""
        )
    return given.test == Compare.IS and _text_implies(given.value, asked)


def _number_implies(given: Condition, asked: Condition) -> bool:
    ours, theirs = number_in(given.value), number_in(asked.value)
    if ours is None or theirs is None:
        return False
    high = (Compare.OVER, Compare.AT_LEAST)
    if (given.test in high) != (asked.test in high):
        return False
    if given.test in high:
        is_strict = given.test == Compare.OVER or asked.test == Compare.AT_LEAST
        return ours > theirs or (ours == theirs and is_strict)
    is_strict = given.test == Compare.UNDER or asked.test == Compare.AT_MOST
    return ours < theirs or (ours == theirs and is_strict)


def _text_implies(known: str, asked: Condition) -> bool:
    text, value = known.casefold(), asked.value.casefold()
    if asked.test == Compare.IS_NOT:
        return text != value
    if asked.test == Compare.CONTAINS:
        return value in text
    if asked.test == Compare.LACKS:
        return value not in text
    if asked.test == Compare.MATCHES:
        return fnmatchcase(text, value.replace("[", "[[]"))
    return False
