"""A climb goes on by other times or by another rule, and nobody hears twice."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from incidents.logic.moving import continued, moved
from incidents.logic.plan import StepSpec


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


RULE = [StepSpec(1, minutes(0)), StepSpec(2, minutes(5)), StepSpec(3, minutes(15))]


def steps_and_position(known: Collection[int], *, elapsed: int = 7) -> tuple[list[int], int]:
    found = moved(
        RULE, known=known, span=minutes(60), elapsed=minutes(elapsed), again_after=minutes(10)
    )
    return [step.step_id for step in found.steps], found.position


@pytest.mark.parametrize(
    ("known", "steps", "position"),
    [
        ((), [1, 2, 3], 0),
        ((1,), [1, 2, 3], 1),
        ((2,), [2, 1, 3], 1),
        ((1, 2), [1, 2, 3], 2),
        ((3,), [1, 2, 3], 0),
        ((2, 3), [2, 1, 3], 1),
        ((1, 2, 3), [1, 2, 3], 3),
    ],
)
def test_steps_of_which_everybody_knows_come_first_as_told(
    known: tuple[int, ...], steps: list[int], position: int
) -> None:
    assert steps_and_position(known) == (steps, position)


@pytest.mark.parametrize(("elapsed", "minute"), [(0, 15), (7, 17), (30, 40)])
def test_the_last_step_whose_people_know_comes_as_its_repetition_would(
    elapsed: int, minute: int
) -> None:
    found = moved(
        RULE, known={3}, span=minutes(60), elapsed=minutes(elapsed), again_after=minutes(10)
    )

    assert found.steps[-1].offset == minutes(minute)


def test_a_rule_without_steps_has_nothing_to_go_on_with() -> None:
    found = moved([], known=(), span=minutes(60), elapsed=minutes(0), again_after=minutes(10))

    assert (found.steps, found.position) == ((), 0)


TARGETED = [StepSpec(1, minutes(0)), StepSpec(2, minutes(0), from_target=True)]


@pytest.mark.parametrize(
    ("position", "plan"),
    [
        (0, [[1, 0], [2, 1800]]),
        (1, [[1, 0], [2, 1800]]),
        (2, [[1, 0], [2, 3600]]),
        (5, [[1, 0], [2, 3600]]),
    ],
)
def test_what_was_not_told_yet_lies_by_the_new_target(position: int, plan: list[list[int]]) -> None:
    assert continued([[1, 0], [2, 3600]], position, TARGETED, span=minutes(30)) == plan
