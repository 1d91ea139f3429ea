"""What an alert means for us: trigger rules, tried in their order, the first that fits decides.

A condition asks one thing of an alert and compares it with a value that a person wrote. `what` is
`name`, `summary`, `service` or `severity` (1 is the worst), `label:<name>`, `times` (how often it
arrived in the last `minutes`, counted up to 20) or `firing` (for how many minutes it has been
firing). Texts are compared without case; `matches` knows * and ?, never a regular expression, so
that no pattern can stall the door. Numbers are read from texts such as "7.5 %" or "1,200".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

MOST_COUNTED = 20
MOST_CONDITIONS = 10
LONGEST_VALUE = 200
LONGEST_LABEL = 100
LONGEST_MINUTES = 24 * 60
TEXTS = ("name", "summary", "service")
SEVERITIES = (1, 2, 3, 4)
_NUMBER = re.compile(r"^\s*([-+]?\d{1,15}(?:[,_ ]\d{3})*(?:\.\d{1,9})?)\s*%?\s*$")


class Compare(StrEnum):
    """How a condition compares."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    LACKS = "lacks"
    MATCHES = "matches"
    EXISTS = "exists"
    MISSING = "missing"
    OVER = "over"
    UNDER = "under"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


OF_TEXT = frozenset({Compare.IS, Compare.IS_NOT, Compare.CONTAINS, Compare.LACKS, Compare.MATCHES})
OF_PRESENCE = frozenset({Compare.EXISTS, Compare.MISSING})
OF_NUMBERS = frozenset({Compare.OVER, Compare.UNDER, Compare.AT_LEAST, Compare.AT_MOST})
OF_SEVERITY = OF_NUMBERS | {Compare.IS, Compare.IS_NOT}


@dataclass(frozen=True)
class Condition:
    """One thing that must hold; `minutes` only where `what` counts over time."""

    what: str
    test: Compare
    value: str = ""
    minutes: int = 0


def condition_of(stored: Mapping[str, Any]) -> Condition:
    """One condition as it stands in a rule."""
    return Condition(
        stored["what"], Compare(stored["test"]), stored.get("value", ""), stored.get("minutes", 0)
    )


@dataclass(frozen=True)
class RuleSpec:
    """One rule. None leaves what the sender says; `is_watching` decides nothing.

    `usual_severity` is that of its kind of harm, for alerts whose sender does not say.

    `action` is a value of `RuleAction`. A rule without a source asks alerts of every source.
    """

    rule_id: int
    action: str
    conditions: tuple[Condition, ...] = ()
    source_id: int | None = None
    service_id: int | None = None
    severity: int | None = None
    impact_id: int | None = None
    policy_id: int | None = None
    title: str = ""
    is_watching: bool = False
    usual_severity: int | None = None


@dataclass(frozen=True)
class Facts:
    """What a rule may ask of one firing alert.

    `service` is what the sender calls it, in lower case. `arrived_at` are the instants at which it
    arrived, this one last; `firing_since` is when it began, as far as we know.
    """

    source_id: int
    name: str
    firing_since: datetime
    summary: str = ""
    service: str = ""
    severity: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    arrived_at: Sequence[datetime] = ()


@dataclass(frozen=True)
class Decision:
    """What becomes of one alert. `rule_id` None: no rule fits, and the sender's word holds.

    With `wait_until` the rule fits as soon as the alert has been firing for long enough; until
    then nothing opens. `watched` are the watching rules that would have decided.
    """

    action: str
    rule_id: int | None = None
    service_id: int | None = None
    severity: int | None = None
    impact_id: int | None = None
    policy_id: int | None = None
    title: str = ""
    usual_severity: int | None = None
    wait_until: datetime | None = None
    watched: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Fit:
    fits: bool
    from_at: datetime | None = None


_NO = _Fit(fits=False)
_YES = _Fit(fits=True)


def decide(facts: Facts, rules: Iterable[RuleSpec], *, otherwise: str, now: datetime) -> Decision:
    """The decision of the first rule that fits, in the order given; else `otherwise`.

    A rule that fits but for a duration decides too: the alert waits for it, unless a later instant
    shows that it stopped.
    """
    watched: list[int] = []
    for rule in rules:
        fit = _fit(rule, facts, now=now)
        if not fit.fits:
            continue
        if rule.is_watching:
            watched.append(rule.rule_id)
            continue
        return _decision(rule, fit.from_at, tuple(watched))
    return Decision(otherwise, watched=tuple(watched))


def _decision(rule: RuleSpec, wait_until: datetime | None, watched: tuple[int, ...]) -> Decision:
    return Decision(
        action=rule.action,
        rule_id=rule.rule_id,
        service_id=rule.service_id,
        severity=rule.severity,
        impact_id=rule.impact_id,
        policy_id=rule.policy_id,
        title=rule.title,
        usual_severity=rule.usual_severity,
        wait_until=wait_until,
        watched=watched,
    )


def fits(rule: RuleSpec, facts: Facts, *, now: datetime) -> bool:
    """Whether the rule decides about this alert at `now`, without waiting."""
    fit = _fit(rule, facts, now=now)
    return fit.fits and fit.from_at is None


def _fit(rule: RuleSpec, facts: Facts, *, now: datetime) -> _Fit:
    if rule.source_id not in (None, facts.source_id):
        return _NO
    found = [_holds(condition, facts, now=now) for condition in rule.conditions]
    if not all(one.fits for one in found):
        return _NO
    waits = [one.from_at for one in found if one.from_at is not None]
    return _Fit(fits=True, from_at=max(waits)) if waits else _YES


