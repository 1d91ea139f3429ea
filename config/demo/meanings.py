"""Six trigger rules: four decide, one watches in vain and one is a draft; one is overdue."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.demo.cast import Cast
from incidents.enums import RuleAction, RuleMode
from incidents.operations import trigger_keeping
from incidents.operations.trigger_keeping import RuleFacts

BY = "Amara"
LONG_AGO = 120
"""Days ago on which they were made."""


@dataclass(frozen=True)
class Meaning:
    """One rule; `again` is when it is looked at again, in days from now."""

    name: str
    source: str
    owner: str
    reason: str
    mode: RuleMode
    conditions: tuple[dict[str, Any], ...]
    again: int = 60
    more: dict[str, Any] = field(default_factory=dict)
    service: str = ""


def _when(what: str, test: str, value: str = "", minutes: int = 0) -> dict[str, Any]:
    return {"what": what, "test": test, "value": value, "minutes": minutes}


RULES = (
    Meaning(
        "Failing cards are a SEV1",
        "Card error monitor",
        "Priya",
        "Every minute without cards costs orders.",
        RuleMode.ACTIVE,
        (_when("name", "matches", "CardErrors*"),),
        more={"severity": 1, "title": "{summary}"},
        service="Payments",
    ),
    Meaning(
        "Slow cards are kept quietly",
        "Card error monitor",
        "Priya",
        "They come and go with the bank, and nobody can do anything.",
        RuleMode.ACTIVE,
        (_when("name", "is", "CardLatencyHigh"), _when("label:severity", "is", "warning")),
        again=-9,
        more={"action": RuleAction.SUPPRESS},
    ),
    Meaning(
        "Failing cards in Europe",
        "Card error monitor",
        "Priya",
        "Europe has its own bank.",
        RuleMode.WATCH,
        (_when("name", "matches", "CardErrors*"), _when("label:region", "is", "eu")),
        more={"severity": 2},
        service="Payments",
    ),
    Meaning(
        "Slow search waits ten minutes",
        "Search dashboards",
        "Marta",
        "Most of it is over before anybody has looked.",
        RuleMode.ACTIVE,
        (_when("name", "is", "SearchSlow"), _when("firing", "at_least", minutes=10)),
        more={"severity": 3},
        service="Search",
    ),
    Meaning(
        "Backups wait for the day",
        "Nightly backups",
        "Grace",
        "A missed backup is no reason to wake anybody.",
        RuleMode.ACTIVE,
        (_when("name", "contains", "backup"), _when("severity", "at_least", "3")),
        more={"action": RuleAction.IF_IMPACT},
    ),
    Meaning(
        "Timeouts of the basket",
        "Shop errors",
        "Marta",
        "Three in an hour were an outage twice.",
        RuleMode.DRAFT,
        (_when("summary", "contains", "timeout"), _when("times", "at_least", "3", 60)),
        more={"severity": 2},
        service="Checkout",
    ),
)


def build(cast: Cast, *, now: datetime) -> None:
    """The rules stand in their order, made long ago by somebody who may."""
    by, past = cast.people[BY], now - timedelta(days=LONG_AGO)
    for one in RULES:
        facts = RuleFacts(
            name=one.name,
            conditions=one.conditions,
            owner_id=cast.people[one.owner].pk,
            reason=one.reason,
            review_on=(now + timedelta(days=one.again)).date(),
            source_id=cast.sources[one.source].pk,
            service_id=cast.services[one.service].pk if one.service else None,
            **one.more,
        )
        is_active = one.mode == RuleMode.ACTIVE
        first = RuleMode.DRAFT if is_active else one.mode
        rule = trigger_keeping.make(facts, mode=first, by=by, now=past)
        if is_active:
            trigger_keeping.switch(rule, RuleMode.ACTIVE, by=by, now=past)
