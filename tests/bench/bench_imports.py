"""How long a file takes from its arrival until everything in it is written, by subject and size.

Each file is sent twice: all of it new, then the same with a value of every row changed. Aim: 10,000
rows checked and applied in less than 30 s.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator

from config.portal import clock
from rosters.enums import ImportState, ImportSubject
from rosters.models import Person, StakeholderRole, Team
from rosters.operations.imports import runs

SIZES = (1_000, 10_000)
AIM = 30.0
ROLES = 10
Rows = list[list[str]]


def measure() -> Iterator[str]:
    """One line for each file."""
    by = Person.objects.create_superuser(
        "bench@example.org", "bench", full_name="Bench Mark", short_name="Bench"
    )
    Team.objects.create(name="Bench", slug="bench")
    StakeholderRole.objects.bulk_create(
        StakeholderRole(name=f"role {n}", slug=f"role-{n}") for n in range(ROLES)
    )
    for subject in FILES:
        taken = []
        for size in SIZES:
            for turn, what in enumerate(("new", "changed")):
                spent = _bring_in(subject, FILES[subject](size, turn), by)
                taken.append(sum(spent))
                late = "" if sum(spent) < AIM else "  SLOW"
                yield (
                    f"{subject:<15}{size:>7} rows {what:<8}"
                    f" checked {spent[0]:6.2f} s, applied {spent[1]:6.2f} s{late}"
                )
        yield f"{subject:<15}ten times the rows take {taken[2] / taken[0]:.1f} times as long"


def _bring_in(subject: str, rows: Rows, by: Person) -> tuple[float, float]:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    content, now = text.getvalue().encode(), clock.act_now()
    started = time.perf_counter()
    run = runs.check(runs.receive(subject, "bench.csv", content, by=by, now=now), now=now)
    checked = time.perf_counter()
    assert run.state == ImportState.CHECKED, run.mistakes[:3]
    assert len(run.differences) == len(rows) - 1
    run = runs.apply(run, by=by, reason="To measure it", now=now)
    if run.state == ImportState.APPLYING:
        run = runs.carry_out(run, now=now)
    assert run.state == ImportState.APPLIED
    return checked - started, time.perf_counter() - checked


def _people(size: int, turn: int) -> Rows:
    zone = ("Europe/Berlin", "Europe/Paris")[turn]
    rows = [
        [f"Person {size} {n}", f"p{size}-{n}@example.org", zone, "Bench", "no"] for n in range(size)
    ]
    return [["Name", "E-mail", "Time zone", "Teams", "May sign in"], *rows]


def _services(size: int, turn: int) -> Rows:
    impact = ("Nobody can buy.", "Nobody can pay.")[turn]
    rows = [
        [f"Service {size} {n}", "Bench", "2", impact, "bench", f"Service {size} {n // 2}"]
        for n in range(1, size + 1)
    ]
    rows[0][-1] = ""
    return [["Name", "Owner team", "Tier", "What customers notice", "Labels", "Needs"], *rows]


def _matrix(size: int, turn: int) -> Rows:
    rows = [
        [
            f"Service {SIZES[-1]} {1 + size // 2 + n // ROLES}",
            f"role {n % ROLES}",
            f"p1000-{(n + turn) % 1000}@example.org",
            f"p1000-{(n + 7) % 1000}@example.org",
        ]
        for n in range(size)
    ]
    return [["Service", "Role", "Person", "Backup"], *rows]


def _points(size: int, turn: int) -> Rows:
    label = ("work", "home")[turn]
    rows = [
        [f"p{SIZES[-1]}-{n}@example.org", "phone", f"+49 {size} {n:06}", label] for n in range(size)
    ]
    return [["Person", "Channel", "Address", "Label"], *rows]


FILES: dict[str, Callable[[int, int], Rows]] = {
    ImportSubject.PEOPLE: _people,
    ImportSubject.SERVICES: _services,
    ImportSubject.MATRIX: _matrix,
    ImportSubject.CONTACT_POINTS: _points,
}
