"""The incident clock that people see: six milestones, done, due, to do or not needed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.portal.sentences import Sentence

DONE, DUE, TODO, SKIP = "done", "due", "todo", "skip"

MINUTE = timedelta(minutes=1)

TO_DO = {
    "detected": "detect",
    "acknowledged": "acknowledge",
    "escalated": "escalate",
    "contained": "contain",
    "resolved": "resolve",
    "reviewed": "review",
}
"""What is left to do, so that no deadline reads as if it were done."""


@dataclass(frozen=True)
class Facts:
    """What is known of one incident: instants reached, and open or ended targets by promise."""

    detected_at: datetime
    acknowledged_at: datetime | None
    escalated_at: datetime | None
    contained_at: datetime | None
    resolved_at: datetime | None
    reviewed_at: datetime | None
    target_at: Mapping[str, datetime]
    next_call_at: datetime | None = None


@dataclass(frozen=True)
class Milestone:
    """One step of the clock. `at` is when it was reached, or by when it is due.

    `key` marks the last one reached and the one due next: those keep their words on a phone.
    """

    name: str
    state: str
    at: datetime | None
    detail: Sentence | None = None
    key: bool = False

    @property
    def label(self) -> str:
        """ "Contained" once reached or not needed; "Contain" while it is still to be done."""
        return (TO_DO[self.name] if self.state in (DUE, TODO) else self.name).capitalize()


def clock(facts: Facts, *, now: datetime) -> tuple[Milestone, ...]:
    """The six milestones. Exactly one is due while the incident is not reviewed.

    Their order is that of time: who was called because nobody acknowledged stands before that.
    """
    reached = {
        "detected": facts.detected_at,
        "acknowledged": facts.acknowledged_at,
        "contained": facts.contained_at,
        "resolved": facts.resolved_at,
        "reviewed": facts.reviewed_at,
    }
    targets = {
        "acknowledged": facts.target_at.get("acknowledge"),
        "contained": facts.target_at.get("contain"),
        "resolved": facts.target_at.get("resolve"),
        "reviewed": facts.target_at.get("review"),
    }
    due_name = next((name for name, at in reached.items() if at is None), "")
    steps = [
        _milestone(name, at, targets.get(name), facts, is_due=name == due_name, now=now)
        for name, at in reached.items()
    ]
    steps.insert(1 if _escalated_first(facts) else 2, _escalated(facts))
    return _with_keys(steps)


def _escalated_first(facts: Facts) -> bool:
    if facts.escalated_at is None:
        return False
    return facts.acknowledged_at is None or facts.escalated_at < facts.acknowledged_at


def _milestone(
    name: str,
    at: datetime | None,
    target_at: datetime | None,
    facts: Facts,
    *,
    is_due: bool,
    now: datetime,
) -> Milestone:
    if at is not None:
        late = at - target_at if target_at else timedelta(0)
        return Milestone(name, DONE, at, _took(name, at - facts.detected_at, late=late))
    if not is_due:
        is_late = target_at is not None and target_at < now
        return Milestone(name, TODO, target_at, _left(target_at, now=now) if is_late else None)
    return Milestone(name, DUE, target_at, _left(target_at, now=now))


def _escalated(facts: Facts) -> Milestone:
    if facts.escalated_at is not None:
        took = _took("escalated", facts.escalated_at - facts.detected_at)
        return Milestone("escalated", DONE, facts.escalated_at, took)
    if facts.contained_at or facts.resolved_at:
        return Milestone("escalated", SKIP, None, Sentence("not needed", {}))
    return Milestone("escalated", TODO, facts.next_call_at)


def _took(name: str, took: timedelta, *, late: timedelta = timedelta(0)) -> Sentence | None:
    """ "after 47 min", "after 65 min, 5 min late": late is done, but after its time."""
    if name == "detected":
        return None
    params = {"took_age_minutes": _minutes(took), "late_age_minutes": _minutes(late)}
    if took < MINUTE and late < MINUTE:
        return Sentence("within 1 min")
    if late < MINUTE:
        return Sentence("after {took_age_minutes}", params)
    return Sentence("after {took_age_minutes}, {late_age_minutes} late", params)


def _left(target_at: datetime | None, *, now: datetime) -> Sentence | None:
    if target_at is None:
        return None
    if target_at >= now:
        return Sentence("{left_age_minutes} left", {"left_age_minutes": _minutes(target_at - now)})
    return Sentence(
        "{late_age_minutes} late", {"late_age_minutes": max(1, _minutes(now - target_at))}
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _with_keys(steps: list[Milestone]) -> tuple[Milestone, ...]:
    last_done = max(i for i, step in enumerate(steps) if step.state == DONE)
    due = next((i for i, step in enumerate(steps) if step.state == DUE), last_done)
    return tuple(replace(step, key=i in {last_done, due}) for i, step in enumerate(steps))
