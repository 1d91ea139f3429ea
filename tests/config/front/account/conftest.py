"""Alice has an account and a password."""

import pytest
from django.test import Client

from rosters.models import Person
from tests import world


@pytest.fixture
def alice(db: None) -> Person:
    return world.make_person("Alice")


@pytest.fixture
def signed_in(client: Client, alice: Person) -> Client:
    """Alice's browser, after she signed in by the form and said once more that it is she."""
    client.post("/sign-in/", {"username": alice.email, "password": world.PASSWORD})
    client.post("/sign-in/again/?next=/account/", {"password": world.PASSWORD})
    return client
