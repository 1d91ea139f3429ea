"""Who is on call: layers, overrides and absences together. Pure; instants are aware, in UTC.

Higher priority first (1 is the first on call), equal priority together. Somebody away counts as
nobody, so the next priority moves up. An override wins over every layer and is never transitive:
it changes what the layers say, not what another override says. Of two that name the same person,
the one made later holds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter
from zoneinfo import ZoneInfo

from rosters.logic.shifts import (
    RestrictionSpec,
    RotationSpec,
    hours,
    is_within,
    on_turn,
    turns,
)

Levels = tuple[tuple[int, ...], ...]
"""People by level: the first level is on call, the next one is the backup. None is empty."""
Span = tuple[datetime, datetime]
"""Half-open."""
Change = tuple[datetime, Callable[[], None]]
"""At this instant, this changes."""


@dataclass(frozen=True)
class LayerSpec:
    """One level of a roster. Without restrictions it always counts."""

    priority: int
    rotations: tuple[RotationSpec, ...]
    restrictions: tuple[RestrictionSpec, ...] = ()


@dataclass(frozen=True)
class OverrideSpec:
    """One change in a half-open window of instants: replace, add or remove."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    person: int | None = None
    instead_of: int | None = None


@dataclass(frozen=True)
class RosterSpec:
    """A roster as the resolver wants it. Overrides stand in the order in which they were made.

    `away`: when a person counts as nobody.
    """

    zone: ZoneInfo
    layers: tuple[LayerSpec, ...]
    overrides: tuple[OverrideSpec, ...] = ()
    away: Mapping[int, Sequence[Span]] = field(default_factory=dict)

    @property
    def people(self) -> set[int]:
        """Everybody who could be on call."""
        taking_turns = {
            person
            for layer in self.layers
            for rotation in layer.rotations
            for person in rotation.people
        }
        return taking_turns | {one.person for one in self.overrides if one.person is not None}


@dataclass(frozen=True)
class Segment:
    """A half-open stretch of time in which the same people are on call."""

    starts_at: datetime
    ends_at: datetime
    levels: Levels


def on_call(spec: RosterSpec, *, at: datetime) -> Levels:
    """Who is on call at `at`: the first level first, then who would move up."""
    standing = (
        (layer.priority, on_turn(rotation, spec.zone, at=at))
        for layer in spec.layers
        if not layer.restrictions or is_within(layer.restrictions, spec.zone, at=at)
        for rotation in layer.rotations
    )
    overrides = [one for one in spec.overrides if one.starts_at <= at < one.ends_at]
    return _resolve(standing, overrides, lambda person: _holds(spec.away.get(person, ()), at))


def _holds(spans: Iterable[Span], at: datetime) -> bool:
    return any(starts_at <= at < ends_at for starts_at, ends_at in spans)


def _resolve(
    standing: Iterable[tuple[int, int | None]],
    overrides: Sequence[OverrideSpec],
    is_away: Callable[[int], bool],
) -> Levels:
    """The levels from what the rotations say (priority and person), in any order."""
    by_priority: dict[int, list[int]] = {}
    for priority, person in standing:
        if person is not None:
            by_priority.setdefault(priority, []).append(person)
    levels = [by_priority[priority] for priority in sorted(by_priority)]
    if overrides:
        levels = _with_named_overrides(levels, overrides)
    present = [level for level in (_unique(level, is_away) for level in levels) if level]
    if overrides:
        present = _with_general_overrides(present, overrides, is_away)
    return tuple(present)


def _with_named_overrides(
    levels: Sequence[Sequence[int]], overrides: Sequence[OverrideSpec]
) -> list[list[int]]:
    """One person instead of another, or one fewer, at whatever level that person stands."""
    changes = {one.instead_of: one.person for one in overrides if one.instead_of is not None}
    changed = ([changes.get(person, person) for person in level] for level in levels)
    return [[person for person in level if person is not None] for level in changed]


