"""The alert door over HTTP: real payloads, hostile ones, and a database that is away."""

import gzip
import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.portal import clock, logs, standard_webhooks
from incidents.intake import cloudwatch
from incidents.intake.body import CODES
from incidents.intake.kinds import KINDS
from incidents.intake.signal import noted
from incidents.models import Alert, AlertSource, Incident, RawReceipt, SourceToken
from incidents.operations import lifecycle, rounds, source_keeping, sources
from tests.incidents.intake.test_alertmanager import FIRING, payload
from tests.races import LOCKED, PATIENCE, together
from tests.rosters.operations.calendar_server import CalendarServer, running
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

    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert "Use a new key" in other.json()["message"]
    kept = RawReceipt.objects.get(status=409)
    assert (kept.idempotency_key, kept.answer["message"]) == ("", other.json()["message"])


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
    assert response.json()["code"] == CODES[status]
    assert Incident.objects.count() == 1
    assert Alert.objects.get().times_received == 1


@pytest.mark.parametrize("url", [f"{URL}/", f"/hooks/{TOKEN}/alertmanager/"])
def test_a_slash_at_the_end_costs_no_alert(client: Client, world: World, url: str) -> None:
    assert post(client, FIRING, url=url).status_code == 202


@pytest.mark.parametrize(
    "path", ["", f"{TOKEN}", f"{TOKEN}/", f"/{TOKEN}/x", f"{TOKEN}/a/b/c", f"{TOKEN}/a//"]
)
def test_a_wrong_address_is_answered_as_machines_read_it(
    client: Client, world: World, path: str
) -> None:
    response = post(client, FIRING, url=f"/hooks/{path}")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert response.json()["message"].startswith("There is no door at this address.")


