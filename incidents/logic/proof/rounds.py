"""The first round of calls, for an incident that begins at any instant of a window. Pure.

Which steps fire when is the planner's word (`incidents.logic.plan.fire`); it is asked once for each
stretch of time in which the same steps have somebody.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from incidents.logic.plan import Plan, fire, first_cursor
from incidents.logic.proof.ground import Ground, People
from incidents.logic.proof.lines import Line, line_of, merged
from incidents.logic.summons import About, StepRow
from rosters.enums import Urgency
from rosters.logic.spans import Span


@dataclass(frozen=True)
class Firing:
    """One step that tells somebody, so long after the incident began."""

    offset: timedelta
    step_id: int


Shape = tuple[Firing, ...]
"""What of a plan's first round tells somebody, in order."""


@dataclass(frozen=True)
class Case:
    """What happens when one service breaks at one severity; `about` says which.

    `ends`: the calls end when the rounds are over, for nobody is called again and again.
    """

    plan: Plan
    steps: Mapping[int, StepRow]
    about: About
    policy_id: int | None = None

    @property
    def in_order(self) -> list[StepRow]:
        return [self.steps[one.step_id] for one in self.plan.steps]


@dataclass
class Round:
    """The first round of one case, for incidents that begin in the ground's window.

    The ground reaches further than `ends_at`, by the longest offset at least.
    """

    case: Case
    ground: Ground
    ends_at: datetime
    _moved: dict[Firing, Line[People]] = field(default_factory=dict)

    @cached_property
    def told(self) -> dict[int, Line[People]]:
        """Whom each step tells, by its number."""
        return {row.step_id: self.ground.told(row, self.case.about) for row in self.case.in_order}

    @cached_property
    def reached(self) -> Line[frozenset[int]]:
        """Which steps have somebody to tell."""
        numbers = list(self.told)

        def there(people: list[People]) -> frozenset[int]:
            return frozenset(pk for pk, some in zip(numbers, people, strict=True) if some)

        return merged(list(self.told.values()), there)

    @cached_property
    def shapes(self) -> Line[Shape]:
        """Which steps tell somebody, and when, by the instant at which the incident begins."""
        plan = Plan(self.case.plan.steps)
        window = (self.ground.window[0], self.ends_at)
        if self.reached.is_constant:
            return line_of((), lambda at: self._shape(plan, at), window=window)
        edges = {edge - step.offset for edge in self.reached.edges for step in self.case.plan.steps}
        return line_of(edges, lambda at: self._shape(plan, at), window=window)

    def _shape(self, plan: Plan, started_at: datetime) -> Shape:
        found = []
        cursor = first_cursor(plan, started_at=started_at)
        while cursor is not None:
            at = cursor.due_at
            fired = fire(plan, cursor, started_at=started_at, now=at, reachable=self.reached.at(at))
            if fired.told is not None:
                found.append(Firing(at - started_at, fired.told.step_id))
            cursor = fired.cursor
        return tuple(found)

    def people(self, firing: Firing) -> Line[People]:
        """Whom a firing tells, by the instant at which the incident begins."""
        if firing not in self._moved:
            told = self.told[firing.step_id]
            self._moved[firing] = told.ahead(firing.offset, ends_at=self.ends_at)
        return self._moved[firing]

    def nobody(self) -> list[Span]:
        """When the first call of an incident that begins then reaches nobody at all."""
        first = self.case.plan.steps[0].offset
        return self.reached.ahead(first, ends_at=self.ends_at).where(lambda some: not some)

    def pairs(self) -> Iterator[tuple[Firing, Firing, Line[tuple[People, People]]]]:
        """Every two calls that follow one another, with whom they tell."""
        for (starts_at, ends_at), shape in self.shapes.pieces():
            for first, then in pairwise(shape):
                both = merged(
                    [self.people(one).within(starts_at, ends_at) for one in (first, then)],
                    _two,
                )
                yield first, then, both

    @cached_property
    def woken(self) -> Line[tuple[int, timedelta | None]]:
        """How many people the urgent calls of the round wake, and how soon the first of them."""
        pieces: list[Line[tuple[int, timedelta | None]]] = []
        for (starts_at, ends_at), shape in self.shapes.pieces():
            urgent = [one for one in shape if self._is_urgent(one)]
            if not urgent:
                pieces.append(Line((starts_at,), ((0, None),), ends_at))
                continue
            soonest = urgent[0].offset
            lines = [self.people(one).within(starts_at, ends_at) for one in urgent]
            many = merged(lines, _many)
            values = tuple((one, soonest) for one in many.values)
            pieces.append(Line(many.edges, values, ends_at))
        return _end_to_end(pieces, self.ends_at)

    def _is_urgent(self, firing: Firing) -> bool:
        return self.case.steps[firing.step_id].urgency == Urgency.URGENT


def _two(people: list[People]) -> tuple[People, People]:
    return people[0], people[1]


def _many(people: Iterable[People]) -> int:
    return len({one for some in people for one in some})


def _end_to_end(
    pieces: list[Line[tuple[int, timedelta | None]]], ends_at: datetime
) -> Line[tuple[int, timedelta | None]]:
    found = dict(pair for piece in pieces for pair in zip(piece.edges, piece.values, strict=True))
    return line_of(found, found.__getitem__, window=(min(found), ends_at))
