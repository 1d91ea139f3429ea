"""The tick among ever more open promises, drained by one and by two, beside bare SQL."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
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
BURST_TURNS = 2
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
from django.db import connection
from config.portal import clock, memory, queue
from incidents.operations import engine, wording
wording.get_ready()
memory.settle()  # as the engine's process and a worker do when they start
queue.wake("muster.carry")  # they have their connection to the queue too
engine.tick(now=clock.act_now(), limit=1)
print(connection.connection.info.backend_pid, flush=True)
sys.stdin.readline()
began = time.process_time()
while engine.tick(now=clock.act_now()):
    pass
print(time.process_time() - began, flush=True)  # the last of them to say so ends the measurement
sys.stdin.readline()  # its connection stays until it is asked how much it worked
"""


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall; processor time of the process, and of the database."""

    wall: float
    own: float
    server: float = 0.0


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
    yield from _bursts(bare)


def _bursts(bare: Spent) -> Iterator[str]:
    """One process and two by turns, always with climbs of which nothing has fired yet."""
    fresh = 2 * BURST_TURNS * BURST * promises.PROMISES
    promises.grow_to(SIZES[-1] + fresh)
    turns = [(_burst(1), _burst(2)) for _ in range(BURST_TURNS)]
    for name, found in zip(("one process", "two processes"), zip(*turns, strict=True), strict=True):
        line = _line(f"{BURST} due at once, {name}", _middle(found), of=bare)
        yield f"{line}, the database {_middle(found).server * 1000:.0f} ms"
    faster = median(one.wall / two.wall for one, two in turns)
    work = median((one.own + one.server) / (two.own + two.server) for one, two in turns)
    yield (
        f"two are {faster:.2f} times as fast as one; with {os.cpu_count()} processors and"
        f" nothing else to do they can be {work * min(2, os.cpu_count() or 1):.2f} times"
    )


def _middle(found: Sequence[Spent]) -> Spent:
    return Spent(
        median(one.wall for one in found),
        median(one.own for one in found),
        median(one.server for one in found),
    )


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
    return _middle([act() for _ in range(rounds)])


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
    servers = [int(process.stdout.readline()) for process in started]  # type: ignore[union-attr]  # pipes
    promises.make_due(BURST)
    began, before = time.perf_counter(), sum(map(_processor_time, servers))
    for process in started:
        process.stdin.write("go\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
    own = sum(map(_own_time, started))
    spent, server = time.perf_counter() - began, sum(map(_processor_time, servers)) - before
    for process in started:
        process.communicate("end\n")
    return Spent(spent, own, server)


def _own_time(process: "subprocess.Popen[str]") -> float:
    """What a process says at its end, of itself."""
    return float(process.stdout.readline())  # type: ignore[union-attr]  # it has a pipe


def _processor_time(pid: int) -> float:
    """Of another process, where the system tells; it lives until it is told to end."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return 0.0
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _line(name: str, spent: Spent, *, of: Spent | None = None) -> str:
    ratio = "" if of is None else f"   x{spent.wall / of.wall:6.2f}"
    return f"{name:<54} {spent.wall * 1000:9.2f} ms, own {spent.own * 1000:9.2f} ms{ratio}"