@pytest.mark.parametrize("host", ["evil.example", "a b/", "127.0.0.1:x"])
def test_a_host_that_is_not_ours_is_answered_as_machines_read_it(
    client: Client, world: World, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    response = post(client, FIRING, Host=host)

    assert (response.status_code, response.json()["code"]) == (400, "wrong_host")
    assert "ALLOWED_HOSTS" in response.json()["message"]
    assert not any(record.exc_info for record in caplog.records)


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


@contextmanager
def kept_out(table: str = "incidents_rawreceipt") -> Iterator[None]:
    """Inside, nobody else can use this table, so nobody keeps a request: who tries waits."""
    where = connection.settings_dict
    with (
        psycopg.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"]) as other,
        other.transaction(),
    ):
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
def test_a_database_that_does_not_answer_in_time_is_answered_503(
    client: Client, limit: str
) -> None:
    build()
    with connection.cursor() as cursor:
        cursor.execute(f"SET {limit} = '200ms'")
    try:
        with kept_out():
            late = post(client, FIRING)
    finally:
        connection.close()

    again = post(client, FIRING)

    assert (late.status_code, late.headers["Retry-After"]) == (503, "15")
    assert late.json()["message"] == "Muster could not store this. Send it again."
    assert (again.status_code, Alert.objects.get().times_received) == (202, 1)


@pytest.mark.django_db(transaction=True)
def test_who_is_in_a_round_that_does_not_end_is_answered_503_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build()
    monkeypatch.setattr(rounds._rounds, "_longest", 2.0)
    bodies = [payload(groupKey=f"g{n}") | {"alerts": [alert(n)]} for n in range(3)]

    def send(body: Any) -> Any:
        try:
            return post(Client(), body)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        with kept_out():
            with kept_out("incidents_alert"):
                sent = [pool.submit(send, bodies[0])]
                until_waiting(1)
                sent += [pool.submit(send, body) for body in bodies[1:]]
                until(lambda: any(len(one.waiting) == 2 for one in rounds._rounds._lines.values()))
            late = next(one.result() for one in as_completed(sent[1:], PATIENCE))
        answered = [one.result(PATIENCE) for one in sent]

    assert sorted(one.status_code for one in answered) == [202, 202, 503]
    assert (late.status_code, late.headers["Retry-After"]) == (503, "15")
    assert [post(Client(), body).status_code for body in bodies] == [202, 202, 202]
    assert (Incident.objects.count(), Alert.objects.count()) == (3, 3)
    assert RawReceipt.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_the_next_request_is_filed_while_the_database_writes_the_last_one() -> None:
    build()
    bodies = [payload(groupKey=f"g{n}") | {"alerts": [alert(n)]} for n in range(2)]

    def send(body: Any) -> int:
        try:
            return int(post(Client(), body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with kept_out():
            sent = [pool.submit(send, bodies[0])]
            until_waiting(1)
            sent.append(pool.submit(send, bodies[1]))
            until_waiting(2)
            assert Incident.objects.count() == 0
        answered = [one.result(PATIENCE) for one in sent]

    assert answered == [202, 202]
    assert (Incident.objects.count(), RawReceipt.objects.count()) == (2, 2)


def until_waiting(count: int) -> None:
    """So many wait for a lock."""

    def are_waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(LOCKED)
            return bool(cursor.fetchone()[0] == count)

    until(are_waiting)


def until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at, "what was waited for never came"
        time.sleep(0.001)


def alert(number: int, **changes: Any) -> dict[str, Any]:
    first: dict[str, Any] = payload()["alerts"][0]
    return first | {"fingerprint": f"{number:016x}"} | changes


DELIVERIES = [
    ("github", "X-GitHub-Delivery"),
    ("gitlab", "X-Gitlab-Event-UUID"),
    ("gitlab", "Idempotency-Key"),
    ("sentry", "Request-ID"),
    ("cloudwatch", "x-amz-sns-message-id"),
]


@pytest.mark.parametrize(("kind", "header"), DELIVERIES)
def test_a_delivery_that_its_tool_sends_again_counts_once(
    client: Client, world: World, kind: str, header: str
) -> None:
    AlertSource.objects.update(kind=kind)
    sample = KINDS[kind].sample(clock.act_now())
    named = {**sample.headers, header: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324"}

    def send(body: Any) -> Any:
        return post(client, body, url=f"/api/v1/alerts/{kind}", **named)

    first, again = send(sample.payload), send(sample.payload)
    another = send({**sample.payload, "more": 1})

    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    assert Alert.objects.get().times_received == (1 if header == "Idempotency-Key" else 2)
    assert another.status_code == (409 if header == "Idempotency-Key" else 202)


@pytest.mark.parametrize("said", ["", "x" * 200, "\u00fc", "a\x01b"])
def test_an_odd_name_of_a_delivery_names_none(client: Client, world: World, said: str) -> None:
    AlertSource.objects.update(kind="github")
    sample = KINDS["github"].sample(clock.act_now())
    named = {**sample.headers, "X-GitHub-Delivery": said}

    for _ in range(2):
        assert post(client, sample.payload, url="/api/v1/alerts/github", **named).status_code == 202

    assert Alert.objects.get().times_received == 2


BIDI = "pay\u202epal\u2066\u200b"
ODD: list[Any] = [
    pytest.param(b'{"alerts": [], "alerts": []}', id="duplicate keys"),
    pytest.param(b'\xef\xbb\xbf{"alerts": []}', id="a mark before it"),
    pytest.param(b'{"alerts": [1e999]}', id="infinity"),
    pytest.param(b'{"alerts": [' + b"9" * 5000 + b"]}", id="5,000 digits"),
    pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="5,000 deep"),
    pytest.param({"alerts": [None, 1, [], "x", {}, {"labels": 1}]}, id="wrong types"),
    pytest.param({"alerts": {"a": 1}}, id="alerts an object"),
    pytest.param({"alerts": [alert(1, startsAt=BIDI, endsAt=[], annotations=7)]}, id="odd fields"),
    pytest.param({"alerts": [alert(1, labels={"alertname": BIDI})]}, id="turned text"),
    pytest.param(
        {"alerts": [alert(1, labels={f"l{n}": "x" * 1000 for n in range(600)})]}, id="label bomb"
    ),
    pytest.param({"alerts": [alert(n) for n in range(1500)]}, id="1,500 alerts"),
    pytest.param({"alerts": [alert(1)] * 400}, id="the same 400 times"),
    pytest.param({"alerts": [alert(1, generatorURL="javascript:alert(1)")]}, id="a script"),
    pytest.param({"alerts": [alert(1, startsAt="9999-99-99T99:99:99Z")]}, id="no time"),
    pytest.param({"alerts": [alert(1, startsAt="0001-01-01T00:00:00+23:59")]}, id="before time"),
    pytest.param({"groupKey": ["x"], "alerts": [alert(1)]}, id="no group key"),
    pytest.param({"groupKey": "x" * 9000, "alerts": [alert(1)]}, id="a huge group key"),
    pytest.param(b"null", id="null"),
    pytest.param(b'"text"', id="a text"),
    pytest.param(b"\x1f\x8b\x08\x00", id="unannounced gzip"),
]


@pytest.mark.parametrize("body", ODD)
def test_whatever_comes_gets_an_answer_and_is_kept(client: Client, world: World, body: Any) -> None:
    response = post(client, body)

    assert response.status_code in {202, 400, 413, 422}
    assert response.json()["message"]
    kept = RawReceipt.objects.get()
    assert kept.status == response.status_code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"{}", b"[]", b"{", b'{"alerts": [{}]}', b"\x00", b'{"a": 1}'])
def test_every_kind_answers_nonsense_with_a_sentence(
    client: Client, world: World, kind: str, body: bytes
) -> None:
    AlertSource.objects.update(kind=kind)

    response = post(client, body, url=f"/api/v1/alerts/{kind}")

    assert response.status_code in {202, 400, 422}
    assert response.json()["message"]


PACKED = gzip.compress(b'{"alerts": []}' + b" " * (64 * 1024 * 1024))
ENCODED: list[Any] = [
    pytest.param(gzip.compress(json.dumps(FIRING).encode()), "gzip", 202, id="gzip"),
    pytest.param(PACKED, "gzip", 413, id="gzip bomb"),
    pytest.param(PACKED[:500], "gzip", 413, id="a piece of a bomb"),
    pytest.param(gzip.compress(b'{"alerts": []}')[:-9], "gzip", 400, id="broken off"),
    pytest.param(b"{}", "gzip", 400, id="not packed"),
    pytest.param(b"{}", "br", 415, id="brotli"),
    pytest.param(b"{}", "gzip, gzip", 415, id="twice"),
    pytest.param(json.dumps(FIRING).encode(), "identity", 202, id="identity"),
]


@pytest.mark.parametrize(("body", "encoding", "status"), ENCODED)
def test_encodings(client: Client, world: World, body: bytes, encoding: str, status: int) -> None:
    response = post(client, body, **{"Content-Encoding": encoding})

    assert response.status_code in ({status, 400} if status == 413 else {status})


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("url", [URL, f"/hooks/{TOKEN}/alertmanager"])
def test_only_post_acts(client: Client, world: World, method: str, url: str) -> None:
    response = getattr(client, method)(url)

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert not RawReceipt.objects.exists()


def test_a_form_post_is_answered(client: Client, world: World) -> None:
    response = client.post(URL, {"alerts": "x"}, headers={"Authorization": f"Bearer {TOKEN}"})

    assert response.status_code == 400


@pytest.mark.parametrize(
    "said", ["text/plain; charset=ISO-8859-1", "application/json; charset=us-ascii", "x; charset=z"]
)
def test_the_charset_that_a_sender_names_costs_no_alert(
    client: Client, world: World, said: str
) -> None:
    """Many name one by habit, and send plain letters; what is no UTF-8 is refused, and kept."""
    taken = post(client, FIRING, **{"Content-Type": said})
    refused = client.generic(
        "POST", URL, b'"St\xf6rung"', said, headers={"Authorization": f"Bearer {TOKEN}"}
    )

    assert (taken.status_code, refused.status_code) == (202, 400)
    assert refused.json() == {"code": "not_readable", "message": "The body is not UTF-8 text."}
    assert sorted(RawReceipt.objects.values_list("status", flat=True)) == [202, 400]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=\xff"},
        {"Content-Type": "\x01\x02" * 400},
        {"User-Agent": "\x00<script>" * 100},
        {"Content-Encoding": "\x00"},
        {"Webhook-Id": "a\x00b"},
        {"Idempotency-Key": "a\x00b"},
        {"Idempotency-Key": "\n"},
        {"X-GitHub-Event": "\u202e"},
        {"Content-Length": "9" * 40},
        {"Content-Length": "-1"},
        {"Content-Length": "\u00b2"},
        {"Authorization": "Bearer " + TOKEN + "\x00"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic " + TOKEN},
    ],
    ids=lambda given: next(iter(given)),
)
def test_hostile_headers_get_an_answer(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    response = post(client, FIRING, **headers)

    assert response.status_code in {202, 400, 401, 413, 415}
    assert RawReceipt.objects.filter(headers__has_key="authorization").count() == 0


@pytest.mark.parametrize("token", ["x" * 10_000, "%00", "\u202e", " ", "'; DROP TABLE", TOKEN[:-1]])
@pytest.mark.parametrize("in_address", [True, False])
def test_a_token_that_is_none(client: Client, world: World, token: str, in_address: bool) -> None:
    url = f"/hooks/{token}/alertmanager" if in_address else URL

    response = post(client, FIRING, url=url, token="" if in_address else token)

    assert response.status_code in {401, 404}
    assert not Alert.objects.exists()


def test_a_token_opens_only_the_door_of_its_kind(client: Client, world: World) -> None:
    assert post(client, FIRING, url="/api/v1/alerts/generic").status_code == 401


def test_a_revoked_token_and_an_inactive_source_open_nothing(client: Client, world: World) -> None:
    now = clock.act_now()
    fresh = sources.issue_token(world.source, by=None, now=now)
    SourceToken.objects.exclude(hint=fresh[-4:]).update(revoked_at=now)

    assert post(client, FIRING).status_code == 401
    assert post(client, FIRING, token=fresh).status_code == 202
    AlertSource.objects.update(is_active=False)
    assert post(client, FIRING, token=fresh).status_code == 401


@pytest.fixture
def signed(world: World) -> str:
    world.alice.is_superuser = True
    return source_keeping.set_secret(world.source, by=world.alice)


def sign(secret: str, body: bytes, *, message_id: str = "m-1") -> dict[str, str]:
    at = clock.act_now()
    return standard_webhooks.headers(secret, message_id=message_id, body=body, at=at)


def test_a_replayed_signature_changes_nothing(client: Client, signed: str) -> None:
    body = json.dumps(FIRING).encode()
    proof = sign(signed, body)

    first, again = post(client, body, **proof), post(client, body, **proof)

    assert (first.status_code, again.status_code) == (202, 202)
    assert Alert.objects.get().times_received == 1


@pytest.mark.parametrize(
    "added", [{}, {"Idempotency-Key": "another"}], ids=["as it was", "under another key"]
)
def test_a_signed_request_sent_again_by_somebody_else_gets_its_first_answer(
    client: Client, signed: str, added: dict[str, str]
) -> None:
    body = json.dumps(FIRING).encode()
    proof = sign(signed, body)
    first = post(client, body, **proof)
    post(client, resolved(), **sign(signed, json.dumps(resolved()).encode(), message_id="m-2"))

    again = post(client, body, **proof, **added)

    assert (again.status_code, again.json()) == (202, first.json())
    assert Alert.objects.get().status == "resolved"
    assert RawReceipt.objects.count() == 2


@pytest.mark.parametrize("minutes", [-6, 6], ids=["too old", "from the future"])
def test_a_signed_request_is_good_for_five_minutes(
    client: Client, signed: str, minutes: int
) -> None:
    body = json.dumps(FIRING).encode()
    at = clock.act_now() + timedelta(minutes=minutes)
    proof = standard_webhooks.headers(signed, message_id="m-1", body=body, at=at)

    late = post(client, body, **proof)

    assert late.status_code == 401
    assert "more than five minutes old" in late.json()["message"]
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "\xff"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "\u0661"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-id": "m-2"},
        {"webhook-id": ""},
    ],
)
def test_a_wrong_signature_is_refused_and_kept(
    client: Client, signed: str, changed: dict[str, str]
) -> None:
    body = json.dumps(FIRING).encode()

    response = post(client, body, **sign(signed, body) | changed)

    assert response.status_code == 401
    assert RawReceipt.objects.get().status == 401
    assert not Alert.objects.exists()


