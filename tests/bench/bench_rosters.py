"""How long the roster's arithmetic takes, beside a bare probe of the same machine.

The probe turns as many wall times into instants as the answer needs at the very least: nothing that
expands a roster can be faster. Aims: a year of three layers and sixty overrides in 25 ms; who is on
call on a thousand rosters in 50 ms.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rosters.logic.rotation import LayerSpec, OverrideSpec, RosterSpec, on_call, segments
from rosters.logic.shifts import RestrictionSpec, RotationSpec

ZONE = ZoneInfo("Europe/Berlin")
STARTS_AT = datetime(2026, 1, 1, tzinfo=UTC)
ENDS_AT = STARTS_AT + timedelta(days=365)
ANCHOR = datetime.fromisoformat("2024-01-01 09:00")
REPEATS = 15
ROSTERS = 1000


def rotation(unit: str, count: int, *, first: int) -> RotationSpec:
    return RotationSpec(ANCHOR, unit, 1, tuple(range(first, first + count)))


def roster(*, with_hours: bool) -> RosterSpec:
    """Three layers of 10, 20 and 8 people, sixty overrides of thirty hours."""
    hours = tuple(
        RestrictionSpec(day, ANCHOR.time(), ANCHOR.time().replace(hour=18)) for day in range(5)
    )
    day = timedelta(days=1)
    overrides = tuple(
        OverrideSpec(
            "replace",
            STARTS_AT + 6 * number * day,
            STARTS_AT + 6 * number * day + timedelta(hours=30),
            person=100 + number % 5,
            instead_of=number % 10,
        )
        for number in range(60)
    )
    layers = (
        LayerSpec(1, (rotation("week", 10, first=0),), hours if with_hours else ()),
        LayerSpec(2, (rotation("day", 20, first=20),)),
        LayerSpec(3, (rotation("week", 8, first=50),)),
    )
    return RosterSpec(ZONE, layers, overrides)


def milliseconds(act: Callable[[], object]) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(REPEATS):
        began = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - began)
    return best * 1000


def bare_instants(count: int) -> None:
    for number in range(count):
        (ANCHOR + number * timedelta(days=1)).replace(tzinfo=ZONE).astimezone(UTC)


def report(name: str, spent: float, *, probe: float, aim: float) -> str:
    share = f"probe {probe:6.2f} ms   x{spent / probe:5.1f}   aim {aim:.0f} ms"
    return f"{name:<58} {spent:7.2f} ms   {share}"


def measure() -> Iterator[str]:
    """One line for each measurement."""
    plain, with_hours = roster(with_hours=False), roster(with_hours=True)
    for name, spec in (("three layers, 60 overrides", plain), ("the same with hours", with_hours)):
        found = segments(spec, starts_at=STARTS_AT, ends_at=ENDS_AT)
        yield report(
            f"a year, {name}, {len(found)} segments",
            milliseconds(lambda spec=spec: segments(spec, starts_at=STARTS_AT, ends_at=ENDS_AT)),  # type: ignore[misc]
            probe=milliseconds(lambda found=found: bare_instants(len(found))),  # type: ignore[misc]
            aim=25,
        )
    specs = [plain, with_hours] * (ROSTERS // 2)
    at = STARTS_AT + timedelta(days=100)
    yield report(
        f"who is on call now, {ROSTERS} rosters of three layers",
        milliseconds(lambda: [on_call(spec, at=at) for spec in specs]),
        probe=milliseconds(lambda: bare_instants(3 * ROSTERS)),
        aim=50,
    )
