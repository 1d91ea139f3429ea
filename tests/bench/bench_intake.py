"""The door for alerts: one worker process, whole requests over HTTP, beside a bare door.

Both doors run under the same server with the same settings on the same database, one after the
other and again in turns, so that what the machine does meanwhile strikes both. Figures are shares
of the bare door's.

How it grows is measured in the same way: the same door on two databases, an empty one and one with
a million alerts, in turns. When the two were measured minutes apart, what the machine did in
between made more of a difference than the million, and the engine's own tidying of a million new
rows went on meanwhile. Both servers have planned their statements while their tables were empty,
as those of an installation have before a storm. It is measured twice: before the database has
counted its rows anew, and after it has, as it does within minutes.
"""

import hashlib
import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from statistics import median, quantiles

from django.db import connection

from config.portal import clock
from incidents.models import Alert, AlertSource, Incident
from rosters.models import Pulse, Service
from tests import world as small_world
from tests.bench import bare_door, serving
from tests.bench.loads import FIFTY, LOADS, Load, notification
from tests.bench.serving import engine, server
from tests.world import TOKEN

CONNECTIONS = 4
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
TURNS = int(os.environ.get("BENCH_TURNS", "5"))
WARM_UP_SECONDS = 0.5
MILLION = 1_000_000
STORM = 1_000
SHORT_TURNS, SHORT_SECONDS = 4, SECONDS / 8
SMALL, LARGE = "bench_intake_small", "bench_intake_large"
GROWING = (
    *("incidents_alert", "incidents_incident", "incidents_incidentkey", "incidents_responseclock"),
    *("incidents_escalationrun", "incidents_timelineentry", "incidents_rawreceipt"),
)
PATH = "/api/v1/alerts/alertmanager"


@dataclass(frozen=True)
class Found:
    """What one turn of sending found; seconds are those of one request."""

    per_second: float
    seconds: Sequence[float]


def measure() -> Iterator[str]:
    """One line for each measurement."""
    serving.copy_database(SMALL, LARGE)
    world = small_world.build(clock.act_now())
    AlertSource.objects.update(rate_per_minute=100_000_000)
    _make_bare()
    with server() as ours, server("tests.bench.bare_door", worker="gthread") as bare:
        yield from _storm(ours, world.service)
        for load in LOADS:
            yield _beside(load, ours, bare)
        yield _fifty_beside_one(ours)
    yield from _growth()


def _beside(load: Load, ours: int, bare: int) -> str:
    mine: list[float] = []
    theirs: list[float] = []
    slow: list[float] = []
    for port in (bare, ours):
        _send(port, load, seconds=WARM_UP_SECONDS)
    for _ in range(TURNS):
        theirs.append(_send(bare, load).per_second)
        found = _send(ours, load)
        mine.append(found.per_second)
        slow += found.seconds
    share = median(one / other for one, other in zip(mine, theirs, strict=True))
    slowest = quantiles(slow, n=100)[98] * 1000
    return (
        f"{load.name:<42} {median(mine) * load.alerts:8.0f} alerts/s  {share:5.0%} of the bare"
        f" door's {median(theirs) * load.alerts:6.0f}   p99 {slowest:5.1f} ms"
    )


def _fifty_beside_one(ours: int) -> str:
    one = median(_send(ours, LOADS[2], connections=1).seconds)
    fifty = median(_send(ours, LOADS[3], connections=1).seconds)
    return f"{'a request of fifty, of one':<42} {fifty / one:8.1f} times as long"


def _storm(ours: int, service: Service) -> Iterator[str]:
    """Fifty thousand alerts in a thousand requests, of a source that joins alerts of a service."""
    AlertSource.objects.update(grouping_minutes=60)
    before = Incident.objects.count()
    had = Alert.objects.count()
    bodies = [
        notification(f"storm-{n}", [f"s{n}-{m}" for m in range(FIFTY)], service.slug)
        for n in range(STORM)
    ]
    with engine(), _Watched() as ticks:
        started = time.perf_counter()
        _send_all(ours, bodies)
        took = time.perf_counter() - started
    opened, kept = Incident.objects.count() - before, Alert.objects.count() - had
    yield (
        f"{'a storm of 50,000 alerts':<42} {took:8.1f} s  {opened} incident(s),"
        f" {STORM * FIFTY - kept} lost, the tick at most {ticks.longest:.1f} s after the last"
    )
    AlertSource.objects.update(grouping_minutes=0)


