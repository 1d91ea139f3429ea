"""The tick among ever more open promises, drained by one and by two, beside bare SQL."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from incidents.operations import engine
from tests.bench import promises
from tests.bench.serving import environment

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(","))
DUE = 1_000
BURST = 10_000
ROUNDS = 5
EMPTY_ROUNDS = 30
BARE = """
CREATE TABLE bare_run (id bigserial PRIMARY KEY, incident_id bigint, position int,
    next_due_at timestamptz, finished_at timestamptz);
CREATE INDEX ON bare_run (next_due_at) WHERE finished_at IS NULL;
CREATE TABLE bare_message (id bigserial PRIMARY KEY, run_id bigint, position int, person_id bigint,
    body text, not_before timestamptz, UNIQUE (run_id, position, person_id));
CREATE TABLE bare_entry (id bigserial PRIMARY KEY, incident_id bigint, at timestamptz, kind text);
INSERT INTO bare_run (incident_id, position, next_due_at)
    SELECT n, 0, now() + interval '30 days' FROM generate_series(1, 100000) AS n;
ANALYZE bare_run;
"""
BARE_DUE = """
UPDATE bare_run SET next_due_at = now() WHERE id IN (SELECT id FROM bare_run LIMIT %s)
"""
BARE_TICK = """
WITH due AS (
    SELECT id, incident_id, position FROM bare_run
    WHERE finished_at IS NULL AND next_due_at <= now()
    ORDER BY next_due_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED),
moved AS (
    UPDATE bare_run SET position = due.position + 1, next_due_at = now() + interval '5 minutes'
    FROM due WHERE bare_run.id = due.id RETURNING due.*),
said AS (
    INSERT INTO bare_message (run_id, position, person_id, body, not_before)
    SELECT id, position, person, 'Card payments fail. Somebody should look at it now.', now()
    FROM moved CROSS JOIN (VALUES (1), (2)) AS people (person)
    ON CONFLICT DO NOTHING),
noted AS (
    INSERT INTO bare_entry (incident_id, at, kind) SELECT incident_id, now(), 'told' FROM moved)
SELECT count(*) FROM moved
"""
DRAIN = """
import sys
import time
import django
django.setup()
from config.portal import clock, memory
from incidents.operations import engine, wording
wording.get_ready()
memory.settle()  # as the engine's process and a worker do when they start
engine.tick(now=clock.act_now(), limit=1)
print("ready", flush=True)
sys.stdin.readline()
began = time.process_time()
while engine.tick(now=clock.act_now()):
    pass
print(time.process_time() - began, flush=True)
"""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall, and the process' own processor time."""

    wall: float
    own: float


def measure() -> Iterator[str]:
    """Times, and what counts on a busy machine: their ratios, and the process' own time."""
    with connection.cursor() as cursor:
        cursor.execute(BARE)
    bare = min((_bare_burst() for _ in range(3)), key=lambda spent: spent.wall)
    yield _line(f"bare SQL: {BURST} steps due at once, 500 at a time", bare)
    promises.company()
    firsts: tuple[Spent, Spent] | None = None
    for size in SIZES:
        promises.grow_to(size)
        _due_tick()  # the first one fills what the process keeps in mind
        busy = _median_of(ROUNDS, _due_tick)
        idle = _median_of(EMPTY_ROUNDS, lambda: _spent(_tick))
        firsts = firsts or (busy, idle)
        yield _line(f"{DUE} due among {size} open promises", busy, of=firsts[0])
        yield _line(f"nothing due among {size}", idle, of=firsts[1])
    one, many = _statements(1), _statements(engine.BATCH)
    yield f"statements of a tick with 1 due: {one}, with {engine.BATCH}: {many}"
    promises.grow_to(max(SIZES[-1], 2 * BURST * promises.PROMISES))
    alone = _burst(1)
    yield _line(f"{BURST} due at once, one process", alone, of=bare)
    both = _burst(2)
    yield _line(f"{BURST} due at once, two processes", both, of=bare)
    yield f"two are {alone.wall / both.wall:.2f} times as fast as one"


def _tick() -> int:
    return engine.tick(now=clock.act_now())


def _drain() -> None:
    while _tick():
        pass


def _due_tick() -> Spent:
    promises.make_due(DUE)
    return _spent(_drain)


def _spent(act: Callable[[], object]) -> Spent:
    began, own = time.perf_counter(), time.process_time()
    act()
    return Spent(time.perf_counter() - began, time.process_time() - own)


def _median_of(rounds: int, act: Callable[[], Spent]) -> Spent:
    found = [act() for _ in range(rounds)]
    return Spent(median(one.wall for one in found), median(one.own for one in found))


def _bare_burst() -> Spent:
    with connection.cursor() as cursor:
        cursor.execute(BARE_DUE, [BURST])
    return _spent(_drain_bare)


def _drain_bare() -> None:
    moved = 0
    with connection.cursor() as cursor:
        while moved < BURST:
            cursor.execute(BARE_TICK)
            moved += cursor.fetchone()[0]


def _statements(due: int) -> int:
    promises.make_due(due)
    with CaptureQueriesContext(connection) as seen:
        engine.tick(now=clock.act_now())
    return len(seen)


def _burst(processes: int) -> Spent:
    """So many processes drain it; the time from the word until the last has ended."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", DRAIN],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in started:
        process.stdout.readline()  # type: ignore[union-attr]
    promises.make_due(BURST)
    began = time.perf_counter()
    for process in started:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    while not _all_done():
        time.sleep(0.01)
    spent, own = time.perf_counter() - began, 0.0
    for process in started:
        own += float(process.stdout.read())  # type: ignore[union-attr]
        process.wait()
    return Spent(spent, own)


def _all_done() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM incidents_escalationrun"
            " WHERE finished_at IS NULL AND next_due_at <= now())"
        )
        return bool(cursor.fetchone()[0])


def _line(name: str, spent: Spent, *, of: Spent | None = None) -> str:
    ratio = "" if of is None else f"   x{spent.wall / of.wall:6.2f}"
    return f"{name:<54} {spent.wall * 1000:9.2f} ms, own {spent.own * 1000:9.2f} ms{ratio}"
