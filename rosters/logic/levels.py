"""Who is called at which level: each person only once. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rosters.logic.rotation import Levels, Segment


def each_once(levels: Levels) -> Levels:
    """Each person only at their first level; the next level with somebody else moves up."""
    if len(levels) < 2 or len({one for level in levels for one in level}) == sum(map(len, levels)):
        return levels
    seen: set[int] = set()
    found = []
    for level in levels:
        if fresh := tuple(person for person in level if person not in seen):
            seen.update(fresh)
            found.append(fresh)
    return tuple(found)


def stretches_each_once(stretches: Iterable[Segment]) -> Iterator[Segment]:
    """The stretches with each person only at their first level; those that become alike are one."""
    held: Segment | None = None
    for stretch in stretches:
        levels = each_once(stretch.levels)
        is_alone = len(levels) == 1 < len(stretch.levels)
        if held is not None and (held.levels, held.is_alone) == (levels, is_alone):
            held = replace(held, ends_at=stretch.ends_at)
            continue
        if held is not None:
            yield held
        if levels is not stretch.levels:
            stretch = replace(stretch, levels=levels, is_alone=is_alone)
        held = stretch
    if held is not None:
        yield held
