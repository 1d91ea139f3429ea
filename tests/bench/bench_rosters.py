"""How long the roster's arithmetic takes, beside a bare sweep line of the same machine.

The bare sweep knows nothing of months, weekdays, validity, absences, temporary schedules, missing
hours or more than one person on a turn; it puts the same year together as plainly as Python can,
and both must come to the same segments. Aims: a year of three layers and sixty overrides in twice
the bare sweep's time; who is on call now on a thousand rosters in 50 ms; growth in a straight line.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.logic.rotation import (
    LayerSpec,
    OverrideSpec,
    RestrictionSpec,
    RosterSpec,
    RotationSpec,
    on_call,
    segments,
)
from rosters.logic.walltime import instant
from rosters.models import Roster
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.oncall import on_call_overview
from rosters.queries.specs import load_rosters
from tests.bench.roster_rows import make_rosters

ZONE = ZoneInfo("Europe/Berlin")
STARTS_AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365 * DAY
ANCHOR = datetime.fromisoformat("2024-01-01 09:00")
OPENS, CLOSES = ANCHOR.time(), ANCHOR.time().replace(hour=18)
SIZES = ((7, 10, 0), (1, 20, 20), (7, 8, 50))
"""Days of a turn, people, and the first of them, by layer."""
REPEATS = 15
ROSTERS = 1000


def rotation(days: int, people: int, first: int) -> RotationSpec:
    return RotationSpec(ANCHOR, "day", days, tuple(range(first, first + people)))


def covers(number: int) -> list[OverrideSpec]:
    """Overrides of thirty hours, one after another over the year."""
    apart = YEAR / number
    return [
        OverrideSpec(
            "replace",
            STARTS_AT + one * apart,
            STARTS_AT + one * apart + timedelta(hours=30),
            person=100 + one % 5,
            instead_of=one % 10,
        )
        for one in range(number)
    ]


def roster(
    *, has_hours: bool = False, times_people: int = 1, overrides: int = 60, times_layers: int = 1
) -> RosterSpec:
    """Three layers of 10, 20 and 8 people; the first may have office hours."""
    hours = tuple(RestrictionSpec(day, OPENS, CLOSES) for day in range(5)) if has_hours else ()
    layers = [
        LayerSpec(priority, (rotation(days, people * times_people, first),), restrictions)
        for priority, ((days, people, first), restrictions) in enumerate(
            zip(SIZES, (hours, (), ()), strict=True), start=1
        )
    ]
    return RosterSpec(ZONE, tuple(layers * times_layers), tuple(covers(overrides)))


def bare_sweep(overrides: list[OverrideSpec], *, has_hours: bool) -> list[tuple[object, ...]]:
    """The same year as `roster` in plain lists: (from, until, levels)."""
    until = STARTS_AT + YEAR
    turn = [0, 0, 0]
    is_open = [not has_hours, True, True]
    replaced: dict[int, int] = {}
    events: list[tuple[Any, ...]] = []
    for layer, (days, people, first) in enumerate(SIZES):
        number = (STARTS_AT.replace(tzinfo=None) - ANCHOR).days // days
        begins = ANCHOR + number * days * DAY
        while (at := begins.replace(tzinfo=ZONE).astimezone(UTC)) < until:
            events.append((at, turn, layer, first + number % people))
            begins += days * DAY
            number += 1
    day = (STARTS_AT - DAY).date()
    while has_hours and day <= until.date():
        if day.weekday() < 5:
            for clock, value in ((OPENS, True), (CLOSES, False)):
                at = datetime.combine(day, clock).replace(tzinfo=ZONE).astimezone(UTC)
                events.append((at, is_open, 0, value))
        day += DAY
    for one in overrides:
        events.append((one.starts_at, replaced, one.instead_of, one.person))
        events.append((one.ends_at, replaced, one.instead_of, None))
    events.sort(key=itemgetter(0))
    return list(_bare_segments(events, turn, is_open, replaced, until))


def _bare_segments(
    events: list[Any],
    turn: list[int],
    is_open: list[bool],
    replaced: dict[int, int],
    until: datetime,
) -> Iterator[tuple[object, ...]]:
    since = reached = STARTS_AT
    said: object = None
    for at, state, key, value in [*events, (until, turn, 0, 0)]:
        if at > reached:
            levels = tuple(
                (replaced.get(turn[layer]) or turn[layer],) for layer in range(3) if is_open[layer]
            )
            if levels != said:
                if said is not None:
                    yield since, reached, said
                since, said = reached, levels
            reached = at
            if at >= until:
                break
        state[key] = value
    yield since, until, said


def milliseconds(act: Callable[[], object]) -> float:
    """The work of this process in the best of several runs; a busy machine changes it less."""
    best = float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        act()
        best = min(best, time.process_time() - began)
    return best * 1000


def year(spec: RosterSpec, *, years: int = 1) -> float:
    """How long the segments of so many years take."""
    return milliseconds(
        lambda: segments(spec, starts_at=STARTS_AT, ends_at=STARTS_AT + years * YEAR)
    )


def measure() -> Iterator[str]:
    """One line for each measurement."""
    yield from against_the_bare_sweep()
    yield from on_call_now()
    yield from growth()
    yield from on_call_from_rows()


def against_the_bare_sweep() -> Iterator[str]:
    for name, has_hours in (("three layers, 60 overrides", False), ("the same with hours", True)):
        spec = roster(has_hours=has_hours)
        found = segments(spec, starts_at=STARTS_AT, ends_at=STARTS_AT + YEAR)
        overrides = list(spec.overrides)
        plain = bare_sweep(overrides, has_hours=has_hours)
        if plain != [(one.starts_at, one.ends_at, one.levels) for one in found]:
            yield f"The bare sweep came to something else: {len(plain)}, not {len(found)} segments."
        bare = milliseconds(lambda has=has_hours, all_=overrides: bare_sweep(all_, has_hours=has))  # type: ignore[misc]
        ours, cold = year(spec), milliseconds(lambda spec=spec: forgetful(spec))  # type: ignore[misc]
        yield (
            f"{f'a year, {name}, {len(found)} segments':<58}{ours:8.2f} ms"
            f"   bare {bare:6.2f} ms   x{ours / bare:4.1f}   aim x2"
            f"   no instant known x{cold / bare:4.1f}"
        )


def forgetful(spec: RosterSpec) -> None:
    """A year without any instant that was worked out before."""
    instant.cache_clear()
    segments(spec, starts_at=STARTS_AT, ends_at=STARTS_AT + YEAR)


def on_call_now() -> Iterator[str]:
    specs = [roster(has_hours=bool(one % 2), overrides=5) for one in range(ROSTERS)]
    instants = iter(STARTS_AT + 100 * DAY + one * timedelta(minutes=7) for one in range(REPEATS))

    def ask() -> None:
        at = next(instants)
        for spec in specs:
            on_call(spec, at=at)

    spent = milliseconds(ask)
    name = f"who is on call now, {ROSTERS} rosters of three layers"
    yield f"{name:<58}{spent:8.2f} ms   {spent / ROSTERS * 1000:6.1f} us each        aim 50 ms"


def growth() -> Iterator[str]:
    """How the time grows with each thing, by itself, as multiples of the first."""
    once = year(roster())
    for name, taken in {
        "2, 4, 8 years": [year(roster(), years=years) for years in (2, 4, 8)],
        "10, 100, 1000 times the people": [
            year(roster(times_people=times)) for times in (10, 100, 1000)
        ],
        "120, 600, 6000 overrides": [year(roster(overrides=number)) for number in (120, 600, 6000)],
        "6, 12, 24 layers": [year(roster(times_layers=times)) for times in (2, 4, 8)],
    }.items():
        spent = ", ".join(f"{one:.1f}" for one in taken)
        times = ", ".join(f"x{one / once:.1f}" for one in taken)
        yield f"{name:<58}{spent} ms ({times} of {once:.1f} ms)"


def on_call_from_rows() -> Iterator[str]:
    """The same from the database: rows, arithmetic, and who can be reached."""
    make_rosters(ROSTERS)
    now = STARTS_AT + 300 * DAY
    everybody = frozenset(Roster.objects.values_list("pk", flat=True))
    until = now + DAY
    ways: dict[str, Callable[[], object]] = {
        "the specifications alone": lambda: load_rosters(everybody, starts_at=now, ends_at=until),
        "the overview of all": lambda: on_call_overview(now=now),
        "the directory, who is on call": lambda: _levels(everybody, now),
    }
    for name, act in ways.items():
        with CaptureQueriesContext(connection) as asked:
            act()
        took = milliseconds(act)
        yield f"{f'from the database, {name}':<58}{took:8.2f} ms   {len(asked)} queries"


def _levels(rosters: frozenset[int], now: datetime) -> list[object]:
    directory = load_directory(Wanted(roster_ids=rosters), starts_at=now, ends_at=now + DAY)
    return [directory.levels(one, at=now) for one in rosters]