class _Watched:
    """The longest time between two ticks of the engine, as seen from here."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            now = clock.act_now()
            for ticked_at in Pulse.objects.filter(name="tick").values_list("at", flat=True):
                self.longest = max(self.longest, (now - ticked_at).total_seconds())
        connection.close()


def _growth() -> Iterator[str]:
    """The same requests to an empty database and to one with a million old alerts, in turns."""
    with ExitStack() as running:
        small, large = [_serve(name, running) for name in (SMALL, LARGE)]
        _warm(small, large)
        with serving.database(LARGE):
            _fill(AlertSource.objects.get())
            at_once = _times(small, large)
            _maintain("VACUUM ANALYZE", "CHECKPOINT")
            later = _times(small, large)
    for load, uncounted, counted in zip(LOADS, at_once, later, strict=True):
        yield (
            f"{load.name:<42} {counted:8.2f} times as long with a million alerts,"
            f" {uncounted:.2f} before they are counted"
        )


def _serve(name: str, running: ExitStack) -> int:
    """The port of our door on the database of this name; nothing tidies up in it by itself."""
    with serving.database(name):
        small_world.build(clock.act_now())
        AlertSource.objects.update(rate_per_minute=100_000_000)
        _maintain(*(f"ALTER TABLE {name} SET (autovacuum_enabled = off)" for name in GROWING))
        return running.enter_context(server())


def _warm(*ports: int) -> None:
    for port in ports:
        for load in LOADS:
            _send(port, load, connections=1, seconds=WARM_UP_SECONDS)


def _times(small: int, large: int) -> list[float]:
    """How many times as long a request of each load takes at the second door, caches warm."""
    _maintain("CHECKPOINT")
    _warm(small, large)
    return [_times_as_long(load, small, large) for load in LOADS]


def _times_as_long(load: Load, small: int, large: int) -> float:
    took: dict[int, list[float]] = {small: [], large: []}
    for _ in range(TURNS * SHORT_TURNS):
        for port, seconds in took.items():
            seconds += _send(port, load, connections=1, seconds=SHORT_SECONDS).seconds
    return median(took[large]) / median(took[small])


def _maintain(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fill(source: AlertSource) -> None:
    """A million alerts of ten thousand resolved incidents, in bulk."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # on a slow machine it takes its minutes
        cursor.execute(
            "INSERT INTO incidents_incident (title, summary, severity, is_restricted, alert_key,"
            " source_id, detected_at, acknowledged_at, acknowledged_by_id, contained_at,"
            " contained_by_id, resolved_at, resolved_by_id)"
            " SELECT 'Old', '', 3, false, 'old-' || n, %s, t, t, p, t, p, t, p"
            " FROM generate_series(1, %s) AS n, (SELECT min(id) AS p FROM rosters_person) AS x,"
            " (SELECT now() - interval '40 days' AS t) AS y",
            [source.pk, MILLION // 100],
        )
        cursor.execute(
            "INSERT INTO incidents_alert (source_id, incident_id, group_key, severity, outcome,"
            " recent_at, key, name, status, summary, labels, link, first_received_at,"
            " last_received_at, times_received)"
            " SELECT %s, i.id, i.alert_key, 3, 'created', '{}', 'k' || n, 'Old', 'resolved', '',"
            " '{}', '', i.detected_at, i.detected_at, 1"
            " FROM incidents_incident AS i, generate_series(1, 100) AS n WHERE i.title = 'Old'",
            [source.pk],
        )
        cursor.execute("RESET statement_timeout")


def _send(
    port: int, load: Load, *, connections: int = CONNECTIONS, seconds: float = SECONDS
) -> Found:
    """As many requests as go through in so many seconds on so many connections."""
    until = time.perf_counter() + seconds
    took: list[float] = []
    numbers = count()

    def work() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < until:
            body = load.body(next(numbers))
            started = time.perf_counter()
            _post(client, body)
            took.append(time.perf_counter() - started)

    began = time.perf_counter()
    _together(work, connections)
    return Found(len(took) / (time.perf_counter() - began), took)


def _send_all(port: int, bodies: Sequence[bytes]) -> None:
    left = iter(bodies)
    lock = threading.Lock()

    def work() -> None:
        client = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                body = next(left, None)
            if body is None:
                return
            _post(client, body)

    _together(work, CONNECTIONS)


def _together(work: Callable[[], None], connections: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _post(client: http.client.HTTPConnection, body: bytes) -> None:
    client.request(
        "POST",
        PATH,
        body,
        {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    answer = client.getresponse()
    said = answer.read()
    if answer.status != http.client.ACCEPTED:
        raise RuntimeError(f"{answer.status}: {said[:200]!r}")


def _make_bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(bare_door.TABLES)
        cursor.execute(
            "INSERT INTO bare_key VALUES (%s, 1)", [hashlib.sha256(TOKEN.encode()).hexdigest()]
        )
