"""Any company: people, rosters, a matrix, and a policy to be written down, from a few choices.

Everything is plain data, so that a disagreement shrinks to the smallest company that shows it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import hypothesis.strategies as st

from incidents.enums import AckMode, Choose, HoursReadIn, Promise, StepAnchor, TargetKind
from rosters.enums import RotationUnit, Urgency
from tests.world import at

NAMES = ("alice", "bob", "carol", "dora", "erin", "frank")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
EVENINGS = (
    at("2026-10-25 02:30", "Europe/Berlin"),  # the hour that comes twice
    at("2027-03-28 01:58", "Europe/Berlin"),  # the hour that is left out
    at("2026-11-20 19:55", "Europe/Berlin"),
    at("2026-11-23 08:58", "Europe/Berlin"),
    at("2026-12-31 23:50", "America/New_York"),
    at("2028-02-29 12:00", "Asia/Kolkata"),
)
WAITS = (0, 0, 1, 2, 5, 7, 15, 30, 60, 90, 180)


@dataclass(frozen=True)
class Turns:
    """One layer of a roster: who takes turns, and in which hours of the day it counts."""

    people: tuple[str, ...]
    unit: RotationUnit
    hours: tuple[int, int] | None


@dataclass(frozen=True)
class Duty:
    """One roster, with a stretch in which one person stands in for whoever it is."""

    zone: str
    handover: int
    layers: tuple[Turns, ...]
    stand_in: tuple[str, int, int] | None


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: of which role, for what, at which severity and in which hours."""

    role: int
    place: str
    severity: int | None
    hours: int | None
    person: str
    backup: str
    roster: int | None


@dataclass(frozen=True)
class Whom:
    kind: TargetKind
    choose: Choose
    number: int


@dataclass(frozen=True)
class Rung:
    """One step, with its conditions; `hours` is one of the named hours."""

    clock: Promise
    wait: int
    anchor: StepAnchor
    whom: tuple[Whom, ...]
    urgency: Urgency = Urgency.URGENT
    ack_mode: AckMode = AckMode.ANY
    mildest: int | None = None
    hours: int | None = None
    read_in: HoursReadIn = HoursReadIn.HOURS
    in_a_storm: bool = False
    only_privacy: bool = False


@dataclass(frozen=True)
class Rules:
    """A policy; its rounds are `slack` minutes longer than its last step is late."""

    rungs: tuple[Rung, ...]
    repeats: int
    repeat_from: int
    until_acknowledged: bool
    slack: int
    every: int
    rounds: int
    route: str


@dataclass(frozen=True)
class Company:
    now: datetime
    severity: int
    zones: tuple[str, ...]
    ways: tuple[int, ...]
    hours: tuple[tuple[str, int, int], ...]
    duties: tuple[Duty, ...]
    away: tuple[tuple[str, int, int], ...]
    cells: tuple[Cell, ...]
    rules: Rules
    answers: int
    after: int
    reader: str


people = st.sampled_from(NAMES)
hours_of_day = st.tuples(st.sampled_from([0, 6, 8, 18, 22]), st.sampled_from([6, 8, 12, 20]))
windows = st.tuples(people, st.integers(-3, 3), st.integers(1, 72))
turns = st.builds(
    Turns,
    people=st.lists(people, min_size=1, max_size=3, unique=True).map(tuple),
    unit=st.sampled_from([RotationUnit.HOUR, RotationUnit.DAY, RotationUnit.WEEK]),
    hours=st.none() | hours_of_day,
)
duties = st.builds(
    Duty,
    zone=st.sampled_from(ZONES),
    handover=st.sampled_from([0, 3, 9, 20]),
    layers=st.lists(turns, min_size=1, max_size=3).map(tuple),
    stand_in=st.none() | windows,
)
cells = st.builds(
    Cell,
    role=st.integers(0, 1),
    place=st.sampled_from(["service", "team", "company"]),
    severity=st.none() | st.integers(1, 3),
    hours=st.none() | st.integers(0, 1),
    person=people,
    backup=people,
    roster=st.none() | st.integers(0, 1),
)
whom = st.builds(
    Whom,
    kind=st.sampled_from(
        [TargetKind.PERSON, TargetKind.ROSTER, TargetKind.ROSTER, TargetKind.ROLE, TargetKind.TEAM]
    ),
    choose=st.sampled_from(Choose),
    number=st.integers(0, 5),
)
rooms = st.builds(Whom, st.just(TargetKind.ROOM), st.just(Choose.ON_CALL), st.just(0))
several = st.tuples(st.lists(whom, min_size=1, max_size=2), st.lists(rooms, max_size=1)).map(
    lambda pair: tuple(pair[0] + pair[1])
)


