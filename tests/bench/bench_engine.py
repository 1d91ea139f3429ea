"""The thread's figures: the tick, the door for alerts, and the two pages that are always open."""

import json
import time
from collections.abc import Callable, Iterator
from statistics import median

from django.db import connection
from django.test import Client

from config.portal import clock
from incidents.models import EscalationRun, Incident
from incidents.operations import engine, lifecycle
from incidents.operations.lifecycle import Opening
from tests import world as small_world
from tests.world import TOKEN, World

ROUNDS = 15


def measure() -> Iterator[str]:
    """One line for each measurement; each beside a bare probe of the same run."""
    world = small_world.build(clock.act_now())
    probe = milliseconds(bare_commit)
    yield f"{'bare probe: one insert and one commit':<58} {probe:7.2f} ms"
    yield from _pages(world, probe, already=0, wanted=3)
    yield from _pages(world, probe, already=3, wanted=300)
    yield from _ticks(probe)
    yield from _door(probe)


def bare_commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rosters_pulse (name, at, runner, is_clean, detail)"
            " VALUES ('bench', now(), 'bench', true, '[]')"
            " ON CONFLICT (name) DO UPDATE SET at = now()"
        )


def milliseconds(act: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)


def line(name: str, spent: float, probe: float) -> str:
    return f"{name:<58} {spent:7.2f} ms   x{spent / probe:6.1f} of the probe"


def _pages(world: World, probe: float, *, already: int, wanted: int) -> Iterator[str]:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    for _ in range(wanted - already):
        lifecycle.open_incident(opening, by=world.erin, now=clock.act_now())
    while engine.tick(now=clock.act_now()):
        pass
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(world.alice)
    first = Incident.objects.order_by("pk")[0].reference
    for name, path in (
        ("Now", "/"),
        ("an incident", f"/incidents/{first}/"),
        ("the list", "/incidents/"),
    ):
        client.get(path)
        spent = milliseconds(lambda path=path: client.get(path))  # type: ignore[misc]
        yield line(f"{name}, {wanted} incidents open", spent, probe)


def _ticks(probe: float) -> Iterator[str]:
    now = clock.act_now()
    yield line(
        "a tick with nothing due, 300 open", milliseconds(lambda: engine.tick(now=now)), probe
    )
    runs = EscalationRun.objects.open().filter(clock__promise="acknowledge")
    count = runs.update(next_due_at=now)
    started = time.perf_counter()
    engine.tick(now=clock.act_now())
    spent = (time.perf_counter() - started) * 1000
    yield line(f"a tick with {count} due, for each of them", spent / count, probe)


def _door(probe: float) -> Iterator[str]:
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {TOKEN}"})

    def post(alerts: int, group: str) -> None:
        body = {
            "version": "4",
            "groupKey": group,
            "alerts": [
                {"labels": {"alertname": f"A{n}", "service": "payments"}} for n in range(alerts)
            ],
        }
        answer = client.post(
            "/api/v1/alerts/alertmanager", json.dumps(body), content_type="application/json"
        )
        if answer.status_code != 202:
            raise RuntimeError(answer.content)

    numbers = iter(range(10_000))
    yield line(
        "an alert that opens an incident", milliseconds(lambda: post(1, str(next(numbers)))), probe
    )
    yield line("an alert that joins one", milliseconds(lambda: post(1, "same")), probe)
    yield line("fifty alerts that join one", milliseconds(lambda: post(50, "same")), probe)
