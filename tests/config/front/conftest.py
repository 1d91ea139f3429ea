"""The small company, three minutes into the night."""

from datetime import timedelta

import pytest
from django.test import Client

from config.portal import clock
from rosters.models import Person
from tests import world as small_world
from tests.world import NOW, World

SHOWN = NOW + timedelta(minutes=3)


@pytest.fixture
def world(db: None) -> World:
    return small_world.build()


@pytest.fixture(autouse=True)
def _shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: SHOWN)


def as_person(person: Person) -> Client:
    """A browser in which this person is signed in."""
    made = Client()
    made.force_login(person)
    return made


def text_of(person: Person, path: str) -> str:
    """What this person reads at an address."""
    return as_person(person).get(path).content.decode()
