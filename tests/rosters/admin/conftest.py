"""An administrator at the admin."""

import pytest
from django.test import Client

from rosters.models import Person


@pytest.fixture
def grace(db: None) -> Person:
    person: Person = Person.objects.create_superuser(
        "grace@example.org", "correct horse", full_name="Grace Example", short_name="Grace"
    )
    return person


@pytest.fixture
def admin_site(client: Client, grace: Person) -> Client:
    client.force_login(grace)
    return client
