"""A temporary schedule as people write it: its window, its shifts, and its holes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from rosters.logic.layers import ShiftSpec
from rosters.logic.overrides import TemporarySpec
from rosters.logic.plans import Problem
from rosters.logic.spans import Span

LONGEST = timedelta(days=62)
MOST_SHIFTS = 120
MOST_LEVELS = 4


@dataclass(frozen=True)
class ShiftPlan:
    """One person's shift; instants, half-open. Level 1 is asked first."""

    person: int
    starts_at: datetime
    ends_at: datetime
    level: int = 1


@dataclass(frozen=True)
class Hand:
    """Who comes for whom in a half-open window.

    Without `goes` somebody comes as one more, on the first level; without `comes` nobody does.
    """

    window: Span
    comes: int | None
    goes: int | None = None


@dataclass(frozen=True)
class TemporaryPlan:
    """What replaces everything on a roster in [starts_at, ends_at)."""

    name: str
    starts_at: datetime
    ends_at: datetime
    shifts: tuple[ShiftPlan, ...] = ()

    @property
    def revision(self) -> str:
        """The same for two plans only if they say the same."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def cut(self, at: datetime) -> "TemporaryPlan":
        """What is left of it from `at` on."""
        left = (
            replace(one, starts_at=max(one.starts_at, at))
            for one in self.shifts
            if one.ends_at > at
        )
        return replace(self, starts_at=max(self.starts_at, at), shifts=tuple(left))

    def has(self, hand: Hand) -> bool:
        """Whether the hand changes anything in it: there is a shift to go from, or room to add."""
        starts_at, ends_at = hand.window
        if hand.goes is None:
            return starts_at < self.ends_at and self.starts_at < ends_at
        return any(
            one.person == hand.goes and one.starts_at < ends_at and starts_at < one.ends_at
            for one in self.shifts
        )

    def handed(self, hands: Sequence[Hand]) -> "TemporaryPlan":
        """The plan after these hands, all at once: who comes by one does not go by the next."""
        found: list[ShiftPlan] = []
        for one in self.shifts:
            edges = {edge for hand in hands if hand.goes == one.person for edge in hand.window}
            inside = sorted(edge for edge in edges if one.starts_at < edge < one.ends_at)
            for span in pairwise([one.starts_at, *inside, one.ends_at]):
                person = _after(hands, one.person, span)
                if person is not None:
                    found.append(ShiftPlan(person, *span, level=one.level))
        found += self._added(hands)
        return replace(self, shifts=_joined(found, touched={hand.comes for hand in hands}))

    def _added(self, hands: Sequence[Hand]) -> Iterator[ShiftPlan]:
        for hand in hands:
            starts_at = max(hand.window[0], self.starts_at)
            ends_at = min(hand.window[1], self.ends_at)
            if hand.comes is not None and hand.goes is None and starts_at < ends_at:
                yield ShiftPlan(hand.comes, starts_at, ends_at)

    @property
    def spec(self) -> TemporarySpec:
        """The plan for the resolver."""
        shifts = (ShiftSpec(*astuple(one)) for one in self.shifts)
        return TemporarySpec(self.starts_at, self.ends_at, tuple(shifts))

    @property
    def holes(self) -> tuple[Span, ...]:
        """When nobody of level 1 is there, inside its window. Where somebody is behind them, that
        one moves up; the resolver knows."""
        found = []
        at = self.starts_at
        first = (one for one in self.shifts if one.level == 1)
        for one in sorted(first, key=lambda one: one.starts_at):
            if one.starts_at > at:
                found.append((at, min(one.starts_at, self.ends_at)))
            at = max(at, one.ends_at)
            if at >= self.ends_at:
                break
        if at < self.ends_at:
            found.append((at, self.ends_at))
        return tuple(span for span in found if span[0] < span[1])


def _after(hands: Sequence[Hand], person: int, span: Span) -> int | None:
    """Who has a piece of the person's shift after the hands: the first that fits says so."""
    for hand in hands:
        if hand.goes == person and hand.window[0] <= span[0] and span[1] <= hand.window[1]:
            return hand.comes
    return person


def _joined(shifts: Sequence[ShiftPlan], *, touched: set[int | None]) -> tuple[ShiftPlan, ...]:
    """What those who came have on one level without a break is one shift."""
    found: list[ShiftPlan] = []
    last: dict[tuple[int, int], int] = {}
    for one in sorted(shifts, key=lambda one: (one.starts_at, one.level)):
        place = last.get((one.person, one.level)) if one.person in touched else None
        if place is not None and one.starts_at <= found[place].ends_at:
            ends_at = max(found[place].ends_at, one.ends_at)
            found[place] = replace(found[place], ends_at=ends_at)
            continue
        last[one.person, one.level] = len(found)
        found.append(one)
    return tuple(found)


def problems(plan: TemporaryPlan, *, names: Mapping[int, str]) -> list[Problem]:
    """Everything that stands in the way of keeping it. Holes do not: they are real gaps."""
    return list(_problems(plan, names))


def _problems(plan: TemporaryPlan, names: Mapping[int, str]) -> Iterator[Problem]:
    if not plan.name:
        yield Problem("name", "Give it a name, such as Christmas.")
    if plan.ends_at <= plan.starts_at:
        yield Problem("ends_at", "It must end after it starts.")
    elif plan.ends_at - plan.starts_at > LONGEST:
        yield Problem(
            "ends_at", f"It lasts at most {LONGEST.days} days. For longer, change the layers."
        )
    if len(plan.shifts) > MOST_SHIFTS:
        yield Problem("shifts", f"It has at most {MOST_SHIFTS} shifts.")
    for number, one in enumerate(plan.shifts, start=1):
        why_not = _why_not_shift(one, plan, names)
        if why_not:
            yield Problem("shifts", f"Shift {number}: {why_not}")


def _why_not_shift(one: ShiftPlan, plan: TemporaryPlan, names: Mapping[int, str]) -> str | None:
    if one.person not in names:
        return "whoever has it is not here any more."
    if one.ends_at <= one.starts_at:
        return f"{names[one.person]}’s must end after it starts."  # noqa: RUF001  # as printed
    if one.ends_at <= plan.starts_at or plan.ends_at <= one.starts_at:
        return f"{names[one.person]}’s lies outside of the window."  # noqa: RUF001  # as printed
    return None
