"""Who really was on call, as the log of shifts keeps it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rosters.enums import ShiftSource
from rosters.logic.directory import Directory
from rosters.logic.overrides import OverrideSpec
from rosters.logic.rotation import Levels


@dataclass(frozen=True)
class Entry:
    """A half-open time in which one person stood at one level, and why; 1 is the first on call."""

    person: int
    level: int
    starts_at: datetime
    ends_at: datetime
    source: ShiftSource

    def goes_on_in(self, other: "Entry") -> bool:
        """Whether the other is the same shift, a moment later."""
        moved = replace(other, starts_at=self.starts_at, ends_at=self.ends_at)
        return moved == self and self.ends_at == other.starts_at


def entries(
    directory: Directory, roster_id: int, *, starts_at: datetime, ends_at: datetime
) -> list[Entry]:
    """Who was on call on a roster in [starts_at, ends_at), level by level, in the order of time.

    What goes on without a change is one entry. The window cuts off what reaches out of it.
    """
    found: list[Entry] = []
    open_at: dict[tuple[int, int], int] = {}
    for one in _pieces(directory, roster_id, starts_at=starts_at, ends_at=ends_at):
        place = open_at.get((one.person, one.level))
        if place is not None and found[place].goes_on_in(one):
            found[place] = replace(found[place], ends_at=one.ends_at)
            continue
        open_at[one.person, one.level] = len(found)
        found.append(one)
    return found


def _pieces(
    directory: Directory, roster_id: int, *, starts_at: datetime, ends_at: datetime
) -> Iterator[Entry]:
    """Each person of each level, cut wherever the reason that they are there may change."""
    spec = directory.rosters.get(roster_id)
    if spec is None:
        return
    edges = {edge for one in spec.overrides for edge in (one.starts_at, one.ends_at)}
    edges |= {edge for one in spec.temporaries for edge in (one.starts_at, one.ends_at)}
    for stretch in directory.stretches(roster_id, starts_at=starts_at, ends_at=ends_at):
        inner = sorted(edge for edge in edges if stretch.starts_at < edge < stretch.ends_at)
        for begin, end in pairwise([stretch.starts_at, *inner, stretch.ends_at]):
            planned = directory.scheduled(roster_id, at=begin)
            is_temporary = spec.temporary_at(begin) is not None
            holding = [one for one in spec.overrides if one.starts_at <= begin < one.ends_at]
            for level, people in enumerate(stretch.levels):
                for person in people:
                    source = _source(person, level, planned=planned, overrides=holding)
                    if is_temporary:
                        source = ShiftSource.TEMPORARY
                    yield Entry(person, level + 1, begin, end, source)


def _source(
    person: int, level: int, *, planned: Levels, overrides: Sequence[OverrideSpec]
) -> ShiftSource:
    """Why a person stands at a level, counted from 0."""
    if any(one.person == person for one in overrides):
        return ShiftSource.OVERRIDE
    places = _places(person, planned)
    return ShiftSource.MOVED_UP if places and min(places) > level else ShiftSource.TURN


def _places(person: int, levels: Iterable[Sequence[int]]) -> list[int]:
    return [number for number, people in enumerate(levels) if person in people]
