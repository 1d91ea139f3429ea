"""A published review in one paragraph: what happened in figures, and what came of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from config.portal.sentences import Param, Sentence

NO_ANSWER = "{count} calls, and nobody acknowledged"
CHANGE_TO_COME = "We agreed on 1 change. It is still to come"
LENGTHS = {"paragraph": "One paragraph", "page": "One page", "all": "All of it"}


@dataclass(frozen=True)
class Facts:
    """One incident and its review, as far as the paragraph asks."""

    service: str
    detected_at: datetime
    contained_at: datetime | None
    resolved_at: datetime | None
    factors: int = 0
    actions: int = 0
    open_actions: int = 0


def paragraph(facts: Facts) -> tuple[Sentence, ...]:
    """When it was noticed, how long customers felt it, and what will be different."""
    return (*_times(facts), *_factors(facts), *_actions(facts))


def _times(facts: Facts) -> list[Sentence]:
    words = (
        "{service} had a problem from {detected_at}."
        if facts.service
        else "It was noticed at {detected_at}."
    )
    noticed = Sentence(words, {"service": facts.service, "detected_at": facts.detected_at})
    found = [noticed]
    if facts.contained_at:
        minutes = _minutes(facts.contained_at, facts)
        found.append(
            Sentence("Customers noticed it for {felt_age_minutes}.", {"felt_age_minutes": minutes})
        )
    if facts.resolved_at and facts.resolved_at != facts.contained_at:
        minutes = _minutes(facts.resolved_at, facts)
        found.append(
            Sentence(
                "All was back to normal after {whole_age_minutes}.", {"whole_age_minutes": minutes}
            )
        )
    return found


def _minutes(at: datetime, facts: Facts) -> int:
    return int((at - facts.detected_at).total_seconds() // 60)


def _factors(facts: Facts) -> list[Sentence]:
    if not facts.factors:
        return []
    words = (
        "One thing made it possible."
        if facts.factors == 1
        else "{count} things together made it possible."
    )
    return [Sentence(words, {"count": facts.factors})]


def changes_heading(facts: Facts) -> Sentence:
    """How far the changes are, as the heading of their list."""
    made = facts.actions - facts.open_actions
    params: dict[str, Param] = {"count": facts.actions, "made": made}
    if facts.actions == 1:
        return Sentence("We agreed on 1 change. It is made" if made else CHANGE_TO_COME, params)
    if not made:
        return Sentence("We agreed on {count} changes. None is made yet", params)
    if made == facts.actions:
        return Sentence("All {count} changes that we agreed on are made", params)
    words = (
        "{made} of {count} changes is made" if made == 1 else "{made} of {count} changes are made"
    )
    return Sentence(words, params)


def calls_heading(calls: int, *, before: int, acknowledged_minutes: int | None) -> Sentence:
    """How the calls went, as the heading of their list; nobody is named.

    `before` is how many of them went out until somebody acknowledged.
    """
    if not calls:
        return Sentence("Nobody was called")
    if acknowledged_minutes is None:
        words = "1 call, and nobody acknowledged" if calls == 1 else NO_ANSWER
        return Sentence(words, {"count": calls})
    if not before:
        return Sentence("Somebody acknowledged before anybody was called")
    words = "1 call" if before == 1 else "{count} calls"
    when = "after {answer_age_minutes}" if acknowledged_minutes else "within a minute"
    return Sentence(
        f"{words} until somebody acknowledged, {when}",
        {"count": before, "answer_age_minutes": acknowledged_minutes},
    )


def _actions(facts: Facts) -> list[Sentence]:
    if not facts.actions:
        return []
    start = "We agreed on 1 change;" if facts.actions == 1 else "We agreed on {count} changes;"
    if not facts.open_actions:
        end = "it is made." if facts.actions == 1 else "all are made."
    elif facts.open_actions == facts.actions:
        end = "it is still to come." if facts.actions == 1 else "none is made yet."
    else:
        end = "{open} is still to come." if facts.open_actions == 1 else "{open} are still to come."
    return [Sentence(f"{start} {end}", {"count": facts.actions, "open": facts.open_actions})]
