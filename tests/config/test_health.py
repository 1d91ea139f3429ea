from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from config.portal import clock
from rosters.models import Pulse


def test_healthz_asks_neither_database_nor_host(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/healthz", headers={"host": "10.0.0.5:8000"})

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_green_while_everything_answers(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "faults": {}})


@pytest.mark.django_db
def test_readyz_is_red_while_the_engine_is_silent(client: Client) -> None:
    Pulse.objects.create(name="tick", at=clock.act_now() - timedelta(minutes=5), runner="beat")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["faults"] == {"engine": "Muster's engine has stopped."}


@pytest.mark.django_db
@pytest.mark.parametrize(("port", "status"), [(2525, 503), (0, 200)])
def test_readyz_is_red_while_a_mail_door_that_should_be_open_is_silent(
    client: Client, settings: Settings, port: int, status: int
) -> None:
    settings.MAIL_DOOR_PORT = port
    Pulse.objects.create(name="maildoor", at=clock.act_now() - timedelta(minutes=2), runner="x")

    answer = client.get("/readyz")

    assert answer.status_code == status
    assert ("mail door" in answer.json()["faults"]) == (status == 503)


@pytest.mark.django_db
def test_readyz_is_red_without_redis(client: Client, settings: Settings) -> None:
    gone = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent.sock"}}
    settings.CACHES = gone

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["faults"] == {"redis": "Redis does not answer."}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_answer_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
