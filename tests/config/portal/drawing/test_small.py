"""Dots, sparklines, strips of days and stacked bars."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from config.portal.drawing import Bar, Point, day_strip, sparkline, stacked_bars, unit_dots


@pytest.mark.parametrize(
    ("number", "total", "good", "rings", "size"),
    [
        (0, 0, 0, 0, (0, 0)),
        (6, 7, 6, 1, (70, 10)),
        (12, 12, 12, 0, (120, 10)),
        (12, 13, 12, 1, (120, 20)),
        (96, 96, 96, 0, (120, 80)),
        (96, 97, 0, 0, (0, 0)),
    ],
    ids=["nothing", "one row", "full row", "two rows", "the most", "too many"],
)
def test_dots(number: int, total: int, good: int, rings: int, size: tuple[int, int]) -> None:
    drawn = unit_dots(number, total)

    marks = [dot.is_good for dot in drawn.dots]

    assert (marks.count(True), marks.count(False)) == (good, rings)
    assert (drawn.width, drawn.height) == size
    assert len({(dot.x, dot.y) for dot in drawn.dots}) == len(marks)


@pytest.mark.parametrize(
    ("values", "target", "lines", "end", "target_y"),
    [
        ((), None, (), None, None),
        ((), 5, (), None, 18),
        ((5,), None, ("4,18",), (4, 18), None),
        ((10, 0), None, ("4,4 108,32",), (108, 32), None),
        ((0, 5), 10, ("4,32 108,18",), (108, 18), 4),
        ((1, None, 1), None, ("4,18", "108,18"), (108, 18), None),
        ((1, 2, None), None, ("4,32 56,4",), (56, 4), None),
    ],
    ids=["nothing", "only a target", "one", "falling", "target above", "gap", "gap at the end"],
)
def test_sparkline(
    values: tuple[float | None, ...],
    target: float | None,
    lines: tuple[str, ...],
    end: tuple[float, float] | None,
    target_y: float | None,
) -> None:
    drawn = sparkline([Point(str(value), value) for value in values], target=target)

    assert (drawn.lines, drawn.end, drawn.target_y) == (lines, end, target_y)


@dataclass(frozen=True)
class Day:
    date: date
    level: int | None
    count: int = 0


def test_a_day_strip_is_as_high_as_each_day_was_bad() -> None:
    first = date(2026, 10, 22)
    levels = [None, 4, 3, 2, 1]

    drawn = day_strip([Day(first + timedelta(days=n), level) for n, level in enumerate(levels)])

    assert [bar.level for bar in drawn.bars] == [0, 4, 3, 2, 1]
    assert [bar.height for bar in drawn.bars] == [2, 5, 8, 13, 19]
    assert {bar.y + bar.height for bar in drawn.bars} == {19}
    assert (drawn.width, drawn.height) == (20, 20)


def test_a_day_strip_has_one_path_for_each_severity() -> None:
    day = date(2026, 10, 22)

    drawn = day_strip([Day(day, None), Day(day, 3), Day(day, 3)])

    assert drawn.paths == (
        (0, "M0 17h3v2h-3z"),
        (3, "M3.6 11h3.8v8h-3.8zM7.6 11h3.8v8h-3.8z"),
    )


@pytest.mark.parametrize(
    ("bars", "widths"),
    [
        ([], []),
        ([Bar("Jonas", 0, 0)], [(0, 0)]),
        ([Bar("Jonas", 9, 6), Bar("Mei", 8, 3)], [(60, 40), (53.3, 20)]),
    ],
    ids=["nobody", "no calls", "two"],
)
def test_bars_share_one_scale(bars: list[Bar], widths: list[tuple[float, float]]) -> None:
    drawn = stacked_bars(bars)

    assert [(one.day_width, one.night_width) for one in drawn] == widths
