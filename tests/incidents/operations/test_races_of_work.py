"""Planned work and heartbeats against ticks and sweeps, on real PostgreSQL."""

from datetime import timedelta
from typing import Any

import pytest

from incidents.enums import AlertStatus, MaintenanceMode
from incidents.models import Alert, EscalationRun, Heartbeat, Incident, Notification
from incidents.operations import engine, heartbeats, maintenance, opening, waiting
from tests.incidents.operations.test_heartbeats import jobs, make
from tests.incidents.operations.test_planned_work import plan
from tests.incidents.operations.test_sorting import send, signal
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
__all__ = ["jobs"]  # a fixture


@pytest.fixture
def world() -> World:
    return build()


@pytest.mark.parametrize("_round", range(4))
def test_a_call_in_against_the_sweep_leaves_no_alarm(
    world: World, jobs: object, _round: int
) -> None:
    beat = make(world, jobs, last_seen_at=NOW, due_at=NOW + 65 * MINUTE)  # type: ignore[arg-type]  # the fixture
    due = NOW + 65 * MINUTE

    results = together(
        lambda: heartbeats.call_in(beat.source, "backup", now=due),
        lambda: heartbeats.fall_silent(now=due + INSTANT),
        lambda: heartbeats.fall_silent(now=due + INSTANT),
    )

    beat.refresh_from_db()
    assert results[0] is True, results
    assert (beat.silent_since, beat.due_at) == (None, due + 65 * MINUTE)
    assert not Alert.objects.filter(status=AlertStatus.FIRING).exists()


def test_many_sweeps_at_once_notice_a_silence_once(world: World, jobs: object) -> None:
    for number in range(8):
        make(world, jobs, f"job-{number}", last_seen_at=NOW, due_at=NOW + MINUTE)  # type: ignore[arg-type]  # the fixture

    together(*(lambda: heartbeats.fall_silent(now=NOW + 2 * MINUTE, limit=3) for _ in range(4)))
    while heartbeats.fall_silent(now=NOW + 2 * MINUTE):
        pass

    assert Incident.objects.count() == 8
    assert set(Alert.objects.values_list("times_received", flat=True)) == {1}
    assert not Heartbeat.objects.filter(silent_since=None).exists()


@pytest.mark.parametrize("_round", range(3))
def test_a_tick_against_calling_off_leaves_no_call_waiting(world: World, _round: int) -> None:
    window = plan(world, MaintenanceMode.PAUSE)
    facts: dict[str, Any] = {"service": world.service, "source": world.source}
    incidents = [
        opening.open_incident(opening.Opening("Slow", 1, **facts), by=None, now=NOW)
        for _ in range(5)
    ]
    engine.tick(now=NOW)

    results = together(
        lambda: engine.tick(now=NOW + MINUTE),
        lambda: maintenance.call_off(window, by=world.alice, now=NOW + MINUTE),
        lambda: engine.tick(now=NOW + MINUTE),
    )
    engine.tick(now=NOW + MINUTE)

    assert not any(isinstance(result, Exception) for result in results), results
    told = Notification.objects.filter(created_at=NOW + MINUTE, person=world.alice)
    assert told.count() == len(incidents)
    waiting_on = EscalationRun.objects.open().filter(
        next_due_at=window.ends_at, shift_seconds__gt=0
    )
    assert not waiting_on.exists()


@pytest.mark.parametrize("_round", range(3))
def test_an_alert_against_calling_off_waits_for_nothing(world: World, _round: int) -> None:
    window = plan(world)

    together(
        lambda: send(world, signal("a")),
        lambda: maintenance.call_off(window, by=world.alice, now=NOW),
    )
    waiting.sweep(now=NOW + MINUTE)

    assert Incident.objects.count() == 1
