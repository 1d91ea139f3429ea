"""The alert door over HTTP: real payloads, hostile ones, and a database that is away."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from incidents.models import Alert, Incident
from incidents.operations import lifecycle
from tests.incidents.intake.test_alertmanager import FIRING, payload
from tests.world import TOKEN, World, build

pytestmark = pytest.mark.django_db
URL = "/api/v1/alerts/alertmanager"


def post(client: Client, body: Any, *, url: str = URL, token: str = TOKEN, **headers: str) -> Any:
    text = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(url, text, content_type="application/json", headers=sent | headers)


def resolved(**changes: Any) -> dict[str, Any]:
    whole = payload(status="resolved")
    whole["alerts"][0] |= {"status": "resolved", "endsAt": "2026-11-21T02:30:00Z"} | changes
    return whole


def test_a_firing_notification_opens_an_incident(client: Client, world: World) -> None:
    response = post(client, FIRING)

    incident = Incident.objects.get()
    assert response.status_code == 202
    assert response.json()["alerts"] == [
        {
            "alert": "CardErrorsHigh",
            "key": "c4b6f3a1d0e5a7b2",
            "outcome": "created",
            "message": "Opened an incident.",
            "incident": incident.reference,
        }
    ]
    assert incident.title == "Card payments fail in the EU"
    assert incident.severity == 1
    assert incident.service == world.service


def test_the_token_may_stand_in_the_address(client: Client, world: World) -> None:
    response = post(client, FIRING, url=f"/hooks/{TOKEN}/alertmanager", token="")

    assert response.status_code == 202


def test_the_same_notification_again_joins_its_incident(client: Client, world: World) -> None:
    post(client, FIRING)

    again = post(client, FIRING)

    assert again.json()["alerts"][0]["outcome"] == "grouped"
    assert Incident.objects.count() == 1
    assert Alert.objects.get().times_received == 2


def test_when_all_are_resolved_the_incident_says_so_and_stays_open(
    client: Client, world: World
) -> None:
    post(client, FIRING)

    response = post(client, resolved())

    incident = Incident.objects.get()
    assert response.json()["alerts"][0]["outcome"] == "resolved"
    assert incident.signals_resolved_at is not None
    assert incident.is_open


def test_a_firing_that_arrives_after_its_own_resolved_is_ignored(
    client: Client, world: World
) -> None:
    post(client, FIRING)
    post(client, resolved())

    late = post(client, FIRING)

    assert late.json()["alerts"][0]["outcome"] == "ignored"
    assert Incident.objects.get().signals_resolved_at is not None


def test_firing_anew_after_resolved_is_noted(client: Client, world: World) -> None:
    post(client, FIRING)
    post(client, resolved())
    anew = payload()
    anew["alerts"][0]["startsAt"] = "2026-11-21T03:00:00Z"

    post(client, anew)

    incident = Incident.objects.get()
    assert incident.signals_resolved_at is None
    assert incident.timeline.filter(kind="signals_firing").exists()


def test_after_a_person_resolved_it_the_next_alert_opens_another(
    client: Client, world: World
) -> None:
    post(client, FIRING)
    incident = Incident.objects.get()
    now = incident.detected_at
    lifecycle.resolve(incident, by=world.alice, at=now, now=now)

    post(client, FIRING)

    assert Incident.objects.count() == 2


def test_resolved_for_something_unknown_opens_nothing(client: Client, world: World) -> None:
    response = post(client, resolved())

    assert response.status_code == 202
    assert response.json()["alerts"][0]["outcome"] == "ignored"
    assert Incident.objects.count() == 0


def test_one_bad_alert_of_fifty_loses_nothing_else(client: Client, world: World) -> None:
    whole = payload()
    good = whole["alerts"][0]
    whole["alerts"] = [good | {"fingerprint": f"{number:016x}"} for number in range(49)]
    whole["alerts"].insert(7, {"status": "firing", "labels": {"alertname": "x\u0000y"}})

    response = post(client, whole)

    outcomes = [one["outcome"] for one in response.json()["alerts"]]
    assert response.status_code == 202
    assert outcomes.count("rejected") == 1
    assert Alert.objects.count() == 49


def test_the_same_idempotency_key_and_body_gets_the_first_answer(
    client: Client, world: World
) -> None:
    first = post(client, FIRING, **{"Idempotency-Key": "k1"})

    again = post(client, FIRING, **{"Idempotency-Key": "k1"})

    assert again.status_code == 202
    assert again.json() == first.json()
    assert Alert.objects.get().times_received == 1


def test_the_same_idempotency_key_with_another_body_is_a_conflict(
    client: Client, world: World
) -> None:
    post(client, FIRING, **{"Idempotency-Key": "k1"})

    other = post(client, resolved(), **{"Idempotency-Key": "k1"})

    assert other.status_code == 409
    assert "Use a new key" in other.json()["message"]


HOSTILE: list[Any] = [
    pytest.param({"token": ""}, FIRING, 401, "token is missing", id="no token"),
    pytest.param({"token": "wrong"}, FIRING, 401, "No active source", id="wrong token"),
    pytest.param({"token": "\u00e9" * 40}, FIRING, 401, "No active source", id="odd token"),
    pytest.param(
        {"url": "/hooks/a%00b/alertmanager", "token": ""}, FIRING, 401, "No", id="NUL token"
    ),
    pytest.param({"url": "/api/v1/alerts/telepathy"}, FIRING, 404, "no source kind", id="kind"),
    pytest.param({}, b"{", 400, "not valid JSON", id="broken JSON"),
    pytest.param({}, b"", 400, "not valid JSON", id="empty"),
    pytest.param({}, b"\xff", 400, "UTF-8", id="no UTF-8"),
    pytest.param({}, [], 400, "JSON object", id="a list"),
    pytest.param({}, {"alerts": "x"}, 400, "not a list", id="wrong types"),
    pytest.param({}, b"x" * (5 * 1024 * 1024), 413, "larger", id="5 MB"),
    pytest.param({}, b'{"alerts": NaN}', 400, "NaN", id="NaN"),
    pytest.param({}, b"[" * 20_000, 400, "nested", id="20,000 brackets"),
    pytest.param({}, {"alerts": [{"labels": {"a": "\x00"}}]}, 422, "None of", id="NUL byte"),
    pytest.param(
        {}, b'{"alerts": [{"labels": {"a": "\\ud800"}}]}', 422, "None of", id="lone surrogate"
    ),
    pytest.param({"Idempotency-Key": "x" * 121}, FIRING, 400, "idempotency key", id="long key"),
    pytest.param({"Idempotency-Key": "\udcff"}, FIRING, 400, "idempotency key", id="odd key"),
]


@pytest.mark.parametrize(("how", "body", "status", "sentence"), HOSTILE)
def test_wrong_input_gets_a_sentence_and_loses_nothing(
    client: Client, world: World, how: dict[str, str], body: Any, status: int, sentence: str
) -> None:
    post(client, FIRING)

    response = post(client, body, **how)

    assert response.status_code == status
    assert sentence in response.json()["message"]
    assert Incident.objects.count() == 1
    assert Alert.objects.get().times_received == 1


def test_get_never_acts(client: Client, world: World) -> None:
    response = client.get(URL)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_answered_503(client: Client) -> None:
    build()
    connection.close()
    host, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    try:
        response = post(client, FIRING)
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "15"
    assert Incident.objects.count() == 0
