"""Trigger rules as people keep them: made, changed, switched on and off, and put in their order."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from config.portal.refusals import Refused
from incidents.enums import RuleAction, RuleMode
from incidents.logic import trigger_titles, triggers
from incidents.models import AlertSource, TriggerRule
from incidents.queries.trigger_list import why_not_keep
from rosters.models import Person

STEP = 10
MOST_RULES = 500
FIELDS = (
    "name",
    "source_id",
    "conditions",
    "action",
    "service_id",
    "severity",
    "impact_id",
    "policy_id",
    "title",
    "owner_id",
    "reason",
    "review_on",
)
TAKEN = "Another rule has this name. Choose another."


class ChangedSince(Refused):
    """Somebody else changed the rule after this page was opened."""


@dataclass(frozen=True)
class RuleFacts:
    """What people say of a rule; the fields of `TriggerRule` of the same names."""

    name: str
    conditions: tuple[Mapping[str, Any], ...]
    owner_id: int
    reason: str
    review_on: date
    source_id: int | None = None
    action: str = RuleAction.INCIDENT
    service_id: int | None = None
    severity: int | None = None
    impact_id: int | None = None
    policy_id: int | None = None
    title: str = ""


def facts_on(rule: TriggerRule, facts: RuleFacts) -> TriggerRule:
    """The rule says what these facts say; nothing is written."""
    for name in FIELDS:
        value = getattr(facts, name)
        setattr(rule, name, list(value) if name == "conditions" else value)
    return rule


def stamp(rule: TriggerRule) -> str:
    """What the rule says and whether it decides, as a short text that changes with it."""
    said = [getattr(rule, name) for name in (*FIELDS, "mode")]
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:16]


def next_position() -> int:
    """The place below all others."""
    last: int | None = TriggerRule.objects.aggregate(last=Max("position"))["last"]
    return (last or 0) + STEP


@transaction.atomic
def make(facts: RuleFacts, *, mode: str, by: Person, now: datetime) -> TriggerRule:
    """One more rule, below all others: a draft, or watching. Raises Refused."""
    _refuse_keeping(facts.source_id, by=by)
    if mode == RuleMode.ACTIVE:
        raise Refused("Save the rule first. The next page shows what switching it on changes.")
    if len(_all_locked()) >= MOST_RULES:
        raise Refused(f"There are {MOST_RULES} rules. Remove those that never fire first.")
    rule = facts_on(TriggerRule(mode=mode, position=next_position()), facts)
    _refuse_facts(rule, now=now)
    _save(rule)
    return rule


@transaction.atomic
def change(
    rule: TriggerRule, facts: RuleFacts, *, seen: str, by: Person, now: datetime
) -> TriggerRule:
    """The rule says this from now on, and does as much as before. Raises Refused.

    `seen` is the stamp of the rule as it was when the page was opened.
    """
    row = _locked(rule, by=by)
    if seen != stamp(row):
        raise ChangedSince("Somebody else changed this rule meanwhile. Your text is kept below.")
    _refuse_keeping(facts.source_id, by=by)
    _refuse_facts(facts_on(row, facts), now=now)
    _save(row)
    return row


@transaction.atomic
def switch(rule: TriggerRule, mode: str, *, by: Person, now: datetime, seen: str = "") -> bool:
    """The rule decides, watches or does nothing; False: it did so already. Raises Refused."""
    row = _locked(rule, by=by)
    if row.mode == mode:
        return False
    if mode not in RuleMode.values:
        raise Refused("Choose draft, watching or active.")
    if seen and seen != stamp(row):
        raise ChangedSince("Somebody else changed this rule meanwhile. Look at the trial again.")
    if mode != RuleMode.DRAFT:
        _refuse_facts(row, now=now, is_typed=False)
    row.mode = mode
    row.save(update_fields=["mode"])
    return True


@transaction.atomic
def move(rule: TriggerRule, *, up: bool, by: Person) -> bool:
    """The rule changes places with its neighbor; False: there is none. All are numbered anew."""
    rows = _all_locked()
    place = next((number for number, row in enumerate(rows) if row.pk == rule.pk), None)
    if place is None:
        raise Refused("This rule is gone.")
    _refuse_keeping(rows[place].source_id, by=by)
    other = place - 1 if up else place + 1
    is_moved = 0 <= other < len(rows)
    if is_moved:
        rows[place], rows[other] = rows[other], rows[place]
    _number(rows)
    return is_moved


def _number(rows: Sequence[TriggerRule]) -> None:
    moved = []
    for number, row in enumerate(rows, start=1):
        if row.position != number * STEP:
            row.position = number * STEP
            moved.append(row)
    TriggerRule.objects.bulk_update(moved, ["position"])


def _all_locked() -> list[TriggerRule]:
    """Every rule in its order; whoever else moves one waits."""
    rows = TriggerRule.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return sorted(rows, key=lambda row: (row.position, row.pk))


def _locked(rule: TriggerRule, *, by: Person) -> TriggerRule:
    rows = TriggerRule.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("source", "owner").filter(pk=rule.pk).first()
    if row is None:
        raise Refused("This rule is gone.")
    _refuse_keeping(row.source_id, by=by)
    return row


def _refuse_keeping(source_id: int | None, *, by: Person) -> None:
    source = AlertSource.objects.filter(pk=source_id).first() if source_id else None
    refusal = why_not_keep(source, reader=by)
    if refusal and source is None:
        raise Refused(
            "Rules for every source are kept by service owners and administrators."
            " Choose one source of a team that you lead."
        )
    if refusal:
        raise Refused(refusal)


def _refuse_facts(rule: TriggerRule, *, now: datetime, is_typed: bool = True) -> None:
    found = [triggers.condition_of(one) for one in rule.conditions]
    reasons = [triggers.why_not_condition(one) for one in found]
    reasons += [triggers.why_not_conditions(found), trigger_titles.why_not_title(rule.title)]
    if Person.objects.filter(pk=rule.owner_id, left_at__lte=now).exists():
        reasons.append("The owner has left. Choose somebody who is here.")
    if is_typed and rule.review_on <= now.date():
        reasons.append("Choose a day to come on which it is looked at again.")
    refusal = next((reason for reason in reasons if reason), None)
    if refusal:
        raise Refused(refusal)


def _save(rule: TriggerRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Refused(TAKEN) from None