def _with_general_overrides(
    present: Sequence[tuple[int, ...]],
    overrides: Sequence[OverrideSpec],
    is_away: Callable[[int], bool],
) -> list[tuple[int, ...]]:
    """One person instead of everybody who is on call, or one more beside them."""
    first: list[int | None] = [*present[0]] if present else []
    instead = [one.person for one in overrides if one.kind == "replace" and one.instead_of is None]
    if instead:
        first = [instead[-1]]
    first += [one.person for one in overrides if one.kind == "add"]
    level = _unique((person for person in first if person is not None), is_away)
    return [level, *present[1:]] if level else [*present[1:]]


def _unique(people: Iterable[int], is_away: Callable[[int], bool]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(person for person in people if not is_away(person)))


def segments(spec: RosterSpec, *, starts_at: datetime, ends_at: datetime) -> list[Segment]:
    """The stretches of [starts_at, ends_at) with the same people, in order and without a hole."""
    found: list[Segment] = []
    if ends_at <= starts_at:
        return found
    sweep = _Sweep(spec)
    since = starts_at
    for at, change in sorted(sweep.changes(starts_at, ends_at), key=itemgetter(0)):
        if at >= ends_at:
            break
        if at > since:
            _extend(found, Segment(since, at, sweep.levels()))
            since = at
        change()
    _extend(found, Segment(since, ends_at, sweep.levels()))
    return found


def _extend(found: list[Segment], segment: Segment) -> None:
    """Add the segment, joined to the one before it when the same people are on call."""
    if found and found[-1].levels == segment.levels:
        segment = Segment(found.pop().starts_at, segment.ends_at, segment.levels)
    found.append(segment)


class _Sweep:
    """What holds at one instant, moved on by everything that begins or ends."""

    def __init__(self, spec: RosterSpec) -> None:
        self.spec = spec
        self.turn: dict[tuple[int, int], int | None] = {}
        self.is_open = Counter({i: not layer.restrictions for i, layer in enumerate(spec.layers)})
        self.overrides: set[int] = set()
        self.away: Counter[int] = Counter()

    def levels(self) -> Levels:
        standing = (
            (self.spec.layers[layer].priority, person)
            for (layer, _), person in self.turn.items()
            if self.is_open[layer]
        )
        overrides = [self.spec.overrides[index] for index in sorted(self.overrides)]
        return _resolve(standing, overrides, lambda person: self.away[person] > 0)

    def changes(self, starts_at: datetime, ends_at: datetime) -> Iterator[Change]:
        """Everything that begins or ends, from some time before `starts_at` on, in any order."""
        for index, layer in enumerate(self.spec.layers):
            yield from self._turns(index, layer, starts_at, ends_at)
            zone = self.spec.zone
            for span in hours(layer.restrictions, zone, starts_at=starts_at, ends_at=ends_at):
                yield from self._span(span, self.is_open, index)
        for index, one in enumerate(self.spec.overrides):
            yield one.starts_at, partial(self.overrides.add, index)
            yield one.ends_at, partial(self.overrides.discard, index)
        for person, spans in self.spec.away.items():
            for span in spans:
                yield from self._span(span, self.away, person)

    def _turns(
        self, index: int, layer: LayerSpec, starts_at: datetime, ends_at: datetime
    ) -> Iterator[Change]:
        for number, rotation in enumerate(layer.rotations):
            key = (index, number)
            self.turn[key] = None
            found = turns(rotation, self.spec.zone, starts_at=starts_at, ends_at=ends_at)
            for at, person in found:
                yield at, partial(self.turn.__setitem__, key, person)

    def _span(self, span: Span, counts: Counter[int], key: int) -> Iterator[Change]:
        yield span[0], partial(_count, counts, key, 1)
        yield span[1], partial(_count, counts, key, -1)


def _count(counts: Counter[int], key: int, step: int) -> None:
    counts[key] += step
