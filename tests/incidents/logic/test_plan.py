"""When each step of a climb fires: tables of cases and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.plan import (
    Cursor,
    Plan,
    PlannedStep,
    StepSpec,
    fire,
    first_cursor,
    freeze,
)

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(count: float) -> datetime:
    return START + minutes(count)


PLAN = Plan(
    (PlannedStep(1, minutes(0)), PlannedStep(2, minutes(5)), PlannedStep(3, minutes(15))),
    repeats=1,
    loop=minutes(30),
    catch_all_every=minutes(10),
    catch_all_rounds=2,
)
ALL = frozenset({1, 2, 3})


@pytest.mark.parametrize(
    ("position", "step_id", "loop", "offset"),
    [
        pytest.param(0, 1, 0, 0, id="first step at once"),
        pytest.param(2, 3, 0, 15, id="last step of the first round"),
        pytest.param(3, 1, 1, 30, id="second round starts one loop later"),
        pytest.param(5, 3, 1, 45, id="last step of the last round"),
        pytest.param(6, 3, 2, 55, id="catch-all tells the last step again"),
        pytest.param(7, 3, 3, 65, id="last catch-all"),
    ],
)
def test_occurrence_counts_repeats_and_catch_alls(
    position: int, step_id: int, loop: int, offset: int
) -> None:
    occurrence = PLAN.occurrence(position)

    assert occurrence is not None
    assert (occurrence.step_id, occurrence.loop, occurrence.offset) == (
        step_id,
        loop,
        minutes(offset),
    )


def test_occurrence_ends_after_the_last_catch_all() -> None:
    assert PLAN.occurrence(8) is None


def test_freeze_counts_from_the_target_and_sorts() -> None:
    steps = [StepSpec(1, minutes(10), from_target=True), StepSpec(2, minutes(45))]

    planned = freeze(steps, target=minutes(60))

    assert planned == (PlannedStep(2, minutes(45)), PlannedStep(1, minutes(70)))


def test_first_cursor_of_an_empty_plan_is_none() -> None:
    assert first_cursor(Plan(()), started_at=START) is None


@pytest.mark.parametrize(
    ("cursor", "now", "reachable", "told", "skipped", "next_due"),
    [
        pytest.param(0, 0, ALL, 1, [], 5, id="tells the step that is due"),
        pytest.param(1, 5, ALL, 2, [], 15, id="later steps keep their offsets"),
        pytest.param(1, 5, {1, 3}, 3, [2], 30, id="an empty step gives way at once"),
        pytest.param(1, 5, {1}, 1, [2, 3], 35, id="the next round fires in place of an empty rest"),
        pytest.param(0, 0, set(), None, [1, 2, 3], 30, id="nobody at all uses up one round only"),
        pytest.param(6, 55, {1, 2}, None, [3], 65, id="an empty catch-all waits for the next"),
        pytest.param(2, 15.9, ALL, 3, [], 30, id="less than a minute late shifts nothing"),
    ],
)
def test_fire_tells_at_most_one_step(
    cursor: int,
    now: float,
    reachable: set[int],
    told: int | None,
    skipped: list[int],
    next_due: float,
) -> None:
    occurrence = PLAN.occurrence(cursor)
    assert occurrence is not None

    fired = fire(
        PLAN,
        Cursor(cursor, timedelta(0), START + occurrence.offset),
        started_at=START,
        now=at(now),
        reachable=frozenset(reachable),
    )

    assert (fired.told.step_id if fired.told else None) == told
    assert [one.step_id for one in fired.skipped] == skipped
    assert fired.cursor is not None
    assert fired.cursor.due_at == at(next_due)


def test_fire_after_an_outage_shifts_later_steps_by_the_lateness() -> None:
    cursor = Cursor(1, timedelta(0), at(5))

    fired = fire(PLAN, cursor, started_at=START, now=at(125), reachable=ALL)

    assert fired.late_by == minutes(120)
    assert fired.cursor == Cursor(2, minutes(120), at(135))


def test_fire_early_because_somebody_passed_keeps_later_offsets() -> None:
    cursor = Cursor(1, timedelta(0), at(1))

    fired = fire(PLAN, cursor, started_at=START, now=at(1), reachable=ALL)

    assert fired.cursor == Cursor(2, timedelta(0), at(15))


def test_fire_the_last_time_exhausts_the_climb() -> None:
    fired = fire(PLAN, Cursor(7, timedelta(0), at(65)), started_at=START, now=at(65), reachable=ALL)

    assert fired.told is not None
    assert fired.cursor is None


plans = st.builds(
    lambda waits, repeats, loop, every, rounds: Plan(
        tuple(PlannedStep(i, minutes(wait)) for i, wait in enumerate(sorted(waits))),
        repeats,
        minutes(max(waits) + loop),
        minutes(every),
        rounds,
    ),
    st.lists(st.integers(0, 120), min_size=1, max_size=5),
    st.integers(0, 3),
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 4),
)


@given(plans, st.data())
def test_a_climb_on_time_tells_every_firing_once_and_never_goes_back(
    plan: Plan, data: st.DataObject
) -> None:
    reachable = frozenset(data.draw(st.sets(st.sampled_from([s.step_id for s in plan.steps]))))
    cursor = first_cursor(plan, started_at=START)
    seen: list[int] = []
    last = START
    while cursor is not None:
        now = cursor.due_at
        assert now >= last
        fired = fire(plan, cursor, started_at=START, now=now, reachable=reachable)
        seen += [one.position for one in fired.skipped]
        seen += [fired.told.position] if fired.told else []
        assert fired.late_by == timedelta(0)
        last, cursor = now, fired.cursor

    assert seen == list(range(plan.length))


@given(plans, st.integers(2, 10_000))
def test_an_outage_is_followed_by_one_step_not_by_a_burst(plan: Plan, late: int) -> None:
    cursor = first_cursor(plan, started_at=START)
    assert cursor is not None
    everybody = frozenset(step.step_id for step in plan.steps)

    now = cursor.due_at + minutes(late)
    fired = fire(plan, cursor, started_at=START, now=now, reachable=everybody)

    following = plan.occurrence(1)
    if fired.cursor is not None and following is not None:
        first = plan.occurrence(0)
        assert first is not None
        assert fired.cursor.due_at == now + (following.offset - first.offset)
