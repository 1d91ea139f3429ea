"""What a change of a roster does to each of its people: where they stand now, and stood. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from rosters.logic.feeds import level_name
from rosters.logic.rotation import Segment

AT_ONCE = timedelta(hours=2)
"""Whoever is put on call so soon is told by the ways that wake them."""


@dataclass(frozen=True)
class Effect:
    """A half-open time in which a person stands at another level than before.

    Level 0 is the first on call; None is not on call.
    """

    person: int
    starts_at: datetime
    ends_at: datetime
    before: int | None
    after: int | None

    @property
    def is_up(self) -> bool:
        """Whether they are called for more than before."""
        return self.after is not None and (self.before is None or self.after < self.before)

    def is_urgent(self, now: datetime) -> bool:
        """Whether they have to know at once: they are on call, or nearly."""
        return self.is_up and self.starts_at - now <= AT_ONCE

    @property
    def said(self) -> str:
        """What it means to them: "you are first on call"."""
        if self.after is None:
            return f"you are no longer {_duty(self.before) if self.before else 'on call'}"
        if self.before is None:
            return f"you are {_duty(self.after)}"
        if self.is_up:
            return f"you move up and are {_duty(self.after)}"
        return f"you are {_duty(self.after)}, no longer {_duty(self.before)}"


def _duty(level: int | None) -> str:
    if level == 1:
        return "the backup"
    return f"{level_name(level or 0).lower()}{' in line' if level else ''}"


def effects(before: Sequence[Segment], after: Sequence[Segment]) -> list[Effect]:
    """Who stands at another level after a change than before it, by time.

    Both are the same window, as the resolver gives it.
    """
    found: list[Effect] = []
    running: dict[int, int] = {}
    for starts_at, ends_at, old, new in _pieces(before, after):
        here: dict[int, int] = {}
        for person in sorted(old.keys() | new.keys()):
            one = Effect(person, starts_at, ends_at, old.get(person), new.get(person))
            if one.before == one.after:
                continue
            place = running.get(person)
            if place is not None and _goes_on(found[place], one):
                found[place] = replace(found[place], ends_at=ends_at)
            else:
                place = len(found)
                found.append(one)
            here[person] = place
        running = here
    return found


def _goes_on(last: Effect, one: Effect) -> bool:
    return (last.before, last.after) == (one.before, one.after)


def _pieces(
    before: Sequence[Segment], after: Sequence[Segment]
) -> Iterator[tuple[datetime, datetime, dict[int, int], dict[int, int]]]:
    """The window cut wherever one of the two changes, with everybody's level in both."""
    cuts = sorted({edge for one in (*before, *after) for edge in (one.starts_at, one.ends_at)})
    old, new = iter(before), iter(after)
    left, right = next(old, None), next(new, None)
    for starts_at, ends_at in pairwise(cuts):
        while left is not None and left.ends_at <= starts_at:
            left = next(old, None)
        while right is not None and right.ends_at <= starts_at:
            right = next(new, None)
        yield starts_at, ends_at, _levels(left, starts_at), _levels(right, starts_at)


def _levels(segment: Segment | None, at: datetime) -> dict[int, int]:
    if segment is None or segment.starts_at > at:
        return {}
    levels: Iterable[tuple[int, tuple[int, ...]]] = enumerate(segment.levels)
    found: dict[int, int] = {}
    for level, people in levels:
        for person in people:
            found.setdefault(person, level)
    return found
