"""The contact matrix: which cell answers, when hours hold, which cells cannot stand together."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosters.logic.matrix import (
    CellSpec,
    HoursSpec,
    Level,
    Question,
    fitting,
    hours_meet,
    resolve,
    why_not_together,
)
from rosters.logic.shifts import RestrictionSpec
from tests.world import at

NOW = at("2026-11-20 12:00")
LEAD, PAYMENTS, CHECKOUT, TEAM, ROSTER = 40, 10, 11, 20, 30
BERLIN = ZoneInfo("Europe/Berlin")
DAYS = range(7)


def hours(name: str, starts_at: str, ends_at: str, days: range = DAYS) -> HoursSpec:
    spans = (
        RestrictionSpec(day, time.fromisoformat(starts_at), time.fromisoformat(ends_at))
        for day in days
    )
    return HoursSpec(name, BERLIN, tuple(spans))


OFFICE = hours("office", "09:00", "17:00", range(5))
NIGHT = hours("night", "22:00", "06:00")
ALWAYS = hours("always", "00:00", "00:00")


def cell(person: int, **where: Any) -> CellSpec:
    return CellSpec(LEAD, person_id=person, **where)


def who(*cells: CellSpec, severity: int = 1, now: datetime = NOW, service: int = PAYMENTS) -> int:
    question = Question(LEAD, service, TEAM, severity)
    return resolve(cells, question, at=now).person_id or 0


# From the most specific to the least: each one answers before all that follow.
IN_ORDER: list[dict[str, Any]] = [
    {"service_id": PAYMENTS, "severity": 1, "hours": ALWAYS},
    {"service_id": PAYMENTS, "severity": 1},
    {"service_id": PAYMENTS, "hours": ALWAYS},
    {"service_id": PAYMENTS},
    {"team_id": TEAM, "severity": 1, "hours": ALWAYS},
    {"team_id": TEAM, "severity": 1},
    {"team_id": TEAM, "hours": ALWAYS},
    {"team_id": TEAM},
    {"severity": 1, "hours": ALWAYS},
    {"severity": 1},
    {"hours": ALWAYS},
    {},
]


@pytest.mark.parametrize("number", range(len(IN_ORDER)))
def test_the_most_specific_cell_answers(number: int) -> None:
    cells = [cell(person, **where) for person, where in enumerate(IN_ORDER, start=1)]

    found = fitting(cells[number:], Question(LEAD, PAYMENTS, TEAM), at=NOW)

    assert [one.person_id for one in found] == list(range(number + 1, len(IN_ORDER) + 1))


@pytest.mark.parametrize(
    ("where", "severity", "expected"),
    [
        pytest.param({"severity": 2}, 2, True, id="its own"),
        pytest.param({"severity": 2}, 1, False, id="not a worse one"),
        pytest.param({"severity": 2, "and_worse": True}, 1, True, id="a worse one with and_worse"),
        pytest.param({"severity": 2, "and_worse": True}, 2, True, id="its own with and_worse"),
        pytest.param({"severity": 2, "and_worse": True}, 3, False, id="never a milder one"),
        pytest.param({}, 4, True, id="every one"),
        pytest.param({"service_id": CHECKOUT}, 1, False, id="another service's"),
        pytest.param({"team_id": 99}, 1, False, id="another team's"),
    ],
)
def test_a_cell_is_for_its_severities_and_its_place(
    where: dict[str, int], severity: int, expected: bool
) -> None:
    assert bool(who(cell(1, **where), severity=severity)) is expected


@pytest.mark.parametrize(
    ("starts", "ends", "now", "expected"),
    [
        pytest.param("2026-11-20 12:00", None, "2026-11-20 12:00", True, id="from is in it"),
        pytest.param("2026-11-20 12:00", None, "2026-11-20 11:59", False, id="before"),
        pytest.param(None, "2026-11-20 12:00", "2026-11-20 11:59", True, id="until the end"),
        pytest.param(None, "2026-11-20 12:00", "2026-11-20 12:00", False, id="to is not in it"),
    ],
)
def test_a_cell_is_valid_half_open(
    starts: str | None, ends: str | None, now: str, expected: bool
) -> None:
    one = cell(1, valid_from=starts and at(starts), valid_to=ends and at(ends))

    assert bool(who(one, now=at(now))) is expected


@pytest.mark.parametrize(
    ("spec", "wall", "fold", "expected"),
    [
        pytest.param(OFFICE, "2026-11-20 09:00", 0, True, id="opens inclusive"),
        pytest.param(OFFICE, "2026-11-20 17:00", 0, False, id="closes exclusive"),
        pytest.param(OFFICE, "2026-11-21 12:00", 0, False, id="not on a Saturday"),
        pytest.param(NIGHT, "2026-11-20 23:00", 0, True, id="the evening"),
        pytest.param(NIGHT, "2026-11-21 05:59", 0, True, id="the morning after"),
        pytest.param(NIGHT, "2026-11-21 06:00", 0, False, id="until six"),
        pytest.param(NIGHT, "2026-10-25 02:30", 0, True, id="autumn, the first half past two"),
        pytest.param(NIGHT, "2026-10-25 02:30", 1, True, id="autumn, the second half past two"),
        pytest.param(NIGHT, "2026-10-25 06:00", 0, False, id="autumn, six by the wall"),
        pytest.param(NIGHT, "2026-03-29 03:00", 0, True, id="spring, after the gap"),
        pytest.param(NIGHT, "2026-03-29 06:00", 0, False, id="spring, six by the wall"),
        pytest.param(ALWAYS, "2026-03-29 00:00", 0, True, id="all day is the whole short day"),
        pytest.param(ALWAYS, "2026-10-25 02:30", 1, True, id="all day is the whole long day"),
        pytest.param(HoursSpec("none", BERLIN), "2026-11-20 12:00", 0, False, id="no span, never"),
    ],
)
def test_hours_follow_the_wall(spec: HoursSpec, wall: str, fold: int, expected: bool) -> None:
    moment = datetime.fromisoformat(wall).replace(tzinfo=BERLIN, fold=fold)

    assert bool(who(cell(1, hours=spec), now=moment)) is expected


@pytest.mark.parametrize(
    ("where", "asked", "expected"),
    [
        pytest.param({"service_id": PAYMENTS}, PAYMENTS, None, id="its own"),
        pytest.param({"team_id": TEAM}, PAYMENTS, Level.TEAM, id="its team's"),
        pytest.param({}, PAYMENTS, Level.COMPANY, id="the company's"),
        pytest.param({"team_id": TEAM}, None, None, id="a team asks for its own"),
        pytest.param({}, None, Level.COMPANY, id="a team has the company's"),
    ],
)
def test_where_it_is_inherited_from(
    where: dict[str, int], asked: int | None, expected: Level | None
) -> None:
    found = resolve([cell(1, **where)], Question(LEAD, asked, TEAM), at=NOW)

    assert found.inherited_from == expected


def test_a_cell_that_reaches_nobody_is_passed_over_and_says_why() -> None:
    own, teams = cell(1, service_id=PAYMENTS), cell(2, team_id=TEAM)

    found = resolve(
        [teams, own],
        Question(LEAD, PAYMENTS, TEAM),
        at=NOW,
        why_not=lambda one: "Nils Berg has left the company" if one is own else None,
    )

    assert (found.person_id, found.inherited_from, found.why_nobody) == (2, Level.TEAM, None)
    assert [one.why for one in found.passed] == ["Nils Berg has left the company"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param((), "no cell of the contact matrix names anybody", id="no cell"),
        pytest.param((cell(1), cell(2, team_id=TEAM)), "2 is away; 1 is away", id="all passed"),
    ],
)
def test_why_nobody(cells: tuple[CellSpec, ...], expected: str) -> None:
    found = resolve(
        cells,
        Question(LEAD, PAYMENTS, TEAM),
        at=NOW,
        why_not=lambda one: f"{one.person_id} is away",
    )

    assert found.why_nobody == expected


LATER = {"valid_from": NOW + timedelta(days=1)}
UNTIL = {"valid_to": NOW + timedelta(days=1)}


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        pytest.param({}, {}, False, id="the same twice"),
        pytest.param({}, {"severity": 1}, True, id="another rank"),
        pytest.param({}, {"service_id": PAYMENTS}, True, id="another place"),
        pytest.param(UNTIL, LATER, True, id="one after the other"),
        pytest.param({}, LATER, False, id="one has no end"),
        pytest.param({"severity": 1}, {"severity": 2}, True, id="other severities"),
        pytest.param(
            {"severity": 1}, {"severity": 2, "and_worse": True}, False, id="and worse meets it"
        ),
        pytest.param({"hours": OFFICE}, {"hours": NIGHT}, True, id="hours apart"),
        pytest.param(
            {"hours": OFFICE}, {"hours": hours("noon", "12:00", "13:00")}, False, id="hours meet"
        ),
        pytest.param({"hours": OFFICE}, {"hours": OFFICE}, False, id="the same hours"),
        pytest.param({"hours": OFFICE}, {}, True, id="hours beat always"),
    ],
)
def test_cells_that_cannot_stand_together(
    one: dict[str, object], other: dict[str, object], may: bool
) -> None:
    found = [
        why_not_together(cell(1, **first), cell(2, **second), today=NOW.date())
        for first, second in ((one, other), (other, one))
    ]

    assert [text is None for text in found] == [may, may]


def test_a_clash_of_severities_names_the_severity_and_the_other_cell() -> None:
    one, other = cell(1, severity=1), cell(2, severity=2, and_worse=True)
    if one.rank == other.rank:
        said = why_not_together(one, other, today=NOW.date())

        assert said == (
            "“severity”: the cell for SEV2 and worse holds at the same time. End that one first."
        )


SPANS = st.builds(
    RestrictionSpec,
    st.integers(0, 6),
    st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15)),
    st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15)),
)
SOME_HOURS = st.builds(
    HoursSpec,
    st.just("some"),
    st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    st.lists(SPANS, min_size=1, max_size=3).map(tuple),
)
MINUTES = st.integers(0, 366 * 24 * 60 - 1)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(SOME_HOURS, SOME_HOURS, MINUTES)
def test_hours_that_hold_at_once_meet(one: HoursSpec, other: HoursSpec, minute: int) -> None:
    starts_at = at("2026-01-01 00:00")
    moment = starts_at + timedelta(minutes=minute)
    year = {"starts_at": starts_at, "ends_at": starts_at + timedelta(days=366)}

    if one.hold(moment) and other.hold(moment):
        assert hours_meet(one, other, **year)
        assert hours_meet(other, one, **year)


CELLS = st.builds(
    lambda where, severity, worse, person: cell(
        person, **where, severity=severity, and_worse=worse and severity is not None
    ),
    st.sampled_from([{}, {"team_id": TEAM}, {"service_id": PAYMENTS}]),
    st.sampled_from([None, 1, 2, 3, 4]),
    st.booleans(),
    st.integers(1, 9),
)


@given(st.lists(CELLS, max_size=8), st.integers(1, 4))
def test_cells_that_may_stand_together_never_tie(cells: list[CellSpec], severity: int) -> None:
    standing: list[CellSpec] = []
    for one in cells:
        if all(why_not_together(one, other, today=NOW.date()) is None for other in standing):
            standing.append(one)

    ranks = [
        one.rank for one in fitting(standing, Question(LEAD, PAYMENTS, TEAM, severity), at=NOW)
    ]

    assert ranks == sorted(set(ranks), reverse=True)


def test_a_cell_without_hours_holds_day_and_night() -> None:
    assert who(replace(cell(1), hours=None), now=at("2026-11-20 03:00")) == 1
