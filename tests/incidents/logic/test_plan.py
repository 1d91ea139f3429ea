"""When each step of a climb fires: tables of cases and properties."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.plan import (
    Cursor,
    Plan,
    PlannedStep,
    StepSpec,
    Why,
    fire,
    fire_asking,
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


repeating = st.builds(
    lambda waits, repeats, loop, every, rounds, first: Plan(
        tuple(PlannedStep(i, minutes(wait)) for i, wait in enumerate(sorted(waits))),
        repeats,
        minutes(max(waits) - sorted(waits)[min(first, len(waits)) - 1] + loop),
        minutes(every),
        rounds,
        repeat_from=first,
    ),
    st.lists(st.integers(0, 120), min_size=1, max_size=5, unique=True),
    st.sampled_from([0, 1, 2, 3, 48]),
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 4),
    st.integers(1, 6),
)


def as_before(plan: Plan, position: int) -> tuple[int, int, timedelta] | None:
    """Step, round and offset of one position as plans were read that only repeat from the top."""
    count, rounds = len(plan.steps), plan.repeats + 1
    if position >= count * rounds + plan.catch_all_rounds:
        return None
    if position < count * rounds:
        loop, index = divmod(position, count)
        return plan.steps[index].step_id, loop, plan.steps[index].offset + loop * plan.loop
    extra = position - count * rounds + 1
    last = plan.steps[-1].offset + plan.repeats * plan.loop
    return plan.steps[-1].step_id, plan.repeats + extra, last + extra * plan.catch_all_every


@given(plans)
def test_a_plan_that_repeats_from_the_top_reads_as_it_always_did(plan: Plan) -> None:
    for position in range(plan.length + 2):
        found = plan.occurrence(position)

        got = (found.step_id, found.loop, found.offset) if found else None
        assert got == as_before(plan, position)


@given(repeating)
def test_occurrences_are_finite_and_each_comes_later_than_the_one_before(plan: Plan) -> None:
    found = list(plan.occurrences())

    assert [one.position for one in found] == list(range(plan.length))
    assert all(one.offset < other.offset for one, other in itertools.pairwise(found))
    assert plan.occurrence(plan.length) is None
    assert [one.index for one in found[: len(plan.steps)]] == list(range(len(plan.steps)))


@given(repeating)
def test_only_the_steps_from_the_chosen_one_on_repeat(plan: Plan) -> None:
    first = min(plan.repeat_from, len(plan.steps)) - 1
    again = [one for one in plan.occurrences() if one.loop]

    assert all(one.index >= first for one in again)
    for loop in range(1, plan.repeats + 1):
        of_round = [one.index for one in again if one.loop == loop]
        assert of_round == list(range(first, len(plan.steps)))


@given(repeating, st.data())
def test_cutting_a_plan_anywhere_and_going_on_gives_the_same_list(
    plan: Plan, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, plan.length))
    whole = list(plan.occurrences())

    assert whole[:cut] + list(plan.occurrences(after=cut)) == whole


@given(repeating, st.data())
def test_a_repeating_climb_uses_up_every_position_once(plan: Plan, data: st.DataObject) -> None:
    ids = [step.step_id for step in plan.steps]
    reachable = frozenset(data.draw(st.sets(st.sampled_from(ids))))
    cursor, seen = first_cursor(plan, started_at=START), []
    while cursor is not None:
        fired = fire(plan, cursor, started_at=START, now=cursor.due_at, reachable=reachable)
        seen += [one.position for one, _why in fired.consumed]
        cursor = fired.cursor

    assert seen == list(range(plan.length))


def test_a_firing_says_of_each_position_what_became_of_it() -> None:
    cursor = first_cursor(PLAN, started_at=START)
    assert cursor is not None

    came = {1: Why.CONDITION, 3: Why.TOLD}

    fired = fire_asking(
        PLAN,
        cursor,
        started_at=START,
        now=START,
        ask=lambda step_id: came.get(step_id, Why.NOBODY),
    )

    assert [(one.position, why) for one, why in fired.consumed] == [
        (0, Why.CONDITION),
        (1, Why.NOBODY),
        (2, Why.TOLD),
    ]
