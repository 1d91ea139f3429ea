"""What holds when: values over one window of time, each until the next begins. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from rosters.logic.spans import Span

Value = TypeVar("Value")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Line(Generic[Value]):
    """One value at each instant of [edges[0], ends_at): `values[n]` from `edges[n]` on.

    Two values that follow one another differ.
    """

    edges: tuple[datetime, ...]
    values: tuple[Value, ...]
    ends_at: datetime

    def at(self, at: datetime) -> Value:
        """What holds at an instant of the window."""
        return self.values[bisect_right(self.edges, at) - 1]

    @property
    def is_constant(self) -> bool:
        return len(self.values) == 1

    def ahead(self, by: timedelta, *, ends_at: datetime) -> "Line[Value]":
        """What holds `by` later, until `ends_at`: at t it is what this one is at t + `by`."""
        since = self.edges[0]
        first = bisect_right(self.edges, since + by) - 1
        edges, values = [since], [self.values[first]]
        for edge, value in zip(self.edges[first + 1 :], self.values[first + 1 :], strict=True):
            if edge - by >= ends_at:
                break
            edges.append(edge - by)
            values.append(value)
        return Line(tuple(edges), tuple(values), ends_at)

    def pieces(self) -> Iterator[tuple[Span, Value]]:
        """Each value with its time, in order."""
        ends = (*self.edges[1:], self.ends_at)
        for begins_at, stops_at, value in zip(self.edges, ends, self.values, strict=True):
            yield (begins_at, stops_at), value

    def within(self, starts_at: datetime, ends_at: datetime) -> "Line[Value]":
        """The same in a smaller window."""
        first = max(bisect_right(self.edges, starts_at) - 1, 0)
        last = bisect_right(self.edges, ends_at)
        inner = [edge for edge in self.edges[first + 1 : last] if edge < ends_at]
        edges = (max(starts_at, self.edges[0]), *inner)
        return Line(edges, self.values[first : first + len(edges)], ends_at)

    def where(self, wanted: Callable[[Value], bool]) -> list[Span]:
        """When it is so; times that touch are one."""
        found: list[Span] = []
        for (begins_at, stops_at), value in self.pieces():
            if not wanted(value):
                continue
            if found and found[-1][1] == begins_at:
                found[-1] = (found[-1][0], stops_at)
            else:
                found.append((begins_at, stops_at))
        return found


def line_of(
    edges: Iterable[datetime], ask: Callable[[datetime], Value], *, window: Span
) -> Line[Value]:
    """What `ask` says at every instant of the window, if it changes at these edges alone."""
    starts_at, ends_at = window
    asked = sorted({starts_at, *(edge for edge in edges if starts_at < edge < ends_at)})
    return _joined(asked, (ask(edge) for edge in asked), ends_at)


def merged(lines: Sequence[Line[Value]], make: Callable[[list[Value]], Made]) -> Line[Made]:
    """What `make` says of the values of all these lines, at every instant that all of them have."""
    starts_at = max(line.edges[0] for line in lines)
    ends_at = min(line.ends_at for line in lines)
    inner = {edge for line in lines for edge in line.edges if starts_at < edge < ends_at}
    asked = [starts_at, *sorted(inner)]
    return _joined(asked, (make(values) for values in _values(lines, asked)), ends_at)


def _values(lines: Sequence[Line[Value]], asked: Sequence[datetime]) -> Iterator[list[Value]]:
    places = [bisect_right(line.edges, asked[0]) - 1 for line in lines]
    for at in asked:
        for number, line in enumerate(lines):
            edges = line.edges
            while places[number] + 1 < len(edges) and edges[places[number] + 1] <= at:
                places[number] += 1
        yield [line.values[place] for line, place in zip(lines, places, strict=True)]


def _joined(edges: Sequence[datetime], values: Iterable[Value], ends_at: datetime) -> Line[Value]:
    kept_edges: list[datetime] = []
    kept: list[Value] = []
    for edge, value in zip(edges, values, strict=True):
        if not kept or kept[-1] != value:
            kept_edges.append(edge)
            kept.append(value)
    return Line(tuple(kept_edges), tuple(kept), ends_at)
