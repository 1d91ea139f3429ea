"""Which open incident takes an alert that has none yet, so that one trouble is one incident.

In this order: an incident of the same source and service that opened within the source's window
(or however old, while the source sends more than agreed), then one of something that the service
needs. Only an incident of the same severity takes others of its own service, whichever came first,
so that the order of arrival decides nothing; a more severe alert is never hidden in a lesser
incident.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

DEPTH = 5
"""How far along the dependencies we look: further away, a common cause is a guess."""


@dataclass(frozen=True)
class Candidate:
    """An open incident that might take an alert. `slot` is the caller's own name for it."""

    slot: int
    service_id: int | None
    severity: int
    detected_at: datetime
    source_id: int | None


@dataclass(frozen=True)
class Newcomer:
    """An alert, or several that their sender put together, without an incident."""

    service_id: int | None
    severity: int
    source_id: int


@dataclass(frozen=True)
class Joined:
    """The incident that takes it, and the failing service that explains it, when it is another."""

    slot: int
    because_of_id: int | None = None


def choose(
    newcomer: Newcomer,
    candidates: Iterable[Candidate],
    needs: Mapping[int, Collection[int]],
    *,
    window: timedelta | None,
    now: datetime,
) -> Joined | None:
    """The incident that takes the newcomer, or None: it opens its own.

    `window` None means any age; zero means that incidents of its own service never take it. Of
    candidates detected at the same instant the first given counts as the first.
    """
    if newcomer.service_id is None:
        return None
    found = sorted(candidates, key=lambda one: one.detected_at)
    for one in found:
        if _is_like(one, newcomer) and _is_within(one, window, now=now):
            return Joined(one.slot)
    return _explained(newcomer, found, needs)


def _is_like(one: Candidate, newcomer: Newcomer) -> bool:
    return (one.service_id, one.severity, one.source_id) == (
        newcomer.service_id,
        newcomer.severity,
        newcomer.source_id,
    )


def _is_within(one: Candidate, window: timedelta | None, *, now: datetime) -> bool:
    return window is None or (bool(window) and now < one.detected_at + window)


def _explained(
    newcomer: Newcomer, found: Iterable[Candidate], needs: Mapping[int, Collection[int]]
) -> Joined | None:
    """The nearest failing service that it needs, when its incident is at least as severe."""
    failing: dict[int, Candidate] = {}
    for one in found:
        if one.service_id is not None and one.severity <= newcomer.severity:
            failing.setdefault(one.service_id, one)
    seen = {newcomer.service_id}
    ring = [newcomer.service_id] if newcomer.service_id is not None else []
    for _ in range(DEPTH):
        ring = sorted({need for pk in ring for need in needs.get(pk, ())} - seen)
        for pk in ring:
            if pk in failing:
                return Joined(failing[pk].slot, because_of_id=pk)
        seen.update(ring)
    return None


def upstream(service_ids: Iterable[int], needs: Mapping[int, Collection[int]]) -> set[int]:
    """These services and everything they need, as far as joining looks."""
    seen = set(service_ids)
    ring = set(seen)
    for _ in range(DEPTH):
        ring = {need for pk in ring for need in needs.get(pk, ())} - seen
        seen |= ring
    return seen
