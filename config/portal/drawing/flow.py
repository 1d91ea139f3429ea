"""Boxes in columns with arrows between them: what needs what, from left to right.

An arrow that skips columns gets a lane of its own through each, so that it crosses no box. Boxes of
one column that need each other in a loop are joined by an arc at their right side.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BOX_WIDTH, BOX_HEIGHT = 160.0, 46.0
LANE_HEIGHT = 8.0
GAP = 14.0
BETWEEN = 60.0
MARGIN = 8.0
HEAD = 7.0
ROUNDS = 8

Slot = tuple[int, int, int]
"""What stands in a column: (box, box, column), or the lane of an arrow from one box to another."""


@dataclass(frozen=True)
class Box:
    """Where one box stands."""

    pk: int
    x: float
    y: float

    width = BOX_WIDTH
    height = BOX_HEIGHT

    @property
    def middle(self) -> float:
        return self.y + BOX_HEIGHT / 2


@dataclass(frozen=True)
class Arrow:
    """The way from one box to another, as a path and the corners of its head."""

    start: int
    end: int
    path: str
    head: str
    is_loop: bool = False


@dataclass(frozen=True)
class Flow:
    """The whole drawing."""

    width: float = 0
    height: float = 0
    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()


def flow(columns: Mapping[int, int], edges: Iterable[tuple[int, int]]) -> Flow:
    """The drawing of these boxes, in the order given where nothing else decides.

    `columns` says in which column each box stands, 0 at the left. An edge leads to the right, or
    within its column; one that leads to the left or from what is not drawn is left out.
    """
    drawn = {(a, b) for a, b in edges if a != b and a in columns and b in columns}
    wanted = sorted((a, b) for a, b in drawn if columns[a] <= columns[b])
    ways = {edge: _way(edge, columns) for edge in wanted}
    slots = _slots(columns, ways.values())
    beside = _beside(ways.values())
    _arrange(slots, beside)
    middles = _middles(slots, beside)
    if not middles:
        return Flow()
    boxes = {pk: _box(pk, column, middles[pk, pk, column]) for pk, column in columns.items()}
    arrows = [_arrow(edge, ways[edge], boxes, middles) for edge in wanted]
    beyond = BETWEEN / 2 if any(arrow.is_loop for arrow in arrows) else 0.0
    return Flow(
        width=round(2 * MARGIN + len(slots) * BOX_WIDTH + (len(slots) - 1) * BETWEEN + beyond, 1),
        height=round(max(_bottom(slot, middle) for slot, middle in middles.items()) + MARGIN, 1),
        boxes=tuple(boxes.values()),
        arrows=tuple(arrows),
    )


def _way(edge: tuple[int, int], columns: Mapping[int, int]) -> list[Slot]:
    """The slots that an arrow passes: its start, a lane in each column between, its end."""
    start, end = edge
    lanes = [(start, end, column) for column in range(columns[start] + 1, columns[end])]
    return [(start, start, columns[start]), *lanes, (end, end, columns[end])]


def _slots(columns: Mapping[int, int], ways: Iterable[Sequence[Slot]]) -> list[list[Slot]]:
    """What stands in each column."""
    found: list[list[Slot]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for pk, column in columns.items():
        found[column].append((pk, pk, column))
    for way in ways:
        for slot in way[1:-1]:
            found[slot[2]].append(slot)
    return found


def _beside(ways: Iterable[Sequence[Slot]]) -> dict[Slot, list[Slot]]:
    """What each slot is joined to in the columns next to it."""
    found: dict[Slot, list[Slot]] = defaultdict(list)
    for way in ways:
        for one, other in pairwise(way):
            if one[2] != other[2]:
                found[one].append(other)
                found[other].append(one)
    return found


def _arrange(slots: list[list[Slot]], beside: Mapping[Slot, Sequence[Slot]]) -> None:
    """Order each column by the mean place of what it is joined to, there and back again."""
    for number in range(ROUNDS):
        step = 1 if number % 2 == 0 else -1
        numbers = list(range(len(slots)))[::step]
        for column in numbers[1:]:
            place = {slot: index for index, slot in enumerate(slots[column - step])}
            means = _places(slots[column], place, beside)
            slots[column].sort(key=means.__getitem__)


def _places(
    column: Sequence[Slot], place: Mapping[Slot, int], beside: Mapping[Slot, Sequence[Slot]]
) -> dict[Slot, float]:
    """The mean place of what each slot is joined to; its own where it is joined to nothing."""
    means = {}
    for index, slot in enumerate(column):
        places = [place[other] for other in beside.get(slot, ()) if other in place]
        means[slot] = sum(places) / len(places) if places else float(index)
    return means


def _height(slot: Slot) -> float:
    return BOX_HEIGHT if slot[0] == slot[1] else LANE_HEIGHT


def _bottom(slot: Slot, middle: float) -> float:
    return middle + _height(slot) / 2


def _middles(
    slots: Sequence[Sequence[Slot]], beside: Mapping[Slot, Sequence[Slot]]
) -> dict[Slot, float]:
    """How far down each slot's middle lies: near what it is joined to, never over another."""
    middles: dict[Slot, float] = {}
    for column in slots:
        middles |= _apart(column, dict.fromkeys(column, 0.0))
    for number in range(ROUNDS):
        for column in slots[:: 1 if number % 2 == 0 else -1]:
            wanted = {slot: _mean(slot, middles, beside) for slot in column}
            middles |= _apart(column, wanted)
    top = min((middle - _height(slot) / 2 for slot, middle in middles.items()), default=0.0)
    return {slot: round(middle - top + MARGIN, 1) for slot, middle in middles.items()}


