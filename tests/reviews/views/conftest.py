"""Pages and acts of these tests happen on the Monday after the incident."""

import pytest
from django.test import Client

from config.portal import clock
from rosters.models import Person
from tests.world import at

MONDAY = at("2026-11-23 10:00")


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: MONDAY)
    monkeypatch.setattr(clock, "act_now", lambda: MONDAY)


def client(person: Person) -> Client:
    """A browser in which this person is signed in."""
    made = Client()
    made.force_login(person)
    return made
