"""Companies, rules and incidents of every sort, however odd, for properties of the planner."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from incidents.logic.conditions import HOURS, RECIPIENT, SERVICE, Conditions
from incidents.logic.plan import Plan, PlannedStep
from incidents.logic.summons import ALWAYS, About, StepRow, TargetSpec
from rosters.logic.directory import ALL, BACKUP, NEXT, ON_CALL, Contact, Directory, MemberSpec
from rosters.logic.matrix import CellSpec, HoursSpec
from rosters.logic.reachable import PersonSpec
from rosters.logic.rotation import RosterSpec
from tests.rosters.logic.test_rotation_properties import (
    INSTANTS,
    RESTRICTIONS,
    ROSTERS,
    SPANS,
    ZONES,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PEOPLE = range(1, 9)
ROLES = (1, 2)
SERVICE_ID, TEAM_ID = 5, 6
CHOICES = st.sampled_from([ON_CALL, ON_CALL, BACKUP, ALL])
NAMED_HOURS = st.builds(
    HoursSpec, st.just("hours"), ZONES, st.lists(RESTRICTIONS, max_size=2).map(tuple)
)
WINDOWS = INSTANTS.map(lambda at: (at, at + 20 * DAY))


def _person(pk: int, zone: Any, has_phone: bool, left_at: datetime | None, away: Any) -> PersonSpec:
    contacts = {"urgent": (Contact(pk, "phone"),)} if has_phone else {}
    return PersonSpec(pk, f"Person {pk}", f"P{pk}", zone.key, contacts, left_at, tuple(away))


def _people() -> st.SearchStrategy[dict[int, PersonSpec]]:
    each = [
        st.builds(
            _person,
            st.just(pk),
            ZONES,
            st.sampled_from([True, True, True, False]),
            st.none() | st.none() | INSTANTS,
            st.lists(SPANS, max_size=2),
        )
        for pk in PEOPLE
    ]
    return st.tuples(*each).map(lambda some: {one.person_id: one for one in some})


PERSON_ID = st.sampled_from(list(PEOPLE))
PLACES = st.sampled_from([(SERVICE_ID, None), (None, TEAM_ID), (None, None)])
CELLS = st.builds(
    lambda role, place, severity, person, backup, roster, begins, ends, worse, hours: CellSpec(
        role,
        place[0],
        place[1],
        severity,
        None if roster else person,
        None if roster else backup,
        roster,
        begins,
        ends,
        worse,
        hours,
    ),
    st.sampled_from(ROLES),
    PLACES,
    st.none() | st.integers(1, 4),
    PERSON_ID,
    st.none() | PERSON_ID,
    st.none() | st.integers(1, 2),
    st.none() | INSTANTS,
    st.none() | INSTANTS,
    st.booleans(),
    st.none() | NAMED_HOURS,
)


def _directory(
    people: dict[int, PersonSpec], rosters: Sequence[RosterSpec], cells: Sequence[CellSpec]
) -> Directory:
    return Directory(
        people,
        rosters={pk: replace(one, away={}) for pk, one in enumerate(rosters, start=1)},
        roster_names={1: "One", 2: "Two"},
        role_names={1: "commander", 2: "director"},
        team_names={TEAM_ID: "Payments"},
        service_names={SERVICE_ID: "Payments"},
        cells=tuple(replace(one, cell_id=pk) for pk, one in enumerate(cells, start=1)),
        members={TEAM_ID: (MemberSpec(1, is_lead=True), MemberSpec(2))},
    )


DIRECTORIES = st.builds(
    _directory, _people(), st.lists(ROSTERS, min_size=2, max_size=2), st.lists(CELLS, max_size=4)
)
TARGETS = st.one_of(
    st.builds(
        lambda roster, choose: TargetSpec("roster", choose, roster_id=roster),
        st.integers(1, 2),
        CHOICES,
    ),
    st.builds(
        lambda role, choose: TargetSpec("role", choose, role_id=role),
        st.sampled_from(ROLES),
        CHOICES,
    ),
    st.builds(lambda person: TargetSpec("person", ON_CALL, person_id=person), PERSON_ID),
    st.builds(lambda choose: TargetSpec("team", choose, team_id=TEAM_ID), CHOICES),
)
NEXT_TARGETS = st.builds(
    lambda roster: TargetSpec("roster", NEXT, roster_id=roster), st.integers(1, 2)
)
CONDITIONS = st.just(ALWAYS) | st.builds(
    lambda mildest, hours, read_in: Conditions(mildest=mildest, hours=hours, hours_read_in=read_in),
    st.none() | st.integers(1, 4),
    st.none() | NAMED_HOURS,
    st.sampled_from([HOURS, SERVICE, RECIPIENT]),
)
URGENCIES = st.sampled_from(["urgent", "normal"])


def _rule(
    steps: Sequence[tuple[int, Any, Any, str]], repeats: int
) -> tuple[Plan, dict[int, StepRow]]:
    rows, planned, minutes = {}, [], 0
    for number, (wait, targets, conditions, urgency) in enumerate(steps, start=1):
        minutes += wait
        planned.append(PlannedStep(number, minutes * MINUTE))
        rows[number] = StepRow(number, "acknowledge", urgency, tuple(targets), conditions)
    length = planned[-1].offset - planned[0].offset
    plan = Plan(tuple(planned), repeats, max(length, 30 * MINUTE), 15 * MINUTE, 4)
    return plan, rows


def steps(targets: st.SearchStrategy[TargetSpec] = TARGETS) -> st.SearchStrategy[Any]:
    """A wait, whom it tells, when at all, and how urgent it is."""
    return st.tuples(
        st.integers(0, 90), st.lists(targets, min_size=1, max_size=2), CONDITIONS, URGENCIES
    )


RULES = st.builds(_rule, st.lists(steps(), min_size=1, max_size=4), st.integers(0, 2))
ABOUT = st.builds(
    lambda severity, zone: About(severity, SERVICE_ID, "Payments", TEAM_ID, zone=zone.key),
    st.integers(1, 4),
    ZONES,
)


def inside(window: tuple[datetime, datetime], share: float) -> datetime:
    """An instant of a window, to the minute."""
    starts_at, ends_at = window
    return starts_at + int((ends_at - starts_at) / MINUTE * share) * MINUTE


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
