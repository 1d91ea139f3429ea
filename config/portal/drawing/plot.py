"""A strip plot: one mark per incident on a log axis."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

NICE_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 5760, 11520, 23040, 46080)
PLOT_WIDTH = 344
PLOT_LEFT, PLOT_RIGHT = 48, 266
ROW_HEIGHT = 46
PLOT_TOP, PLOT_FOOT = 14, 24
TICK_ROOM, LABEL_ROOM = 34, 44
FROM_COUNT_P90 = 20
"""Below this many incidents a 90th percentile says nothing, so none is drawn."""

SHAPES = {
    0: "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    1: "m-2.2-5.2h4.4l3 3v4.4l-3 3h-4.4l-3-3v-4.4z",
    2: "m0-5.4l5.4 9.8h-10.8z",
    3: "m0-5.4l5.4 5.4-5.4 5.4-5.4-5.4z",
    4: "m-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0-8.4 0z",
}
"""The mark of a severity: octagon, triangle, diamond, ring; 0 is a disc for no severity."""


@dataclass(frozen=True)
class Mark:
    """One incident: how long it took, or has taken so far while it `is_open`.

    `is_judged` is false where nothing was promised. `href` is where the table behind links to.
    """

    label: str
    minutes: int
    is_late: bool = False
    href: str = ""
    is_open: bool = False
    is_judged: bool = True


@dataclass(frozen=True)
class Row:
    """One line of a strip plot, such as one severity; `level` picks the shape, 0 is a disc."""

    name: str
    marks: tuple[Mark, ...]
    level: int = 0
    target_minutes: int | None = None

    @property
    def measured(self) -> tuple[Mark, ...]:
        """Those that are over: only they have a time."""
        return tuple(mark for mark in self.marks if not mark.is_open)

    @property
    def judged(self) -> tuple[Mark, ...]:
        """Those that something was promised for."""
        return tuple(mark for mark in self.marks if mark.is_judged)

    @property
    def open_count(self) -> int:
        """How many are still going on, past their target."""
        return len(self.marks) - len(self.measured)

    @property
    def median_minutes(self) -> int | None:
        took = [mark.minutes for mark in self.measured]
        return round(median(took)) if took else None

    @property
    def slow_minutes(self) -> int | None:
        """Nine of ten were faster; None below twenty."""
        ranked = sorted(mark.minutes for mark in self.measured)
        if len(ranked) < FROM_COUNT_P90:
            return None
        return ranked[math.ceil(0.9 * len(ranked)) - 1]

    @property
    def missed(self) -> tuple[Mark, ...]:
        """The marks past the target, the slowest first."""
        late = [mark for mark in self.marks if mark.is_late]
        return tuple(sorted(late, key=lambda mark: -mark.minutes))


@dataclass(frozen=True)
class Tick:
    """One line of the axis, or what a mark took; `is_open`: so far."""

    x: float
    minutes: int
    is_open: bool = False


@dataclass(frozen=True)
class PlottedMark:
    """Marks that fall on the same spot are one."""

    path: str
    mark: Mark


@dataclass(frozen=True)
class PlottedRow:
    """One row where it stands; an x is None for what there is not."""

    row: Row
    y: float
    marks: tuple[PlottedMark, ...]
    missed: tuple[Tick, ...]
    median_x: float | None
    slow_x: float | None
    target_x: float | None


@dataclass(frozen=True)
class Plot:
    """A strip plot, ready to be written as SVG."""

    width: int
    height: int
    ticks: tuple[Tick, ...]
    rows: tuple[PlottedRow, ...]


@dataclass(frozen=True)
class LogAxis:
    """Minutes to x. Values outside stand on the edge."""

    low: int
    high: int

    def x(self, minutes: float) -> float:
        inside = min(max(minutes, self.low), self.high)
        share = math.log(inside / self.low) / math.log(self.high / self.low)
        return round(PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """The nice times inside, as many as have room; the first always."""
        kept: list[Tick] = []
        for minutes in NICE_MINUTES:
            if self.low <= minutes <= self.high:
                tick = Tick(self.x(minutes), minutes)
                if not kept or tick.x - kept[-1].x >= TICK_ROOM:
                    kept.append(tick)
        return tuple(kept)


def axis(rows: Iterable[Row]) -> LogAxis:
    """The axis that holds every mark and target; pass the rows of all plots for a shared one."""
    found = [mark.minutes for row in rows for mark in row.marks]
    found += [row.target_minutes for row in rows if row.target_minutes]
    shortest, longest = max(min(found, default=1), 1), max(max(found, default=1), 1)
    low = max((one for one in NICE_MINUTES if one <= shortest), default=NICE_MINUTES[0])
    high = min((one for one in NICE_MINUTES if one >= longest), default=longest)
    if high <= low:
        high = next((one for one in NICE_MINUTES if one > low), low * 2)
    return LogAxis(low, high)


def strip_plot(rows: Sequence[Row], *, on: LogAxis | None = None) -> Plot:
    """Every mark, median, target and axis line in its place; `on` is an axis shared with others."""
    ruler = on or axis(rows)
    height = PLOT_TOP + ROW_HEIGHT * len(rows) + PLOT_FOOT
    plotted = tuple(
        _plotted(row, PLOT_TOP + ROW_HEIGHT * (index + 0.5), ruler)
        for index, row in enumerate(rows)
    )
    return Plot(PLOT_WIDTH, height, ruler.ticks(), plotted)


def _plotted(row: Row, y: float, ruler: LogAxis) -> PlottedRow:
    spots: dict[tuple[int, bool, bool], PlottedMark] = {}
    for mark in row.marks:
        x = ruler.x(mark.minutes)
        path = f"M{x:g} {y:g}{SHAPES.get(row.level, SHAPES[0])}"
        spots.setdefault((round(x), mark.is_late, mark.is_open), PlottedMark(path, mark))

    def place(minutes: int | None) -> float | None:
        return None if minutes is None else ruler.x(minutes)

    return PlottedRow(
        row=row,
        y=y,
        marks=tuple(spots.values()),
        missed=_labels(row, ruler),
        median_x=place(row.median_minutes),
        slow_x=place(row.slow_minutes),
        target_x=place(row.target_minutes),
    )


def _labels(row: Row, ruler: LogAxis) -> tuple[Tick, ...]:
    """What the missed ones took, the slowest first, as many as have room beside each other."""
    kept: list[Tick] = []
    for mark in row.missed:
        x = ruler.x(mark.minutes)
        if all(abs(x - other.x) >= LABEL_ROOM for other in kept):
            kept.append(Tick(x, mark.minutes, mark.is_open))
    return tuple(kept)
