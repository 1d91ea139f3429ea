"""Where a roster has nobody, or nobody behind the first: gaps. Pure.

A layer with hours asks for nobody outside them, so a gap by design is no gap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rosters.logic.rotation import RosterSpec, Segment
from rosters.logic.shifts import hours, is_within


@dataclass(frozen=True)
class Gap:
    """A half-open time in which nobody is on call, or with `is_backup` nobody is the backup."""

    starts_at: datetime
    ends_at: datetime
    is_backup: bool = False

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


def gaps(spec: RosterSpec, stretches: Iterable[Segment]) -> tuple[Gap, ...]:
    """The gaps in stretches of this roster, in the order of time; those that touch are one."""
    found: list[Gap] = []
    for gap in _pieces(spec, stretches):
        last = found[-1] if found else None
        if last and last.ends_at == gap.starts_at and last.is_backup == gap.is_backup:
            found[-1] = replace(last, ends_at=gap.ends_at)
        else:
            found.append(gap)
    return tuple(found)


def _pieces(spec: RosterSpec, stretches: Iterable[Segment]) -> Iterator[Gap]:
    for stretch in stretches:
        reached = len(stretch.levels)
        if reached > 1:
            continue
        for starts_at, ends_at in _parts(spec, stretch):
            wanted = priorities_open(spec, at=starts_at)
            if wanted > reached:
                yield Gap(starts_at, ends_at, is_backup=reached == 1)


def _parts(spec: RosterSpec, stretch: Segment) -> Iterator[tuple[datetime, datetime]]:
    """The stretch cut wherever a layer's hours begin or end."""
    edges = {
        edge
        for layer in spec.layers
        for span in hours(
            layer.restrictions, spec.zone, starts_at=stretch.starts_at, ends_at=stretch.ends_at
        )
        for edge in span
        if stretch.starts_at < edge < stretch.ends_at
    }
    cuts = [stretch.starts_at, *sorted(edges), stretch.ends_at]
    yield from pairwise(cuts)


def priorities_open(spec: RosterSpec, *, at: datetime) -> int:
    """How many levels of the roster ask for somebody at `at`."""
    return len(
        {
            layer.priority
            for layer in spec.layers
            if not layer.restrictions or is_within(layer.restrictions, spec.zone, at=at)
        }
    )
