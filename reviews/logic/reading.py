"""A published review in one paragraph: what happened in figures, and what came of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from config.portal.sentences import Sentence

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
        "{service} was in trouble from {detected_at}."
        if facts.service
        else "It was noticed at {detected_at}."
    )
    noticed = Sentence(words, {"service": facts.service, "detected_at": facts.detected_at})
    found = [noticed]
    if facts.contained_at:
        minutes = _minutes(facts.contained_at, facts)
        found.append(
            Sentence("Customers felt it for {felt_age_minutes}.", {"felt_age_minutes": minutes})
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


def _actions(facts: Facts) -> list[Sentence]:
    if not facts.actions:
        return []
    start = "We agreed on 1 change;" if facts.actions == 1 else "We agreed on {count} changes;"
    if not facts.open_actions:
        end = "it is made." if facts.actions == 1 else "all are made."
    elif facts.open_actions == facts.actions:
        end = "it is still to come." if facts.actions == 1 else "all are still to come."
    else:
        end = "{open} is still to come." if facts.open_actions == 1 else "{open} are still to come."
    return [Sentence(f"{start} {end}", {"count": facts.actions, "open": facts.open_actions})]
