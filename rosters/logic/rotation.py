"""Who is on call: layers, overrides, temporary schedules and absences together. Pure.

What wins, in this order: a temporary schedule; an override or a swap; the layer of higher priority
(1 is the first on call); the lower one. Layers of equal priority are on call together. Somebody
away counts as nobody, so the next priority moves up. `rosters.logic.overrides` has the finer rules.

Everything is half-open. Instants may come in any zone and go out in UTC; a naive datetime where an
instant is meant is refused with ValueError. Wall times (of rotations and hours) are naive.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain, count
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from rosters.logic.layers import LayerSpec, ShiftSpec, must_be_zone, standing, stays
from rosters.logic.overrides import (
    ADD,
    SHADOW,
    Levels,
    OverrideSpec,
    TemporarySpec,
    ranked,
    resolve,
    unique,
)
from rosters.logic.shifts import People, RestrictionSpec, RotationSpec
from rosters.logic.spans import Span, joined
from rosters.logic.targets import TargetSpec
from rosters.logic.walltime import asked, utc

__all__ = [
    "LayerSpec",
    "Levels",
    "OverrideSpec",
    "People",
    "RestrictionSpec",
    "RosterSpec",
    "RotationSpec",
    "Segment",
    "ShiftSpec",
    "Span",
    "TargetSpec",
    "TemporarySpec",
    "next_handover",
    "on_call",
    "segments",
]

LOOK_FIRST = timedelta(days=2)
"""How far the next hand-over is looked for at first; then four times as far, and so on."""
Places = dict[int, People]
"""Who stands at which place of one level now; places are in the order of the roster."""
Change = tuple[datetime, dict[int, Any], int, Any]
"""At this instant, this key of this dictionary becomes this; None takes it out."""


@dataclass(frozen=True)
class RosterSpec:
    """A roster as the resolver wants it.

    `zone` is the zone of every layer that has none of its own. Overrides and temporary schedules
    stand in the order in which they were made. `away`: when a person counts as nobody, as spans of
    instants. `target`: when somebody should be on call; it changes nobody, it only tells what is a
    gap. A roster that is not published has no layers, overrides and temporary schedules.

    ValueError for a zone by its name alone, and for a naive datetime in `away`.
    """

    zone: ZoneInfo
    layers: tuple[LayerSpec, ...] = ()
    overrides: tuple[OverrideSpec, ...] = ()
    away: Mapping[int, Sequence[Span]] = field(default_factory=dict)
    temporaries: tuple[TemporarySpec, ...] = ()
    target: TargetSpec | None = None

    def __post_init__(self) -> None:
        must_be_zone(self.zone)
        if any(edge.tzinfo is not UTC for spans in self.away.values() for edge in chain(*spans)):
            away = {
                person: tuple((utc(begin), utc(end)) for begin, end in spans)
                for person, spans in self.away.items()
            }
            object.__setattr__(self, "away", away)

    @cached_property
    def people(self) -> set[int]:
        """Everybody who could be on call, and who rides along."""
        found = {one.person for one in self.overrides if one.person is not None}
        found |= {shift.person for one in self.temporaries for shift in one.shifts}
        return found.union(*(layer.everybody for layer in self.layers))

    @property
    def shadows(self) -> "RosterSpec":
        """Who rides along, as a roster of its own: ask it as you would ask the roster."""
        layers = (replace(one, is_shadow=False) for one in self.layers if one.is_shadow)
        added = (replace(one, kind=ADD) for one in self.overrides if one.kind == SHADOW)
        return RosterSpec(self.zone, tuple(layers), tuple(added), self.away)

    def as_planned(self, layer: LayerSpec) -> "RosterSpec":
        """One layer as a roster of its own: without overrides, absences and other layers."""
        return RosterSpec(self.zone, (replace(layer, is_shadow=False),))

    def as_fixed(self, temporary: TemporarySpec, level: int) -> "RosterSpec":
        """One level of a temporary schedule as a roster of its own."""
        shifts = tuple(one for one in temporary.shifts if one.level == level)
        return RosterSpec(self.zone, temporaries=(replace(temporary, shifts=shifts),))

    def as_turns(self) -> "RosterSpec":
        """The roster without overrides, absences and temporary schedules."""
        return RosterSpec(self.zone, self.layers)

    def temporary_at(self, at: datetime) -> TemporarySpec | None:
        """The temporary schedule that holds at `at`: of several, the one made last."""
        return next(
            (one for one in reversed(self.temporaries) if one.starts_at <= at < one.ends_at), None
        )


@dataclass(frozen=True)
class Segment:
    """A half-open stretch of time in which the same people are on call.

    `is_alone`: whoever is first is also who should be behind them, so nobody else is.
    """

    starts_at: datetime
    ends_at: datetime
    levels: Levels
    is_alone: bool = False


def on_call(spec: RosterSpec, *, at: datetime) -> Levels:
    """Who is on call at the instant `at`: the first level first, then who would move up.

    A tuple of levels, each a tuple of people; empty when nobody is. ValueError for a naive `at`.
    """
    at = asked(at)

    def is_away(person: int) -> bool:
        return any(begin <= at < end for begin, end in spec.away.get(person, ()))

    gone = is_away if spec.away else None
    if spec.temporaries and (temporary := spec.temporary_at(at)):
        there = [one for one in temporary.shifts if one.starts_at <= at < one.ends_at]
        return resolve(_by_level((one.level, (one.person,)) for one in there), (), gone)
    levels = _by_level(
        (layer.priority, people)
        for layer in spec.layers
        if not layer.is_shadow
        for people in standing(layer, spec.zone, at=at)
    )
    overrides = [one for one in spec.overrides if one.starts_at <= at < one.ends_at]
    return resolve(levels, ranked(overrides) if overrides else (), gone)


def _by_level(standing: Iterable[tuple[int, People]]) -> list[People]:
    """People in the order of their levels, those of one level together."""
    found: dict[int, People] = {}
    for level, people in standing:
        found[level] = found.get(level, ()) + people
    return [found[level] for level in sorted(found)]


def next_handover(spec: RosterSpec, *, at: datetime, within: timedelta) -> Segment | None:
    """The next stretch in which other people are first on call than at `at`, or nobody is.

    It begins after `at` and before `at + within`, where it may be cut off. None when the same
    people stay that long.
    """
    at = asked(at)
    ahead = min(LOOK_FIRST, within)
    while True:
        first, *rest = segments(spec, starts_at=at, ends_at=at + ahead) or [Segment(at, at, ())]
        found = next((one for one in rest if one.levels[:1] != first.levels[:1]), None)
        if ahead == within or (found and found.ends_at < at + ahead):
            return found
        ahead = min(ahead * 4, within)


def segments(spec: RosterSpec, *, starts_at: datetime, ends_at: datetime) -> list[Segment]:
    """The stretches of [starts_at, ends_at) with the same people, in order and without a hole.

    None of an empty window. Two that follow each other always differ. Cutting a window in two
    changes nothing but the cut. ValueError for a naive datetime.
    """
    since, until = asked(starts_at), asked(ends_at)
    found: list[Segment] = []
    if until <= since:
        return found
    levels: Levels | None = None
    for at, now in _Sweep(spec).steps(since, until):
        if now != levels:
            if levels is not None:
                found.append(Segment(since, at, levels))
            since, levels = at, now
    found.append(Segment(since, until, levels or ()))
    return found


class _Sweep:
    """What holds at one instant, moved on by everything that begins or ends.

    Each kind of thing is a dictionary of what holds now: people by rotation, overrides by rank.
    """

    def __init__(self, spec: RosterSpec) -> None:
        self.spec = spec
        counted = {layer.priority for layer in spec.layers if not layer.is_shadow}
        self.standing: dict[int, Places] = {one: {} for one in sorted(counted)}
        self.overrides: dict[int, OverrideSpec] = {}
        self.away: dict[int, Span] = {}
        self.temporaries: dict[int, dict[int, Places]] = {}

    def steps(self, starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, Levels]]:
        """From which instant who is on call, in order; the first is `starts_at`."""
        reached = starts_at
        for at, state, key, value in sorted(self._changes(starts_at, ends_at), key=itemgetter(0)):
            if at > reached:
                yield reached, self._levels()
                if at >= ends_at:
                    return
                reached = at
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        yield reached, self._levels()

    def _levels(self) -> Levels:
        is_away = self.away.__contains__ if self.away else None
        standing, holding = self.standing, self.overrides
        if self.temporaries:
            standing, holding = self.temporaries[max(self.temporaries)], {}
        levels = [_together(there) for there in standing.values() if there]
        if not holding and is_away is None:
            return tuple([unique(people, None) if len(people) > 1 else people for people in levels])
        return resolve(levels, [holding[rank] for rank in sorted(holding)], is_away)

    def _changes(self, starts_at: datetime, ends_at: datetime) -> list[Change]:
        """Everything that begins or ends, from some time before `starts_at` on, in any order.

        What begins again at the instant at which it ended comes after its end.
        """
        window = (starts_at, ends_at)
        found = self._changes_of_layers(*window)
        for rank, one in enumerate(ranked(self.spec.overrides)):
            found += _change(self.overrides, rank, one, (one.starts_at, one.ends_at), window)
        for person, spans in self.spec.away.items():
            for span in joined(span for span in spans if span[0] < span[1]):
                found += _change(self.away, person, span, span, window)
        for number, temporary in enumerate(self.spec.temporaries):
            found += self._changes_of(temporary, number, window)
        return found

    def _changes_of(self, temporary: TemporarySpec, number: int, window: Span) -> list[Change]:
        levels: dict[int, Places] = {one: {} for one in temporary.levels}
        span = (temporary.starts_at, temporary.ends_at)
        found = _change(self.temporaries, number, levels, span, window)
        for place, one in enumerate(temporary.shifts):
            span = (one.starts_at, one.ends_at)
            found += _change(levels[one.level], place, (one.person,), span, window)
        return found

    def _changes_of_layers(self, starts_at: datetime, ends_at: datetime) -> list[Change]:
        """Where one person follows another at once, the first one's end is left out."""
        found: list[Change] = []
        places = count()
        for layer in self.spec.layers:
            if layer.is_shadow:
                continue
            standing = self.standing[layer.priority]
            for stay in stays(layer, self.spec.zone, starts_at=starts_at, ends_at=ends_at):
                place, until = next(places), starts_at
                for begins_at, stops_at, people in stay:
                    if until < begins_at:
                        found.append((until, standing, place, None))
                    found.append((begins_at, standing, place, people))
                    until = stops_at
                found.append((until, standing, place, None))
        return found


def _change(
    state: dict[int, Any], key: int, value: object, span: Span, window: Span
) -> list[Change]:
    """One thing that begins and ends, if it does so in the window or holds in it."""
    starts_at, ends_at = span
    if starts_at >= ends_at or starts_at >= window[1] or ends_at <= window[0]:
        return []
    return [(starts_at, state, key, value), (ends_at, state, key, None)]


def _together(there: Places) -> People:
    """Everybody of these places, in the places' order."""
    if len(there) == 1:
        (people,) = there.values()
        return people
    return tuple(person for place in sorted(there) for person in there[place])