def test_a_secret_that_no_key_opens_is_refused_and_kept(client: Client, world: World) -> None:
    AlertSource.objects.update(sealed_secret="f1:gone")

    assert post(client, FIRING).status_code == 401
    assert RawReceipt.objects.count() == 1


def test_a_request_costs_the_same_statements_however_many_alerts(
    client: Client, world: World
) -> None:
    def asked(first: int, count: int) -> int:
        whole = payload() | {"alerts": [alert(first + n) for n in range(count)]}
        with CaptureQueriesContext(connection) as queries:
            post(client, whole | {"groupKey": f"g{first}"})
        return len(queries)

    asked(0, 1)

    assert asked(100, 1) == asked(200, 50)


@pytest.fixture
def amazon() -> Iterator[CalendarServer]:
    with running() as server:
        server.content = b"<ConfirmSubscriptionResponse/>"
        yield server


@pytest.fixture
def subscription(
    world: World, amazon: CalendarServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A source of Amazon SNS whose confirmation is opened at our own receiver."""
    settings.CONFIRM_HOSTS = ("127.0.0.1",)
    asks = replace(noted("Amazon SNS asks to confirm."), confirm_at=amazon.url)
    kind = replace(cloudwatch.KIND, parse=lambda _post: asks)
    monkeypatch.setitem(KINDS, "cloudwatch", kind)  # type: ignore[arg-type]  # it is a dict
    AlertSource.objects.update(kind="cloudwatch")
    return "/api/v1/alerts/cloudwatch"


def test_a_subscription_is_confirmed_once_it_is_stored(
    client: Client, subscription: str, amazon: CalendarServer
) -> None:
    response = post(client, {"Type": "SubscriptionConfirmation"}, url=subscription)

    assert response.status_code == 202
    assert response.json()["alerts"][0]["message"] == "The subscription is confirmed."
    assert len(amazon.asked) == 1
    assert RawReceipt.objects.get().words == "The subscription is confirmed"


@pytest.mark.parametrize("status", [302, 400, 500])
def test_one_that_cannot_be_confirmed_is_to_be_sent_again(
    client: Client, subscription: str, amazon: CalendarServer, status: int
) -> None:
    amazon.status = status
    amazon.headers["Location"] = amazon.url.replace("127.0.0.1", "localhost")

    response = post(client, {"Type": "x"}, url=subscription, **{"Idempotency-Key": "sns-1"})
    amazon.status = 200
    again = post(client, {"Type": "x"}, url=subscription, **{"Idempotency-Key": "sns-1"})

    assert (response.status_code, response.headers["Retry-After"]) == (503, "15")
    assert again.status_code == 202
    assert RawReceipt.objects.get().status == 202


def test_inside_our_own_network_nothing_is_opened(
    client: Client, subscription: str, amazon: CalendarServer, settings: Any
) -> None:
    settings.CONFIRM_HOSTS = ()

    assert post(client, {"Type": "x"}, url=subscription).status_code == 503
    assert amazon.asked == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_one_idempotency_key_used_at_once_counts_once(same: bool) -> None:
    build()
    bodies = [FIRING, FIRING if same else resolved()]

    def send(body: Any) -> int:
        status: int = post(Client(), body, **{"Idempotency-Key": "k1"}).status_code
        return status

    statuses = together(*[lambda body=body: send(body) for body in bodies])

    assert sorted(statuses) == ([202, 202] if same else [202, 409])
    assert RawReceipt.objects.exclude(status=409).count() == 1
    assert Alert.objects.count() <= 1


class BrokenOff:
    """A connection that ends in the middle of the body."""

    def read(self, *_size: int) -> bytes:
        raise OSError("the sender has gone")

    readline = read


def test_a_body_that_breaks_off_is_answered_and_loses_nothing(client: Client, world: World) -> None:
    broken: dict[str, Any] = {"wsgi.input": BrokenOff(), "CONTENT_LENGTH": "500"}

    response = client.generic("POST", URL, headers={"Authorization": f"Bearer {TOKEN}"}, **broken)

    assert response.status_code == 400
    assert "broke off" in response.json()["message"]
    assert not Alert.objects.exists()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Every line that is written meanwhile, by the settings that production has."""
    event = logs.settings_for("json", level="DEBUG")["formatters"]["event"]
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        event["()"](processors=event["processors"], foreign_pre_chain=event["foreign_pre_chain"])
    )
    root = logging.getLogger()
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)


def test_no_token_and_no_signature_reaches_the_log(
    client: Client, signed: str, written: io.StringIO
) -> None:
    body = json.dumps(FIRING).encode()
    proof = sign(signed, body)

    post(client, body, url=f"/hooks/{TOKEN}/alertmanager", token="", **proof)
    post(client, b"{", **proof)
    post(client, body)

    text = written.getvalue()
    assert "/hooks/[redacted]/alertmanager" in text
    for secret in (TOKEN, signed, proof["webhook-signature"]):
        assert secret not in text
