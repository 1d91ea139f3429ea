"""What one request costs the database: so many statements, however many alerts it brings."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.loads import notification
from tests.world import TOKEN, World

pytestmark = pytest.mark.django_db
PATH = "/api/v1/alerts/alertmanager"
WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE")

NEW, JOINING, KNOWN = 13, 7, 6


def sent(client: Client, group: str, fingerprints: list[str]) -> list[str]:
    """The statements of one request."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(
            PATH,
            notification(group, fingerprints),
            content_type="application/json",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
    assert answer.status_code == 202
    return [query["sql"] for query in asked if query["sql"].lstrip().startswith(WORDS)]


@pytest.fixture
def warm(client: Client, world: World) -> Client:
    """What people have set is in memory, as it nearly always is."""
    sent(client, "before", ["before"])
    return client


@pytest.mark.parametrize("many", [1, 50])
def test_alerts_that_open_an_incident(warm: Client, many: int) -> None:
    statements = sent(warm, "new", [f"n{number}" for number in range(many)])

    assert len(statements) == NEW, statements


@pytest.mark.parametrize("many", [1, 50])
def test_alerts_that_join_one(warm: Client, many: int) -> None:
    statements = sent(warm, "before", [f"j{number}" for number in range(many)])

    assert len(statements) == JOINING, statements


@pytest.mark.parametrize("many", [1, 50])
def test_alerts_that_we_know(warm: Client, many: int) -> None:
    fingerprints = [f"k{number}" for number in range(many)]
    sent(warm, "known", fingerprints)

    statements = sent(warm, "known", fingerprints)

    assert len(statements) == KNOWN, statements


def test_a_refused_token_asks_no_more_than_the_time_and_the_token(
    client: Client, world: World
) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(
            PATH, b"{}", content_type="application/json", headers={"Authorization": "Bearer wrong"}
        )

    assert answer.status_code == 401
    assert len(asked) == 2
