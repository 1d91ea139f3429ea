"""What needs what: who feels it when something fails, and loops by name. Pure."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

DEEPEST = 30
"""How deep a nested list may go; what lies below is named elsewhere on the page anyway."""

Needs = Mapping[int, Collection[int]]
"""By service: what it needs to work."""


def turned(needs: Needs) -> dict[int, set[int]]:
    """By service: what needs it."""
    found: dict[int, set[int]] = {}
    for one, needed in needs.items():
        for other in needed:
            found.setdefault(other, set()).add(one)
    return found


def reached(start: int, edges: Needs) -> dict[int, int]:
    """Everything that can be reached from `start`, by how many steps away; without the start."""
    steps = {start: 0}
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        for other in sorted(edges.get(one, ())):
            if other not in steps:
                steps[other] = steps[one] + 1
                waiting.append(other)
    del steps[start]
    return steps


def loops(needs: Needs) -> list[tuple[int, ...]]:
    """Each group of services that need each other in a circle, as one shortest circle of it.

    (1, 2) reads: 1 needs 2, and 2 needs 1. Ordered by their smallest member, which stands first.
    """
    found = []
    for group in _groups(needs):
        start = min(group)
        if len(group) > 1 or start in needs.get(start, ()):
            found.append(_circle(start, needs, group))
    return sorted(found)


def _circle(start: int, needs: Needs, group: Collection[int]) -> tuple[int, ...]:
    """The shortest way from `start` back to it inside its group."""
    came_from: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        one = waiting.popleft()
        for other in sorted(needs.get(one, ())):
            if other == start:
                return _way(one, start, came_from)
            if other in group and other not in came_from:
                came_from[other] = one
                waiting.append(other)
    return (start,)


def _way(end: int, start: int, came_from: Mapping[int, int]) -> tuple[int, ...]:
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def _groups(needs: Needs) -> Iterator[set[int]]:
    """Services that can reach each other (Tarjan's strongly connected components), iterative."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    for root in sorted(needs):
        if root in index:
            continue
        work: list[tuple[int, Iterator[int]]] = [_enter(root, needs, index, low, path)]
        while work:
            one, others = work[-1]
            fresh = _next(one, others, index, low, path)
            if fresh is not None:
                work.append(_enter(fresh, needs, index, low, path))
                continue
            work.pop()
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[one])
            if low[one] == index[one]:
                yield _leave(one, path)


def _enter(
    one: int, needs: Needs, index: dict[int, int], low: dict[int, int], path: list[int]
) -> tuple[int, Iterator[int]]:
    index[one] = low[one] = len(index)
    path.append(one)
    return one, iter(sorted(needs.get(one, ())))


def _next(
    one: int, others: Iterator[int], index: dict[int, int], low: dict[int, int], path: list[int]
) -> int | None:
    for other in others:
        if other not in index:
            return other
        if other in path:
            low[one] = min(low[one], index[other])
    return None


def _leave(one: int, path: list[int]) -> set[int]:
    cut = path.index(one)
    group = set(path[cut:])
    del path[cut:]
    return group


def layers(nodes: Iterable[int], needs: Needs) -> dict[int, int]:
    """On which layer each node stands: 0 needs nothing, each stands above all that it needs.

    Inside a loop somebody has to stand beside what they need: a loop counts as one node, whose
    members share the layer above everything that the loop needs.
    """
    wanted = set(nodes)
    inside = {one: set(needs.get(one, ())) & wanted for one in wanted}
    group_of: dict[int, int] = {}
    depth: dict[int, int] = {}
    for number, group in enumerate(_groups(inside)):
        # Tarjan yields a group only after everything that it needs.
        group_of.update(dict.fromkeys(group, number))
        needed = {group_of[other] for one in group for other in inside[one]} - {number}
        depth[number] = 1 + max((depth[other] for other in needed), default=-1)
    return {one: depth[group_of[one]] for one in wanted}


@dataclass(frozen=True)
class Branch:
    """One node of a nested list. `is_again`: it stood earlier, and its branches with it."""

    pk: int
    branches: tuple["Branch", ...] = ()
    is_again: bool = False


def branches(roots: Sequence[int], edges: Mapping[int, Sequence[int]]) -> tuple[Branch, ...]:
    """The graph below these roots as a nested list; what is met again is not unfolded again."""
    seen: set[int] = set()
    return tuple(_branch(root, edges, seen, 0) for root in roots if root not in seen)


def _branch(one: int, edges: Mapping[int, Sequence[int]], seen: set[int], depth: int) -> Branch:
    others = edges.get(one, ())
    if one in seen:
        return Branch(one, is_again=bool(others))
    seen.add(one)
    if depth >= DEEPEST:
        return Branch(one)
    return Branch(one, tuple(_branch(other, edges, seen, depth + 1) for other in others))
