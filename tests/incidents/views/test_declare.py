"""Declaring: who will be called is known before, also without script."""

from datetime import timedelta

import pytest
from django.test import Client

from incidents.models import Incident
from incidents.operations import lifecycle
from incidents.operations.lifecycle import Opening
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def erin(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))
    client = Client()
    client.force_login(world.erin)
    return client


def test_a_press_that_asks_says_who_is_called_and_declares_nothing(erin: Client) -> None:
    answers = {"title": "Cards fail", "service": "payments", "severity": "1", "ask": "1"}

    page = erin.post("/incidents/new/", answers).content.decode()

    assert "Declare and phone Alice Example" in page or "Declare and call Alice Example" in page
    assert 'value="Cards fail"' in page
    assert "There is a problem" not in page
    assert page.index('id="declare"') < page.index('name="ask"')
    assert Incident.objects.count() == 0


def test_the_button_stands_right_after_the_questions(erin: Client, world: World) -> None:
    for severity in (3, 1):
        opening = Opening(title=f"At {severity}", severity=severity, service=world.service)
        lifecycle.open_incident(opening, by=world.erin, now=NOW)

    page = erin.get("/incidents/new/").content.decode()

    assert page.index('id="declare"') < page.index('id="similar-h"')
    assert page.index("At 1") < page.index("At 3")
    assert 'class="tabbar"' not in page


def test_who_is_not_sure_reads_what_happens(erin: Client) -> None:
    page = erin.get("/incidents/new/").content.decode()

    assert "If you are not sure, nobody is called by itself" in page or "Not sure? Leave it" in page
