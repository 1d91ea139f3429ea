"""What monitoring reads, and who may."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from incidents.models import Incident
from incidents.operations import engine, lifecycle
from rosters.models import Pulse
from tests import world as small_world
from tests.world import NOW

TOKEN = "a token of the tests"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> dict[str, float]:
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}],
    ids=["none", "wrong", "another scheme"],
)
def test_only_the_token_opens_it(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=headers)

    assert answer.status_code == 401
    assert "METRICS_TOKEN" in answer.content.decode()


@pytest.mark.django_db
def test_without_a_token_in_the_settings_there_is_no_such_page(
    client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_calm_is_zeros(client: Client) -> None:
    found = read(client)

    assert found["muster_open_incidents SEV1"] == 0
    assert found["muster_late_promises contain"] == 0
    assert found["muster_broken_invariants"] == 0
    assert found["muster_oldest_due_step_seconds"] == 0


@pytest.mark.django_db
def test_what_is_open_due_and_late_shows(client: Client) -> None:
    world = small_world.build()
    opening = lifecycle.Opening(title="Cards fail", severity=1, service=world.service)
    lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    Pulse.objects.create(name="tick", at=NOW, runner="beat")

    found = read(client)  # at an hour long after NOW

    assert found["muster_open_incidents SEV1"] == 1
    assert found["muster_unacknowledged_incidents"] == 1
    assert found["muster_late_promises contain"] == 1
    assert found["muster_due_steps"] >= 1
    assert found["muster_waiting_messages"] == 1
    assert found["muster_broken_invariants"] >= 1
    assert found["muster_pulse_age_seconds tick"] > timedelta(seconds=60).total_seconds()


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_queries_stay_the_same(client: Client, many: int) -> None:
    world = small_world.build()
    for number in range(many):
        Incident.objects.create(
            title=f"Number {number}", severity=2, service=world.service, detected_at=NOW
        )

    with CaptureQueriesContext(connection) as queries:
        read(client)

    assert len(queries) <= 12
