"""An engine that is older than the database asks for moves nothing, and says so."""

import logging

import pytest
from django.db import connection

from incidents.models import EngineFence, Incident, Notification
from incidents.operations import engine, fence, lifecycle, pacemaker
from incidents.operations.lifecycle import Opening
from rosters.models import Pulse
from tests.races import outcome, together
from tests.world import NOW, World, build


def declare(world: World) -> Incident:
    opening = Opening(title="Card payments fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=NOW)


@pytest.mark.django_db
def test_an_outdated_engine_claims_nothing(world: World) -> None:
    declare(world)
    EngineFence.objects.update(version=fence.ENGINE_VERSION + 1)

    with pytest.raises(fence.Outdated, match="start the newer program"):
        engine.tick(now=NOW)

    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_an_outdated_engine_says_so_and_leaves_no_pulse(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    declare(world)
    EngineFence.objects.update(version=fence.ENGINE_VERSION + 1)

    with caplog.at_level(logging.ERROR):
        moved = pacemaker.run_ticks(runner="old", clock=lambda: NOW)

    assert moved == 0
    assert "This engine is version" in caplog.text
    assert not Pulse.objects.filter(name="tick").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("version", [0, fence.ENGINE_VERSION])
def test_an_engine_that_is_new_enough_moves(world: World, version: int) -> None:
    declare(world)
    EngineFence.objects.update(version=version)

    engine.tick(now=NOW)

    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_raising_the_fence_waits_for_the_tick_that_is_going_on() -> None:
    world = build()
    for _ in range(10):
        declare(world)

    def raise_it() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE incidents_enginefence SET version = version + 1")

    together(raise_it, *(lambda: engine.tick(now=NOW, limit=2) for _ in range(3)))
    told = Notification.objects.count()

    assert isinstance(outcome(lambda: engine.tick(now=NOW)), fence.Outdated)
    assert Notification.objects.count() == told
