"""A trigger rule as a sentence for people. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.enums import RuleAction
from incidents.logic.trigger_titles import PLACE
from incidents.logic.triggers import Compare, Condition

ASKED = {
    "name": "its name",
    "summary": "its summary",
    "service": "the service it names",
    "severity": "the severity it says",
}
TESTS = {
    Compare.IS: "is {value}",
    Compare.IS_NOT: "is not {value}",
    Compare.CONTAINS: "contains {value}",
    Compare.LACKS: "does not contain {value}",
    Compare.MATCHES: "looks like {value}",
    Compare.EXISTS: "is there",
    Compare.MISSING: "is missing",
    Compare.OVER: "is over {value}",
    Compare.UNDER: "is under {value}",
    Compare.AT_LEAST: "is {value} or more",
    Compare.AT_MOST: "is {value} or less",
}
COUNTS = {
    Compare.OVER: "more than {value}",
    Compare.UNDER: "fewer than {value}",
    Compare.AT_LEAST: "at least {value}",
    Compare.AT_MOST: "at most {value}",
}


@dataclass(frozen=True)
class Spoken:
    """What a rule says, by names. Empty: it leaves that as the sender says."""

    action: str
    conditions: tuple[Condition, ...] = ()
    source: str = ""
    service: str = ""
    severity: int | None = None
    impact: str = ""
    policy: str = ""
    title: str = ""


def in_words(rule: Spoken) -> str:
    """The whole rule: "When an alert of Prometheus EU has …, open a SEV1 on Shop …"."""
    return f"{when(rule)}, {what(rule)}."


def when(rule: Spoken) -> str:
    """Which alerts it takes: "When an alert of Prometheus EU has label team = shop"."""
    alert = f"When an alert of {rule.source}" if rule.source else "When an alert of any source"
    return f"{alert} {conditions(rule.conditions) or 'arrives'}"


def conditions(asked: Sequence[Condition]) -> str:
    """What must hold: "has label team = shop and has been firing for 10 minutes"."""
    said = [_condition(one) for one in asked if one.what != "firing"]
    lasts = [one.minutes for one in asked if one.what == "firing"]
    if lasts:
        said.append(f"has been firing for {_minutes(max(lasts))}")
    return " and ".join(said)


def what(rule: Spoken) -> str:
    """What becomes of them: "open a SEV1 on Shop, as customer-facing, and call by Payments"."""
    if rule.action == RuleAction.SUPPRESS:
        return "keep it quietly: nobody is called"
    text = f"open {_severity(rule.severity)} on {rule.service or 'the service it names'}"
    if rule.action == RuleAction.IF_IMPACT:
        where = rule.service or "its service"
        return f"wait, and join the incident of {where} once there is one"
    if rule.title:
        text += f" called {_called(rule.title)}"
    if rule.impact:
        text += f" with {rule.impact} harm"
    if rule.policy:
        text += f", and call by the rule {rule.policy}"
    return text


def _called(title: str) -> str:
    """The title with its places in words: by its summary, “Cards fail in [its label region]”."""
    only = PLACE.fullmatch(title.strip())
    if only:
        return f"by {_place(only)}"
    return f"“{PLACE.sub(lambda found: f'[{_place(found)}]', title)}”"


def _place(found: re.Match[str]) -> str:
    if found[2] is not None:
        return f"its label {found[2]}"
    return ASKED[found[1]]


def _severity(severity: int | None) -> str:
    return f"a SEV{severity}" if severity else "an incident"


def _condition(one: Condition) -> str:
    kind, _colon, name = one.what.partition(":")
    if kind == "times":
        count = COUNTS.get(one.test, "{value}").replace("{value}", one.value.strip() or "…")
        return f"arrived {count} times in {_minutes(one.minutes)}"
    value = f"“{one.value.strip()}”" if one.value.strip() else "…"
    if kind == "label":
        return _label(one, name, value)
    asked = ASKED.get(one.what, "it")
    return f"says that {asked} {TESTS[one.test].replace('{value}', _bare(one, value))}"


def _label(one: Condition, name: str, value: str) -> str:
    label = name or "…"
    if one.test == Compare.EXISTS:
        return f"has a label {label}"
    if one.test == Compare.MISSING:
        return f"has no label {label}"
    if one.test == Compare.IS:
        return f"has label {label} = {_bare(one, value)}"
    return f"has label {label} that {TESTS[one.test].replace('{value}', _bare(one, value))}"


def _bare(one: Condition, value: str) -> str:
    """Numbers and single words stand without quotation marks."""
    text = one.value.strip()
    return text if text and " " not in text else value


def _minutes(minutes: int) -> str:
    if minutes and minutes % 60 == 0:
        hours = minutes // 60
        return "1 hour" if hours == 1 else f"{hours} hours"
    return "1 minute" if minutes == 1 else f"{minutes or '…'} minutes"


def would_have(action: str, *, alerts: int, groups: int) -> str:
    """What a watching rule would have done in a month: "It would have opened 4 incidents." """
    if not alerts:
        return "No alert has fitted it."
    many = "1 alert" if alerts == 1 else f"{alerts} alerts"
    if action == RuleAction.SUPPRESS:
        return f"It would have kept {many} quiet."
    if action == RuleAction.IF_IMPACT:
        return f"It would have let {many} wait for impact."
    opened = "1 incident" if groups == 1 else f"{groups} incidents"
    return f"It would have opened or joined {opened}, for {many}."
