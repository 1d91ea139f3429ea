"""A roster as a calendar: rows of cells, from the resolver's stretches. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from rosters.logic.coverage import Gap
from rosters.logic.overrides import SHADOW
from rosters.logic.rotation import OverrideSpec, Segment
from rosters.logic.walltime import instant

DAY = timedelta(days=1)
HOURS = 24


@dataclass(frozen=True)
class Cell:
    """A half-open stretch of one row. Without people it is a gap, or nobody is asked for.

    `is_override`: they are there by an override, in place of `instead_of`, or beside the others.
    """

    starts_at: datetime
    ends_at: datetime
    people: tuple[int, ...] = ()
    is_gap: bool = False
    is_override: bool = False
    instead_of: tuple[int, ...] = ()

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at

    def says_the_same(self, other: "Cell") -> bool:
        return replace(other, starts_at=self.starts_at, ends_at=self.ends_at) == self


def level_cells(
    stretches: Sequence[Segment],
    gaps: Iterable[Gap],
    overrides: Sequence[OverrideSpec],
    *,
    level: int,
) -> list[Cell]:
    """The row of one level, counted from 0; every instant of the stretches is in one cell."""
    missing = [gap for gap in gaps if gap.level == level]
    found: list[Cell] = []
    for stretch in stretches:
        people = stretch.levels[level] if level < len(stretch.levels) else ()
        if people:
            cells: Iterable[Cell] = _manned(stretch, people, overrides)
        else:
            cells = _empty(stretch, missing)
        for cell in cells:
            _add(found, cell)
    return found


def _manned(
    stretch: Segment, people: tuple[int, ...], overrides: Sequence[OverrideSpec]
) -> Iterator[Cell]:
    """The stretch, cut where an override begins or ends without changing who is there."""
    edges = {edge for one in overrides for edge in (one.starts_at, one.ends_at)}
    inner = sorted(edge for edge in edges if stretch.starts_at < edge < stretch.ends_at)
    cuts = [stretch.starts_at, *inner, stretch.ends_at]
    for starts_at, ends_at in pairwise(cuts):
        by = [
            one
            for one in overrides
            if one.starts_at <= starts_at < one.ends_at
            and one.person in people
            and one.kind != SHADOW
        ]
        instead_of = tuple(one.instead_of for one in by if one.instead_of is not None)
        yield Cell(starts_at, ends_at, people, is_override=bool(by), instead_of=instead_of)


def _empty(stretch: Segment, gaps: Iterable[Gap]) -> Iterator[Cell]:
    """The stretch with its gaps cut out."""
    at = stretch.starts_at
    for gap in gaps:
        starts_at, ends_at = max(gap.starts_at, at), min(gap.ends_at, stretch.ends_at)
        if starts_at >= ends_at:
            continue
        if at < starts_at:
            yield Cell(at, starts_at)
        yield Cell(starts_at, ends_at, is_gap=True)
        at = ends_at
    if at < stretch.ends_at:
        yield Cell(at, stretch.ends_at)


def _add(found: list[Cell], cell: Cell) -> None:
    """Add the cell, joined to the one before it when it says the same."""
    if found and found[-1].ends_at == cell.starts_at and cell.says_the_same(found[-1]):
        found[-1] = replace(found[-1], ends_at=cell.ends_at)
        return
    found.append(cell)


def override_cells(
    overrides: Iterable[OverrideSpec], *, starts_at: datetime, ends_at: datetime
) -> list[Cell]:
    """The overrides of a window in the order of time; of two at once the later begins after."""
    found: list[Cell] = []
    at = starts_at
    for one in sorted(overrides, key=lambda one: one.starts_at):
        begins_at, stops_at = max(one.starts_at, at), min(one.ends_at, ends_at)
        if begins_at >= stops_at:
            continue
        if at < begins_at:
            found.append(Cell(at, begins_at))
        people = (one.person,) if one.person is not None else ()
        instead_of = (one.instead_of,) if one.instead_of is not None else ()
        found.append(Cell(begins_at, stops_at, people, is_override=True, instead_of=instead_of))
        at = stops_at
    if at < ends_at:
        found.append(Cell(at, ends_at))
    return found


def day_starts(first: date, days: int, zone: ZoneInfo) -> list[datetime]:
    """The instants at which these days begin in a zone, and the end of the last."""
    return [
        instant(datetime.combine(first + number * DAY, time(0)), zone) for number in range(days + 1)
    ]


def column(at: datetime, *, first: date, zone: tzinfo) -> int:
    """In which hour column of a calendar an instant begins; columns are hours of wall time."""
    local = at.astimezone(zone)
    whole = (local.date() - first).days * HOURS + local.hour
    return whole + round(local.minute / 60)
