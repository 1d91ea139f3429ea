"""The engine beats whoever is gone: Celery, its broker, or everything but one process."""

from datetime import timedelta

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from config.portal import clock, queue
from incidents.models import Incident, Notification
from incidents.operations import lifecycle, pacemaker
from incidents.operations.lifecycle import Opening
from incidents.queries import audit
from rosters.models import DeskMessage, Pulse
from rosters.operations import pulse
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db


def declare(world: World) -> Incident:
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    return lifecycle.open_incident(opening, by=world.erin, now=clock.act_now())


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is gone: nothing answers at the broker's address."""
    monkeypatch.setattr(current_app.conf, "broker_url", "redis+socket:///nowhere/gone.sock")
    # Celery keeps its connections: a kept one would reach Redis in here, or miss it afterwards.
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)


@pytest.mark.parametrize(
    ("runner", "age", "needs_help"),
    [
        pytest.param("beat", 1, False, id="beat is alive"),
        pytest.param("beat", 4, True, id="beat has been silent for three intervals"),
        pytest.param("engine", 1, True, id="the engine goes on once it has taken over"),
    ],
)
def test_the_engine_process_helps_only_when_nobody_else_beats(
    runner: str, age: int, needs_help: bool
) -> None:
    pulse.beat("tick", runner=runner, now=NOW - timedelta(seconds=age))

    assert pacemaker.needs_help("tick", runner="engine", now=NOW) is needs_help


def test_the_engine_process_helps_before_the_first_pulse() -> None:
    assert pacemaker.needs_help("tick", runner="engine", now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_broker")
def test_without_redis_and_celery_one_beat_of_the_engine_calls_the_first_person() -> None:
    world = build(clock.act_now())
    incident = declare(world)

    call_command("engine", "once")

    assert Notification.objects.get(incident=incident).person == world.alice
    assert DeskMessage.objects.get().message.person == world.alice
    assert set(Pulse.objects.values_list("name", "runner")) == {
        ("tick", "engine"),
        ("carry", "engine"),
        ("audit", "engine"),
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_broker")
def test_a_wake_up_without_redis_never_turns_an_act_into_an_error() -> None:
    with transaction.atomic():
        queue.wake("muster.tick")


def test_the_audit_finds_what_should_have_moved(world: World) -> None:
    declare(world)
    now = clock.act_now()

    early = audit.violations(now=now)
    late = audit.violations(now=now + timedelta(seconds=90))

    assert early == ()
    assert [violation.name for violation in late] == ["overdue_run"]


def test_a_late_engine_stands_on_every_page(client: Client, world: World) -> None:
    pulse.beat("tick", runner="beat", now=clock.act_now() - timedelta(minutes=5))
    client.force_login(world.erin)

    page = client.get("/incidents/").content.decode()

    assert "engine has stopped" in page
