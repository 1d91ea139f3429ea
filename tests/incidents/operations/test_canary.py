"""Muster tries itself: a canary goes through the tick, leaves a pulse, and nobody ever sees it."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from config.portal import clock
from incidents.models import Incident, Notification
from incidents.operations import canary, engine, pacemaker
from incidents.operations.lifecycle import Opening, open_incident
from incidents.queries import audit
from rosters.models import Message, Pulse
from tests.races import together
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db


def test_a_canary_comes_through_and_is_gone(world: World) -> None:
    canary.keep(runner="test", now=NOW)
    engine.tick(now=NOW + timedelta(seconds=1))
    canary.keep(runner="test", now=NOW + timedelta(minutes=1))

    assert not Incident.everything.filter(is_canary=True).exists()
    assert not Notification.objects.exists()
    assert not Message.objects.exists()
    pulse = Pulse.objects.get(name="canary")
    assert pulse.at == NOW + timedelta(seconds=1)
    assert pulse.detail == [{"seconds": 1.0}]


def test_the_next_one_begins_after_a_quarter_of_an_hour(world: World) -> None:
    for minute in range(1, 16):
        pacemaker.run_audit(runner="test", now=NOW + timedelta(minutes=minute))
        engine.tick(now=NOW + timedelta(minutes=minute))
    early = Pulse.objects.get(name="canary").at
    for minute in range(16, 19):
        pacemaker.run_audit(runner="test", now=NOW + timedelta(minutes=minute))
        engine.tick(now=NOW + timedelta(minutes=minute))

    assert early == NOW + timedelta(minutes=1)
    assert Pulse.objects.get(name="canary").at > early


def test_one_that_does_not_come_through_makes_the_audit_unclean(world: World) -> None:
    canary.keep(runner="test", now=NOW)
    engine.tick(now=NOW)
    canary.keep(runner="test", now=NOW)

    later = NOW + timedelta(minutes=21)
    canary.keep(runner="test", now=later - timedelta(minutes=5))  # no tick takes this one

    assert "silent_canary" in {one.name for one in audit.violations(now=later)}


def test_no_list_holds_it(world: World, client: Client) -> None:
    open_incident(Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW)
    canary.keep(runner="test", now=NOW)
    hidden = Incident.everything.get(is_canary=True)
    client.force_login(world.alice)

    pages = [
        "/",
        "/incidents/",
        "/search/?q=Muster+tries",
        "/audit/",
        f"/incidents/INC-{hidden.pk}/",
    ]
    seen = [client.get(path).content.decode() for path in pages]

    assert not any("Muster tries itself" in page for page in seen)
    assert Incident.objects.count() == 1
    assert client.get(pages[-1]).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_many_who_look_at_once_open_one() -> None:
    build()

    together(*(lambda: canary.keep(runner="test", now=NOW) for _ in range(6)))

    assert Incident.everything.filter(is_canary=True).count() <= 1


def test_the_engine_says_how_it_is_and_what_comes(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    open_incident(
        Opening("Cards fail", 1, service=world.service), by=world.erin, now=clock.act_now()
    )

    call_command("engine", "next")
    coming = capsys.readouterr().out
    call_command("engine", "tick")
    moved = capsys.readouterr().out
    call_command("engine", "status")
    said = capsys.readouterr().out

    assert "acknowledge: Alice Example" in coming
    assert moved == "1 steps were due and have been taken.\n"
    assert "This engine is version 1, the database asks for 1: it may move calls." in said
    assert re.search(r"tick: \d+ s ago, by engine\.", said)


def test_rows_that_should_never_be_make_the_audit_unclean(world: World) -> None:
    incident = open_incident(
        Opening("Cards fail", 1, service=world.service), by=world.erin, now=NOW
    )
    engine.tick(now=NOW)
    clean = audit.lately(now=NOW)
    Message.objects.all().delete()
    incident.clocks.get(promise="acknowledge").runs.update(
        finished_at=NOW, finish_reason="superseded", next_due_at=None
    )

    broken = {one.name for one in audit.lately(now=NOW + timedelta(minutes=2))}

    assert clean == ()
    assert broken == {"told_without_message", "unheard"}
