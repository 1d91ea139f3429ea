"""Boxes and arrows: nothing overlaps, every arrow starts and ends at its boxes."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.portal.drawing import Flow, flow
from config.portal.drawing.flow import BOX_HEIGHT, BOX_WIDTH


def overlaps(drawn: Flow) -> list[tuple[int, int]]:
    return [
        (one.pk, other.pk)
        for one, other in combinations(drawn.boxes, 2)
        if abs(one.x - other.x) < BOX_WIDTH and abs(one.y - other.y) < BOX_HEIGHT
    ]


def test_nothing_draws_nothing() -> None:
    assert flow({}, []) == Flow()


def test_what_is_needed_stands_at_the_right() -> None:
    drawn = flow({1: 0, 2: 1, 3: 1}, [(1, 2), (1, 3)])
    one, two, three = drawn.boxes

    assert one.x < two.x == three.x
    assert two.y < one.y < three.y
    assert [(arrow.start, arrow.end) for arrow in drawn.arrows] == [(1, 2), (1, 3)]


def test_an_arrow_that_skips_a_column_goes_round_its_boxes() -> None:
    drawn = flow({1: 0, 2: 1, 3: 2}, [(1, 2), (2, 3), (1, 3)])
    between = next(box for box in drawn.boxes if box.pk == 2)
    (long,) = (arrow for arrow in drawn.arrows if (arrow.start, arrow.end) == (1, 3))

    level = float(long.path.split("H")[0].split()[-1])

    assert not between.y <= level <= between.y + BOX_HEIGHT


def test_a_loop_is_an_arc_at_the_side() -> None:
    drawn = flow({1: 0, 2: 0}, [(1, 2), (2, 1)])

    assert [arrow.is_loop for arrow in drawn.arrows] == [True, True]
    assert overlaps(drawn) == []


def test_edges_to_the_left_or_to_nothing_are_left_out() -> None:
    drawn = flow({1: 0, 2: 1}, [(2, 1), (1, 9), (9, 1), (1, 1)])

    assert drawn.arrows == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40),
)
def test_nothing_overlaps_and_everything_is_inside(
    columns: list[int], edges: list[tuple[int, int]]
) -> None:
    drawn = flow(dict(enumerate(columns)), edges)
    places = {box.pk: box for box in drawn.boxes}

    assert overlaps(drawn) == []
    assert set(places) == set(range(len(columns)))
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.x + BOX_WIDTH <= drawn.width
        assert box.y >= 0
        assert box.y + BOX_HEIGHT <= drawn.height
    for arrow in drawn.arrows:
        tip_x, tip_y = (float(part) for part in arrow.head.split()[0].split(","))
        end = places[arrow.end]
        assert tip_x in (end.x, end.x + BOX_WIDTH)
        assert end.y <= tip_y <= end.y + BOX_HEIGHT


def test_three_hundred_boxes_are_drawn_alike_each_time() -> None:
    columns = {number: number % 5 for number in range(300)}
    edges = [(number, number + 1) for number in range(299)]

    assert flow(columns, edges) == flow(columns, edges)
