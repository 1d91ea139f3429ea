"""Lines hold at every instant what the engine's own resolver and planner say of it."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.logic.plan import Plan, first_cursor
from incidents.logic.proof.ground import Ground
from incidents.logic.proof.rounds import Case, Round
from incidents.logic.summons import About, StepRow, forecast, hear
from rosters.logic.directory import NEXT_WITHIN, Directory
from rosters.logic.spans import Span
from tests.incidents.logic.proof.making import (
    ABOUT,
    DIRECTORIES,
    NEXT_TARGETS,
    RULES,
    WINDOWS,
    inside,
    steps,
)

SHARES = st.lists(st.floats(0, 0.999), min_size=1, max_size=3)
SECOND = timedelta(seconds=1)


def moments(edges: tuple[datetime, ...], window: Span, shares: list[float]) -> list[datetime]:
    """Some instants of the window: those drawn, and those beside every edge."""
    beside = [edge + apart for edge in edges for apart in (-SECOND, 0 * SECOND, SECOND)]
    drawn = [inside(window, share) for share in shares]
    return [at for at in (*drawn, *beside) if window[0] <= at < window[1]]


@settings(max_examples=150)
@given(directory=DIRECTORIES, step=steps(), about=ABOUT, window=WINDOWS, shares=SHARES)
def test_a_line_is_what_the_resolver_says_at_every_instant(
    directory: Directory, step: Any, about: About, window: Span, shares: list[float]
) -> None:
    row = StepRow(1, "acknowledge", step[3], tuple(step[1]), step[2])

    line = Ground(directory, window).told(row, about)

    for at in moments(line.edges, window, shares):
        heard = hear(row, directory, about=about, at=at)
        assert line.at(at) == tuple(one.person_id for one in heard.people), at


@settings(max_examples=30)
@given(directory=DIRECTORIES, step=steps(NEXT_TARGETS), about=ABOUT, window=WINDOWS, shares=SHARES)
def test_so_it_is_for_whoever_is_on_call_next(
    directory: Directory, step: Any, about: About, window: Span, shares: list[float]
) -> None:
    row = StepRow(1, "acknowledge", step[3], tuple(step[1]), step[2])

    line = Ground(directory, window, asks_next=True).told(row, about)

    for at in moments(line.edges, window, shares)[:8]:
        heard = hear(row, directory, about=about, at=at)
        assert line.at(at) == tuple(one.person_id for one in heard.people), at


@settings(max_examples=150)
@given(directory=DIRECTORIES, rule=RULES, about=ABOUT, window=WINDOWS, shares=SHARES)
def test_a_round_is_what_the_planner_foresees(
    directory: Directory,
    rule: tuple[Plan, dict[int, StepRow]],
    about: About,
    window: Span,
    shares: list[float],
) -> None:
    plan, rows = rule
    ends_at = window[1] - timedelta(days=1)
    case = Case(plan, rows, about)

    found = Round(case, Ground(directory, window), ends_at)

    for at in moments(found.shapes.edges, (window[0], ends_at), shares):
        once = Plan(plan.steps)
        calls = forecast(
            once,
            first_cursor(once, started_at=at),
            started_at=at,
            steps=rows,
            directory=directory,
            about=about,
            limit=len(plan.steps),
        )
        foreseen = [
            (one.at - at, tuple(who.person_id for who in one.people)) for one in calls if one.people
        ]
        said = [(one.offset, found.people(one).at(at)) for one in found.shapes.at(at)]
        assert said == foreseen
        is_nobody = any(begin <= at < end for begin, end in found.nobody())
        first = hear_anybody(plan, rows, directory, about, at)
        assert is_nobody is not first


def hear_anybody(
    plan: Plan, rows: dict[int, StepRow], directory: Directory, about: About, at: datetime
) -> bool:
    """Whether the first call of an incident that begins then finds anybody."""
    first = at + plan.steps[0].offset
    return any(
        hear(rows[one.step_id], directory, about=about, at=first).people for one in plan.steps
    )


@given(directory=DIRECTORIES, window=WINDOWS, shares=SHARES, roster=st.integers(1, 2))
def test_a_settled_directory_says_the_same(
    directory: Directory, window: Span, shares: list[float], roster: int
) -> None:
    settled = directory.settled(starts_at=window[0], ends_at=window[1] + NEXT_WITHIN)

    for share in shares:
        at = inside(window, share)
        until = at + timedelta(days=2)
        assert settled.levels(roster, at=at) == directory.levels(roster, at=at)
        assert settled.stretches(roster, starts_at=at, ends_at=until) == directory.stretches(
            roster, starts_at=at, ends_at=until
        )
