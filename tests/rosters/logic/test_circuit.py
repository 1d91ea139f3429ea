"""The circuit breaker: when a carrier is left alone, tried, and taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rosters.logic.circuit import (
    CLOSED,
    FAILURES,
    HALF_OPEN,
    LONGEST_ASKED,
    LONGEST_WAIT,
    OPEN,
    PROBE_LASTS,
    SPREAD_CALLS,
    STEADY_AFTER,
    WINDOW,
    Circuit,
    Gate,
    after_failure,
    after_success,
    gate,
    needs_word,
    probing,
    slots,
    tried_again_at,
    wait,
)
from tests.world import NOW

SECOND = timedelta(seconds=1)


def failing(times: int, *, every: timedelta = SECOND, circuit: Circuit | None = None) -> Circuit:
    found = circuit or Circuit()
    for number in range(times):
        found = after_failure(found, now=NOW + every * number, jitter=1.0)
    return found


def opened() -> Circuit:
    return failing(FAILURES)


@pytest.mark.parametrize(
    ("circuit", "state"),
    [
        pytest.param(failing(FAILURES - 1), CLOSED, id="too few"),
        pytest.param(failing(FAILURES), OPEN, id="enough"),
        pytest.param(failing(FAILURES, every=WINDOW / 2), CLOSED, id="too slowly"),
        pytest.param(failing(FAILURES + 3), OPEN, id="those under way when it opened"),
        pytest.param(
            after_failure(Circuit(), now=NOW, jitter=0, is_for_all=True), OPEN, id="our account"
        ),
        pytest.param(
            after_failure(Circuit(), now=NOW, jitter=0, retry_after=SECOND), OPEN, id="it asks us"
        ),
        pytest.param(
            failing(FAILURES - 1, circuit=after_success(failing(FAILURES - 1), now=NOW)),
            CLOSED,
            id="a success between",
        ),
    ],
)
def test_it_opens_after_enough_failures_in_a_row(circuit: Circuit, state: str) -> None:
    assert circuit.state == state


@pytest.mark.parametrize(
    ("after", "found"),
    [(timedelta(0), Gate.SHUT), (4 * SECOND, Gate.SHUT), (9 * SECOND, Gate.TRIES)],
)
def test_open_nobody_asks_until_its_time_has_come(after: timedelta, found: Gate) -> None:
    assert gate(opened(), now=NOW + after) == found


def test_only_one_message_tries_and_a_dead_one_is_taken_over() -> None:
    half = probing(opened(), now=NOW)

    assert gate(half, now=NOW + SECOND) == Gate.SHUT
    assert gate(half, now=NOW + PROBE_LASTS) == Gate.TRIES


def test_each_pause_is_twice_as_long_up_to_a_cap() -> None:
    pauses = [wait(times, jitter=1.0).total_seconds() for times in range(1, 8)]

    assert pauses == [5, 10, 20, 40, 60, 60, 60]
    assert wait(1, jitter=0.0) == timedelta(seconds=2.5)
    assert wait(10_000, jitter=1.0) == LONGEST_WAIT


def test_a_probe_that_fails_opens_it_for_longer() -> None:
    before = opened()

    again = after_failure(probing(before, now=NOW), now=NOW, jitter=1.0)

    assert (again.state, again.times_opened) == (OPEN, 2)
    assert again.opened_at == before.opened_at


def test_what_the_carrier_asks_for_counts_up_to_a_cap() -> None:
    soon = after_failure(Circuit(), now=NOW, jitter=1.0, retry_after=90 * SECOND)
    never = after_failure(Circuit(), now=NOW, jitter=1.0, retry_after=timedelta(days=9))

    assert (soon.try_at, never.try_at) == (NOW + 90 * SECOND, NOW + LONGEST_ASKED)


def test_a_probe_that_passes_closes_it_and_one_from_before_does_not() -> None:
    assert after_success(opened(), now=NOW).state == OPEN
    closed = after_success(probing(opened(), now=NOW), now=NOW)
    assert (closed.state, closed.failures, closed.closed_at) == (CLOSED, 0, NOW)


def test_one_that_comes_and_goes_is_left_alone_for_longer_each_time() -> None:
    back = after_success(probing(opened(), now=NOW), now=NOW)

    soon = failing(FAILURES, circuit=back)
    later = failing(FAILURES, circuit=replace(back, closed_at=NOW - STEADY_AFTER - SECOND))

    assert (soon.times_opened, later.times_opened) == (2, 1)


def test_back_it_takes_a_few_at_a_time_first() -> None:
    back = Circuit(closed_at=NOW)

    taken = [
        slots(back, most=16, now=NOW + SECOND * number) for number in (0, 4, 5, 10, 15, 20, 99)
    ]

    assert taken == [1, 1, 2, 4, 8, 16, 16]
    assert slots(Circuit(), most=16, now=NOW) == 16


def test_calls_come_back_before_what_can_wait_and_not_all_at_once() -> None:
    circuit = opened()
    assert circuit.try_at is not None

    calls = [
        tried_again_at(circuit, now=NOW, is_call=True, jitter=jitter) for jitter in (0.0, 0.5, 1.0)
    ]
    update = tried_again_at(circuit, now=NOW, is_call=False, jitter=1.0)

    assert calls == [circuit.try_at + SPREAD_CALLS * jitter for jitter in (0.0, 0.5, 1.0)]
    assert update > max(calls)


@pytest.mark.parametrize(
    ("circuit", "changes"),
    [
        (Circuit(), False),
        (Circuit(closed_at=NOW), False),
        (failing(1), True),
        (Circuit(state=HALF_OPEN, try_at=NOW), True),
    ],
)
def test_a_success_is_written_only_when_it_changes_something(
    circuit: Circuit, changes: bool
) -> None:
    assert needs_word(circuit) is changes
