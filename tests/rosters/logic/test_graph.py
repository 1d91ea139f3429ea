"""What needs what: reach, loops by name, layers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosters.logic import graph

# Checkout (1) needs Payments (2) and Accounts (3); Payments needs the ledger (4).
SHOP = {1: {2, 3}, 2: {4}}


def test_reached_counts_the_steps() -> None:
    assert graph.reached(1, SHOP) == {2: 1, 3: 1, 4: 2}
    assert graph.reached(4, graph.turned(SHOP)) == {2: 1, 1: 2}
    assert graph.reached(9, SHOP) == {}


@pytest.mark.parametrize(
    ("needs", "loops"),
    [
        ({}, []),
        (SHOP, []),
        ({1: {2}, 2: {1}}, [(1, 2)]),
        ({1: {2}, 2: {3}, 3: {1}}, [(1, 2, 3)]),
        ({1: {2}, 2: {1}, 3: {4}, 4: {3}, 5: {1, 3}}, [(1, 2), (3, 4)]),
        ({1: {1}}, [(1,)]),
        ({5: {6, 7}, 6: {5}, 7: {6}}, [(5, 6)]),
    ],
    ids=["empty", "none", "two", "three", "two loops", "itself", "the shortest of a knot"],
)
def test_loops_are_named(needs: dict[int, set[int]], loops: list[tuple[int, ...]]) -> None:
    assert graph.loops(needs) == loops


def test_layers_stand_above_what_they_need() -> None:
    assert graph.layers([1, 2, 3, 4], SHOP) == {4: 0, 3: 0, 2: 1, 1: 2}


def test_members_of_a_loop_share_a_layer() -> None:
    needs = {1: {2}, 2: {1, 3}, 4: {1}}

    assert graph.layers([1, 2, 3, 4], needs) == {3: 0, 1: 1, 2: 1, 4: 2}


def test_layers_leave_out_what_is_not_asked_for() -> None:
    assert graph.layers([1, 4], SHOP) == {1: 0, 4: 0}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=24))
def test_every_need_outside_a_loop_lies_lower(pairs: list[tuple[int, int]]) -> None:
    needs: dict[int, set[int]] = {}
    for one, other in pairs:
        needs.setdefault(one, set()).add(other)

    found = graph.layers(range(1, 13), needs)

    for one, others in needs.items():
        for other in others:
            in_a_loop = one == other or one in graph.reached(other, needs)
            assert found[one] == found[other] if in_a_loop else found[one] > found[other]


def test_a_long_chain_needs_no_deep_stack() -> None:
    needs = {number: {number + 1} for number in range(3000)}

    assert graph.layers(range(3001), needs)[0] == 3000
    assert graph.loops(needs) == []


def test_branches_unfold_each_node_once() -> None:
    found = graph.branches([1], {1: [2, 3], 2: [4], 3: [4, 1], 4: [5]})

    (root,) = found
    two, three = root.branches
    assert [branch.pk for branch in two.branches] == [4]
    assert [branch.pk for branch in two.branches[0].branches] == [5]
    assert [(branch.pk, branch.is_again, branch.branches) for branch in three.branches] == [
        (4, True, ()),
        (1, True, ()),
    ]


def test_branches_end_somewhere() -> None:
    (found,) = graph.branches([0], {number: [number + 1] for number in range(100)})

    depth = 0
    while found.branches:
        (found,) = found.branches
        depth += 1
    assert depth == graph.DEEPEST
