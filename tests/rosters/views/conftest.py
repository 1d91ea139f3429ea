"""The small company on a quiet night, and browsers of its people."""

from collections.abc import Callable

import pytest
from django.test import Client

from rosters.models import Person
from tests.world import NOW


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: NOW)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW)


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def browser(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return browser