def _holds(condition: Condition, facts: Facts, *, now: datetime) -> _Fit:
    if condition.what == "firing":
        return _fires_long_enough(condition, facts, now=now)
    if condition.what == "times":
        return _said(_compares(condition, float(_times(condition, facts, now=now))))
    asked = _asked(condition.what, facts)
    if condition.test in OF_PRESENCE:
        return _said((asked != "") == (condition.test == Compare.EXISTS))
    if condition.test in OF_NUMBERS:
        number = number_in(asked)
        return _said(number is not None and _compares(condition, number))
    return _said(_reads(condition.test, asked.casefold(), condition.value.casefold()))


def _said(yes: bool) -> _Fit:  # noqa: FBT001  # the one thing it turns into a fit
    return _YES if yes else _NO


def _fires_long_enough(condition: Condition, facts: Facts, *, now: datetime) -> _Fit:
    from_at = facts.firing_since + timedelta(minutes=condition.minutes)
    return _YES if now >= from_at else _Fit(fits=True, from_at=from_at)


def _times(condition: Condition, facts: Facts, *, now: datetime) -> int:
    """How often it arrived in the last `minutes`, half-open: exactly that long ago is too old."""
    since = now - timedelta(minutes=condition.minutes)
    return sum(1 for at in facts.arrived_at if since < at <= now)


def _asked(what: str, facts: Facts) -> str:
    kind, _colon, name = what.partition(":")
    if kind == "label":
        return facts.labels.get(name, "")
    if kind == "severity":
        return "" if facts.severity is None else str(facts.severity)
    return {"name": facts.name, "summary": facts.summary, "service": facts.service}.get(kind, "")


def _reads(test: Compare, asked: str, value: str) -> bool:
    if test == Compare.IS:
        return asked == value
    if test == Compare.IS_NOT:
        return asked != value
    if test == Compare.CONTAINS:
        return value in asked
    if test == Compare.LACKS:
        return value not in asked
    return fnmatchcase(asked, value.replace("[", "[[]"))


def _compares(condition: Condition, number: float) -> bool:
    limit = number_in(condition.value)
    if limit is None:
        return False
    if condition.test == Compare.OVER:
        return number > limit
    if condition.test == Compare.UNDER:
        return number < limit
    if condition.test == Compare.AT_LEAST:
        return number >= limit
    return condition.test == Compare.AT_MOST and number <= limit


def number_in(text: str) -> float | None:
    """The number that a text is, such as "7.5 %" or "1,200"; None when it is none."""
    found = _NUMBER.match(text)
    return float(re.sub(r"[,_ ]", "", found[1])) if found else None


def why_not_conditions(conditions: Sequence[Condition]) -> str | None:
    """Why a rule cannot have just these conditions, in one sentence."""
    if not conditions:
        return "Say at least one thing that must hold. Without one the rule would take every alert."
    if len(conditions) > MOST_CONDITIONS:
        return f"A rule has up to {MOST_CONDITIONS} conditions. Make two rules of it."
    if len(set(conditions)) < len(conditions):
        return "Two conditions say the same. Remove one."
    return None


def why_not_condition(condition: Condition) -> str | None:
    """What is wrong with one condition that a person typed, in one sentence."""
    kind, _colon, name = condition.what.partition(":")
    if kind == "firing":
        return _why_not_minutes(condition)
    if kind == "times":
        return _why_not_times(condition)
    if kind == "severity":
        return _why_not_severity(condition)
    if kind == "label":
        if not name.strip():
            return "Write the name of the label, such as team."
        if len(name) > LONGEST_LABEL:
            return f"The name of a label has up to {LONGEST_LABEL} characters."
    elif condition.what not in TEXTS:
        return "Choose what the condition asks."
    return _why_not_value(condition)


def _why_not_value(condition: Condition) -> str | None:
    if condition.test in OF_PRESENCE:
        return None
    if not condition.value.strip():
        return "Write the value to compare with."
    if len(condition.value) > LONGEST_VALUE:
        return f"The value has up to {LONGEST_VALUE} characters."
    if condition.test in OF_NUMBERS and number_in(condition.value) is None:
        return "Over, under, at least and at most compare numbers. Write one, such as 5 or 2.5."
    return None


def _why_not_minutes(condition: Condition) -> str | None:
    if 1 <= condition.minutes <= LONGEST_MINUTES:
        return None
    return f"Write for how many minutes, from 1 to {LONGEST_MINUTES}."


def _why_not_times(condition: Condition) -> str | None:
    number = number_in(condition.value)
    if condition.test not in OF_NUMBERS or number is None or number != int(number):
        return "How often it arrived is a whole number: over, under, at least or at most."
    if not 0 <= number < MOST_COUNTED or (condition.test == Compare.OVER and number < 1):
        return (
            f"We count up to {MOST_COUNTED} arrivals. Write a number from 1 to {MOST_COUNTED - 1}."
        )
    return _why_not_minutes(condition)


def _why_not_severity(condition: Condition) -> str | None:
    if condition.test in OF_PRESENCE:
        return None
    if condition.test not in OF_SEVERITY or number_in(condition.value) not in SEVERITIES:
        return "A severity is 1, 2, 3 or 4, and 1 is the worst."
    return None
