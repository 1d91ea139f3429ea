"""Marks on a log axis."""

import itertools

import pytest

from config.portal.drawing import LogAxis, Mark, Row, axis, strip_plot


def row(*minutes: int, target: int | None = None, level: int = 1) -> Row:
    marks = tuple(
        Mark(f"INC-{number}", taken, is_late=bool(target) and taken > (target or 0))
        for number, taken in enumerate(minutes)
    )
    return Row(f"SEV{level}", marks, level=level, target_minutes=target)


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        ([], 1, 2),
        ([row()], 1, 2),
        ([row(3, 4)], 2, 5),
        ([row(3, target=60)], 2, 60),
        ([row(3), row(90)], 2, 120),
        ([row(0)], 1, 2),
        ([row(60)], 60, 120),
        ([row(99_999)], 46080, 99_999),
        ([row(46080)], 46080, 92160),
    ],
    ids=[
        "no rows", "no marks", "between", "target", "two rows", "at once", "on a tick",
        "months", "the last tick",
    ],
)  # fmt: skip
def test_axis_holds_marks_and_targets(rows: list[Row], low: int, high: int) -> None:
    assert axis(rows) == LogAxis(low, high)


def test_axis_is_logarithmic() -> None:
    ruler = LogAxis(1, 100)

    assert ruler.x(10) - ruler.x(1) == ruler.x(100) - ruler.x(10)
    assert ruler.x(0) == ruler.x(1)
    assert ruler.x(1000) == ruler.x(100)


def test_ticks_have_room() -> None:
    ticks = LogAxis(1, 46080).ticks()

    assert ticks[0].minutes == 1
    assert all(b.x - a.x >= 34 for a, b in itertools.pairwise(ticks))


@pytest.mark.parametrize(
    ("minutes", "middle", "slow"),
    [
        ((), None, None),
        ((5,), 5, None),
        ((1, 2, 9), 2, None),
        ((1, 4), 2, None),
        (tuple(range(1, 20)), 10, None),
        (tuple(range(1, 21)), 10, 18),
    ],
    ids=["none", "one", "odd", "even", "nineteen", "twenty"],
)
def test_median_and_slowest_tenth(
    minutes: tuple[int, ...], middle: int | None, slow: int | None
) -> None:
    found = row(*minutes)

    assert (found.median_minutes, found.slow_minutes) == (middle, slow)


def test_marks_on_one_spot_are_drawn_once() -> None:
    plotted = strip_plot([row(*[30] * 500, 60)]).rows[0]

    assert len(plotted.marks) == 2
    assert len(plotted.row.marks) == 501


def test_a_late_mark_is_never_hidden_by_one_in_time() -> None:
    marks = (Mark("INC-1", 30), Mark("INC-2", 30, is_late=True))

    plotted = strip_plot([Row("SEV1", marks, target_minutes=30)]).rows[0]

    assert [spot.mark.is_late for spot in plotted.marks] == [False, True]


def test_missed_are_labelled_where_there_is_room() -> None:
    plotted = strip_plot([row(5, 61, 62, 600, target=60)]).rows[0]

    assert [label.minutes for label in plotted.missed] == [600, 62]


def test_a_shared_axis_puts_the_same_time_at_the_same_place() -> None:
    first, second = row(3), row(500)
    shared = axis([first, second])

    alone = strip_plot([first], on=shared)

    assert alone.ticks == strip_plot([second], on=shared).ticks
    assert alone.rows[0].median_x == shared.x(3)


def test_rows_stand_below_each_other() -> None:
    plot = strip_plot([row(3), row(4, level=2), row(5, level=3)])

    assert [one.y for one in plot.rows] == [37, 83, 129]
    assert plot.height == 176
