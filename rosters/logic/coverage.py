"""Where a roster has nobody, or nobody behind the first: gaps. Pure.

What should be there is what the roster's target declares, and nothing else. Without a target the
layers say it: one with hours, or with turns on some weekdays, asks for nobody outside them, so a
gap by design is no gap; in the window of a temporary schedule one level is asked for throughout,
so its holes are real gaps. Layers that only ride along ask for nobody.

Whoever is first and stands behind themselves leaves nobody behind them: that is a gap of the backup
whatever is declared, as somebody was meant to be there.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rosters.logic.layers import LayerSpec
from rosters.logic.rotation import RosterSpec, Segment
from rosters.logic.shifts import days, hours, is_within
from rosters.logic.walltime import read, utc


@dataclass(frozen=True)
class Gap:
    """A half-open time in which nobody is on call, or with `is_backup` nobody is behind the first.

    `level` is the first one that lacks somebody, counted from 0: 1 is the backup.
    """

    starts_at: datetime
    ends_at: datetime
    is_backup: bool = False
    level: int = 0

    def __post_init__(self) -> None:
        if self.is_backup and not self.level:
            object.__setattr__(self, "level", 1)

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


def gaps(spec: RosterSpec, stretches: Iterable[Segment]) -> tuple[Gap, ...]:
    """The gaps in stretches of this roster, in the order of time; those that touch are one.

    The stretches follow one another without a hole, as `segments` gives them.
    """
    found: list[Gap] = []
    for gap in _pieces(spec, list(stretches)):
        last = found[-1] if found else None
        if last and last.ends_at == gap.starts_at and last.level == gap.level:
            found[-1] = replace(last, ends_at=gap.ends_at)
        else:
            found.append(gap)
    return tuple(found)


def _pieces(spec: RosterSpec, stretches: Sequence[Segment]) -> Iterator[Gap]:
    deepest = _deepest(spec)
    short = [one for one in stretches if len(one.levels) < deepest or one.is_alone]
    if not short:
        return
    edges = _edges(spec, starts_at=short[0].starts_at, ends_at=short[-1].ends_at)
    for stretch in short:
        reached = len(stretch.levels)
        inner = edges[bisect_right(edges, stretch.starts_at) : bisect_left(edges, stretch.ends_at)]
        for starts_at, ends_at in pairwise([stretch.starts_at, *inner, stretch.ends_at]):
            wanted = priorities_open(spec, at=starts_at)
            if wanted > reached or (wanted and stretch.is_alone):
                yield Gap(starts_at, ends_at, is_backup=reached > 0, level=reached)


def _deepest(spec: RosterSpec) -> int:
    """How many levels may be asked for at the most; without a target never a third one."""
    return 2 if spec.target is None else spec.target.levels


def _edges(spec: RosterSpec, *, starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """Every instant at which it may change how many levels are asked for, in order."""
    window = {"starts_at": starts_at, "ends_at": ends_at}
    found = {edge for one in spec.temporaries for edge in (one.starts_at, one.ends_at)}
    for layer in _counted(spec):
        zone = layer.zone or spec.zone
        found.update(edge for edge in (layer.valid_from, layer.valid_until) if edge)
        found.update(edge for span in hours(layer.restrictions, zone, **window) for edge in span)
        if has_weekdays(layer):
            found.update(edge for one in layer.rotations for edge in days(one, zone, **window))
    if spec.target is not None:
        found.update(
            edge for span in hours(spec.target.hours, spec.zone, **window) for edge in span
        )
    return sorted(found)


def _counted(spec: RosterSpec) -> Iterator[LayerSpec]:
    return (layer for layer in spec.layers if not layer.is_shadow)


def priorities_open(spec: RosterSpec, *, at: datetime) -> int:
    """How many levels of the roster should have somebody at the instant `at`."""
    at = utc(at)
    if spec.target is not None:
        return spec.target.levels if spec.target.holds(spec.zone, at=at) else 0
    if spec.temporary_at(at) is not None:
        return 1
    return len({layer.priority for layer in _counted(spec) if _asks(layer, spec, at)})


def is_closed(spec: RosterSpec, *, at: datetime) -> bool:
    """Whether nobody is meant to be on call at the instant `at`, by design.

    A roster without layers that declares nothing is not closed: it is not finished.
    """
    return bool(spec.layers or spec.target) and not priorities_open(spec, at=at)


def _asks(layer: LayerSpec, spec: RosterSpec, at: datetime) -> bool:
    """Whether the layer means somebody to be on call at `at`."""
    zone = layer.zone or spec.zone
    if not layer.is_valid(at):
        return False
    if layer.restrictions and not is_within(layer.restrictions, zone, at=at):
        return False
    if not has_weekdays(layer):
        return True
    begun = read(at, zone).begun
    return any(rotation.counts_on(begun) for rotation in layer.rotations)


def has_weekdays(layer: LayerSpec) -> bool:
    """Whether all that the layer has are rotations that leave out some weekdays by design."""
    if layer.shifts or not layer.rotations:
        return False
    return all(rotation.weekdays for rotation in layer.rotations)
