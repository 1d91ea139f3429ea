"""Which open incident takes an alert: a table, and what must hold for every company."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.joining import DEPTH, Candidate, Joined, Newcomer, choose, upstream

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP, PAYMENTS, BANK, OTHER = 1, 2, 3, 4
NEEDS = {SHOP: {PAYMENTS}, PAYMENTS: {BANK}}


def opened(slot: int, service: int | None, *, severity: int = 2, ago: int = 0) -> Candidate:
    return Candidate(slot, service, severity, NOW - ago * MINUTE, source_id=7)


@pytest.mark.parametrize(
    ("candidates", "window", "joined"),
    [
        pytest.param([], 10, None, id="nothing is open"),
        pytest.param([opened(1, SHOP, ago=9)], 10, Joined(1), id="within the window"),
        pytest.param([opened(1, SHOP, ago=10)], 10, None, id="exactly as long ago is too late"),
        pytest.param([opened(1, SHOP)], 0, None, id="no window"),
        pytest.param([opened(1, SHOP, ago=9000)], None, Joined(1), id="any age, over its rate"),
        pytest.param([opened(1, SHOP, severity=1)], 10, None, id="a more severe one of its own"),
        pytest.param([opened(1, SHOP, severity=3)], 10, None, id="a lesser one of its own"),
        pytest.param([opened(1, None)], 10, None, id="one without a service"),
        pytest.param(
            [opened(2, SHOP, ago=1), opened(1, SHOP, ago=5)], 10, Joined(1), id="the oldest"
        ),
        pytest.param([opened(5, PAYMENTS)], 0, Joined(5, PAYMENTS), id="what it needs"),
        pytest.param([opened(5, BANK)], 0, Joined(5, BANK), id="what that needs"),
        pytest.param(
            [opened(5, BANK, ago=9), opened(6, PAYMENTS)], 0, Joined(6, PAYMENTS), id="the nearest"
        ),
        pytest.param([opened(5, PAYMENTS, severity=3)], 0, None, id="never into a lesser one"),
        pytest.param([opened(5, OTHER)], 0, None, id="what it does not need"),
        pytest.param(
            [opened(5, PAYMENTS), opened(6, SHOP, ago=1)], 10, Joined(6), id="its own comes first"
        ),
    ],
)
def test_the_incident_that_takes_an_alert_of_the_shop(
    candidates: list[Candidate], window: int | None, joined: Joined | None
) -> None:
    newcomer = Newcomer(SHOP, 2, source_id=7)
    span = None if window is None else window * MINUTE

    assert choose(newcomer, candidates, NEEDS, window=span, now=NOW) == joined


def test_what_another_source_opened_is_joined_only_as_a_cause() -> None:
    newcomer = Newcomer(SHOP, 2, source_id=8)
    own, cause = opened(1, SHOP), opened(2, PAYMENTS)

    found = choose(newcomer, [own, cause], NEEDS, window=10 * MINUTE, now=NOW)

    assert found == Joined(2, PAYMENTS)


def test_without_a_service_it_joins_nothing() -> None:
    newcomer = Newcomer(None, 4, source_id=7)

    assert choose(newcomer, [opened(1, None)], NEEDS, window=None, now=NOW) is None


def test_services_that_need_each_other_are_no_trap() -> None:
    circle = {SHOP: {PAYMENTS}, PAYMENTS: {SHOP}}
    newcomer = Newcomer(SHOP, 2, source_id=7)

    assert choose(newcomer, [opened(1, OTHER)], circle, window=0 * MINUTE, now=NOW) is None
    assert upstream([SHOP], circle) == {SHOP, PAYMENTS}


def test_it_looks_only_so_far_along_the_chain() -> None:
    chain = {n: {n + 1} for n in range(20)}
    newcomer = Newcomer(0, 2, source_id=7)

    near = choose(newcomer, [opened(1, DEPTH)], chain, window=0 * MINUTE, now=NOW)
    far = choose(newcomer, [opened(1, DEPTH + 1)], chain, window=0 * MINUTE, now=NOW)

    assert near == Joined(1, DEPTH)
    assert far is None
    assert upstream([0], chain) == set(range(DEPTH + 1))


services = st.integers(1, 5)
graphs = st.dictionaries(services, st.sets(services, max_size=3), max_size=5)
incidents = st.lists(
    st.builds(
        opened, st.integers(1, 99), services, severity=st.integers(1, 4), ago=st.integers(0, 30)
    ),
    max_size=6,
    unique_by=lambda one: one.slot,
)


@given(graphs, incidents, services, st.integers(1, 4), st.sampled_from([None, 0, 10]))
def test_an_alert_is_never_hidden_in_a_lesser_incident(
    needs: dict[int, set[int]],
    found: list[Candidate],
    service: int,
    severity: int,
    window: int | None,
) -> None:
    span = None if window is None else window * MINUTE
    joined = choose(Newcomer(service, severity, 7), found, needs, window=span, now=NOW)

    if joined is None:
        return
    taken = next(one for one in found if one.slot == joined.slot)
    assert taken.severity <= severity
    assert joined.because_of_id in (None, taken.service_id)
    assert taken.service_id in upstream([service], needs)


@given(graphs, incidents, services, st.integers(1, 4), st.randoms())
def test_the_order_in_which_incidents_are_read_decides_nothing(
    needs: dict[int, set[int]],
    found: list[Candidate],
    service: int,
    severity: int,
    random: Random,
) -> None:
    newcomer = Newcomer(service, severity, 7)
    shuffled = list(found)
    random.shuffle(shuffled)

    assert choose(newcomer, found, needs, window=None, now=NOW) == choose(
        newcomer, shuffled, needs, window=None, now=NOW
    )