def _mean(
    slot: Slot, middles: Mapping[Slot, float], beside: Mapping[Slot, Sequence[Slot]]
) -> float:
    others = beside.get(slot, ())
    return sum(middles[other] for other in others) / len(others) if others else middles[slot]


def _apart(column: Sequence[Slot], wanted: Mapping[Slot, float]) -> dict[Slot, float]:
    """The places nearest to those wanted that keep the order and leave a gap.

    Pushed down from the top, and up from the bottom; half way between the two keeps every gap.
    """
    down: list[float] = []
    for index, slot in enumerate(column):
        least = down[-1] + _room(column[index - 1], slot) if down else wanted[slot]
        down.append(max(wanted[slot], least))
    up: list[float] = []
    for index, slot in reversed(list(enumerate(column))):
        most = up[-1] - _room(slot, column[index + 1]) if up else wanted[slot]
        up.append(min(wanted[slot], most))
    up.reverse()
    return {slot: (down[i] + up[i]) / 2 for i, slot in enumerate(column)}


def _room(above: Slot, below: Slot) -> float:
    """How far apart the middles of two neighbors must be at least."""
    return (_height(above) + _height(below)) / 2 + GAP


def _box(pk: int, column: int, middle: float) -> Box:
    return Box(pk, _left(column), round(middle - BOX_HEIGHT / 2, 1))


def _left(column: int) -> float:
    return MARGIN + column * (BOX_WIDTH + BETWEEN)


def _arrow(
    edge: tuple[int, int],
    way: Sequence[Slot],
    boxes: Mapping[int, Box],
    middles: Mapping[Slot, float],
) -> Arrow:
    start, end = boxes[edge[0]], boxes[edge[1]]
    if start.x == end.x:
        return _arc(start, end)
    x, y = start.x + BOX_WIDTH, start.middle
    parts = [f"M{x:g} {y:g}"]
    for slot in way[1:]:
        left, middle = _left(slot[2]), middles[slot]
        is_end = slot == way[-1]
        target = left - HEAD if is_end else left
        half = (x + target) / 2
        parts.append(f"C{half:g} {y:g} {half:g} {middle:g} {target:g} {middle:g}")
        x, y = left + BOX_WIDTH, middle
        if not is_end:
            parts.append(f"H{x:g}")
    return Arrow(*edge, " ".join(parts), _head(end.x, end.middle, points_right=True))


def _arc(start: Box, end: Box) -> Arrow:
    """From the right side of one box round to the right side of another in its column."""
    x = start.x + BOX_WIDTH
    shift = BOX_HEIGHT / 5 * (1 if end.y > start.y else -1)
    first, last = start.middle + shift, end.middle - shift
    out = x + BETWEEN / 2
    path = f"M{x:g} {first:g} C{out:g} {first:g} {out:g} {last:g} {x + HEAD:g} {last:g}"
    return Arrow(start.pk, end.pk, path, _head(x, last, points_right=False), is_loop=True)


def _head(x: float, y: float, *, points_right: bool) -> str:
    """Three corners; the first touches the box."""
    back = x - HEAD if points_right else x + HEAD
    return f"{x:g},{y:g} {back:g},{y - 4:g} {back:g},{y + 4:g}"