def rungs(clock: Promise) -> st.SearchStrategy[Rung]:
    """Any step of one clock."""
    return st.builds(
        Rung,
        clock=st.just(clock),
        wait=st.sampled_from(WAITS),
        anchor=st.sampled_from(StepAnchor),
        whom=several,
        urgency=st.sampled_from(Urgency),
        ack_mode=st.sampled_from([AckMode.ANY, AckMode.ANY, AckMode.ALL]),
        mildest=st.none() | st.integers(1, 4),
        hours=st.none() | st.none() | st.integers(0, 2),
        read_in=st.sampled_from(HoursReadIn),
        in_a_storm=st.sampled_from([False, False, False, True]),
        only_privacy=st.sampled_from([False, False, False, True]),
    )


last = st.builds(
    Rung,
    clock=st.just(Promise.ACKNOWLEDGE),
    wait=st.sampled_from([0, 30, 90, 180]),
    anchor=st.sampled_from(StepAnchor),
    whom=several | several.map(lambda some: (Whom(TargetKind.PERSON, Choose.ON_CALL, 0), *some)),
    urgency=st.sampled_from(Urgency),
    ack_mode=st.sampled_from(AckMode),
)
"""The last step holds always: no other policy can be published."""
asks = st.builds(
    Rung,
    clock=st.just(Promise.FILL_ROLE),
    wait=st.sampled_from(WAITS),
    anchor=st.sampled_from(StepAnchor),
    whom=st.just((Whom(TargetKind.ASKED, Choose.ON_CALL, 0),)),
)
ladders = st.tuples(
    st.lists(rungs(Promise.ACKNOWLEDGE), max_size=3),
    st.lists(last, min_size=1, max_size=1),
    st.lists(rungs(Promise.CONTAIN) | rungs(Promise.RESOLVE), max_size=2),
    st.lists(asks | rungs(Promise.FILL_ROLE), max_size=1),
).map(lambda parts: tuple(one for part in parts for one in part))
rules = st.builds(
    Rules,
    rungs=ladders,
    repeats=st.integers(0, 2),
    repeat_from=st.integers(1, 2),
    until_acknowledged=st.sampled_from([False, False, False, True]),
    slack=st.integers(0, 30),
    every=st.sampled_from([1, 10, 45]),
    rounds=st.integers(0, 3),
    route=st.sampled_from(["service", "severity", "everything"]),
)
instants = st.sampled_from(EVENINGS) | st.integers(0, 60 * 24 * 120).map(
    lambda minutes: at("2026-11-01 00:00") + timedelta(minutes=minutes)
)
companies = st.builds(
    Company,
    now=instants,
    severity=st.sampled_from([1, 1, 2, 3, 4]),
    zones=st.tuples(*[st.sampled_from(ZONES)] * len(NAMES)),
    ways=st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 5, 4])] * len(NAMES)),
    hours=st.tuples(
        *[st.tuples(st.sampled_from(ZONES), hours_of_day).map(lambda one: (one[0], *one[1]))] * 2
    ),
    duties=st.tuples(duties, duties),
    away=st.lists(windows, max_size=3).map(tuple),
    cells=st.lists(
        cells, max_size=4, unique_by=lambda one: (one.role, one.place, one.severity, one.hours)
    ).map(tuple),
    rules=rules,
    answers=st.integers(1, 4),
    after=st.sampled_from([0, 1, 4, 20]),
    reader=people,
)
