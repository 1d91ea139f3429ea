"""How well one square of the contact matrix stands: who is named, and what is wrong. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rosters.logic.rotation import Span

STALE_AFTER = timedelta(days=90)


class Fault(StrEnum):
    """What is wrong, the worst first."""

    VACANT = "vacant"
    LEFT = "left"
    AWAY = "away"
    ALONE = "alone"
    NEVER = "never"
    STALE = "stale"
    TWICE = "twice"


WORDS = {
    Fault.VACANT: "Nobody",
    Fault.LEFT: "Left the company",
    Fault.AWAY: "Away now",
    Fault.ALONE: "No backup",
    Fault.NEVER: "Never confirmed",
    Fault.STALE: "Not confirmed for 90 days",
    Fault.TWICE: "Same person twice",
}
URGENT = frozenset({Fault.VACANT, Fault.LEFT, Fault.NEVER, Fault.STALE})
"""What counts as needing attention by itself."""


def in_words(faults: frozenset[Fault]) -> list[str]:
    """These faults, the worst first."""
    return [words for fault, words in WORDS.items() if fault in faults] if faults else []


@dataclass(frozen=True)
class Facts:
    """One cell as far as its faults go. `person_id` None with `has_roster` is a roster's cell."""

    person_id: int | None = None
    backup_id: int | None = None
    has_roster: bool = False
    confirmed_at: datetime | None = None


def faults(
    facts: Facts | None,
    *,
    is_needed: bool,
    left_at: Mapping[int, datetime],
    away: Mapping[int, tuple[Span, ...]],
    now: datetime,
) -> frozenset[Fault]:
    """What is wrong with a square; without facts nobody is named."""
    if facts is None:
        return frozenset({Fault.VACANT}) if is_needed else frozenset()
    return frozenset(_found(facts, left_at, away, now))


def _found(
    facts: Facts,
    left_at: Mapping[int, datetime],
    away: Mapping[int, tuple[Span, ...]],
    now: datetime,
) -> Iterable[Fault]:
    named = [pk for pk in (facts.person_id, facts.backup_id) if pk is not None]
    if any(left_at[pk] <= now for pk in named if pk in left_at):
        yield Fault.LEFT
    if any(starts_at <= now < ends_at for pk in named for starts_at, ends_at in away.get(pk, ())):
        yield Fault.AWAY
    if facts.person_id is not None and facts.backup_id is None:
        yield Fault.ALONE
    if facts.confirmed_at is None:
        yield Fault.NEVER
    elif now - facts.confirmed_at > STALE_AFTER:
        yield Fault.STALE
