"""No deadline reads as if it were done: every milestone in every state."""

from datetime import UTC, datetime, timedelta

import pytest

from config.portal import words
from incidents.logic.milestones import Facts, Milestone, clock
from tests.world import at

BEGAN = at("2026-11-21 09:40")


def minutes(number: int) -> datetime:
    return BEGAN + timedelta(minutes=number)


TARGETS = {
    "acknowledge": minutes(5),
    "contain": minutes(60),
    "resolve": minutes(240),
    "review": minutes(7200),
}


def steps(now: int, **reached: int) -> dict[str, Milestone]:
    facts = Facts(
        detected_at=BEGAN,
        **{
            f"{name}_at": minutes(reached[name]) if name in reached else None
            for name in ("acknowledged", "escalated", "contained", "resolved", "reviewed")
        },
        target_at=TARGETS,
    )
    return {step.name: step for step in clock(facts, now=minutes(now))}


def told(step: Milestone) -> str:
    detail = step.detail
    said = words.as_text(detail, zone=UTC, now=BEGAN, minutes=words.short_minutes) if detail else ""
    return f"{step.label}: {said}" if said else step.label


@pytest.mark.parametrize(
    ("name", "now", "reached", "said"),
    [
        ("acknowledged", 2, {}, "Acknowledge: 3 min left"),
        ("acknowledged", 9, {}, "Acknowledge: 4 min late"),
        ("acknowledged", 9, {"acknowledged": 3}, "Acknowledged: after 3 min"),
        ("acknowledged", 9, {"acknowledged": 0}, "Acknowledged: within 1 min"),
        ("acknowledged", 9, {"acknowledged": 7}, "Acknowledged: after 7 min, 2 min late"),
        ("contained", 2, {}, "Contain"),
        ("contained", 81, {}, "Contain: 21 min late"),
        ("contained", 50, {"acknowledged": 3}, "Contain: 10 min left"),
        ("contained", 81, {"acknowledged": 3}, "Contain: 21 min late"),
        ("contained", 90, {"acknowledged": 3, "contained": 60}, "Contained: after 1 h"),
        (
            "contained",
            90,
            {"acknowledged": 3, "contained": 65},
            "Contained: after 1 h 05, 5 min late",
        ),
        ("resolved", 300, {"acknowledged": 3, "contained": 60}, "Resolve: 1 h late"),
        ("resolved", 300, {"acknowledged": 3}, "Resolve: 1 h late"),
        (
            "resolved",
            300,
            {"acknowledged": 3, "contained": 60, "resolved": 250},
            "Resolved: after 4 h 10, 10 min late",
        ),
        (
            "reviewed",
            300,
            {"acknowledged": 3, "contained": 60, "resolved": 200},
            "Review: 4 days left",
        ),
        ("escalated", 2, {}, "Escalate"),
        ("escalated", 9, {"acknowledged": 3, "escalated": 2}, "Escalated: after 2 min"),
        ("escalated", 90, {"acknowledged": 3, "contained": 60}, "Escalated: not needed"),
        ("detected", 2, {}, "Detected"),
    ],
)
def test_a_step_says_what_is_done_and_what_is_not(
    name: str, now: int, reached: dict[str, int], said: str
) -> None:
    assert told(steps(now, **reached)[name]) == said
