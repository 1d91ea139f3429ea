"""Who comes in, how often, and what is refused before anything is read."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.api import limits, mount
from config.portal import clock
from rosters.models import ApiToken, Person
from rosters.operations import leaving, tokens
from tests.rosters.api.conftest import ALL, MakeProgram, Program, give_rights, issue
from tests.world import World, make_person

pytestmark = pytest.mark.django_db
READ, NUMBERS, WRITE = ("read",), ("read_numbers",), ("write",)


def every_operation(world: World) -> list[tuple[str, str, str]]:
    """Method, address and scope of all there is."""
    places = {
        "<int:person_id>": str(world.alice.pk),
        "<int:cell_id>": "1",
        "<int:override_id>": "1",
        "<int:swap_id>": "1",
        "<int:offer_id>": "1",
        "services/<slug:slug>": "services/payments",
        "rosters/<slug:slug>": "rosters/payments-on-call",
    }
    found = []
    for route, by_method in mount.operations().items():
        for place, value in places.items():
            route = route.replace(place, value)
        found += [(method, route, one.scope) for method, one in by_method.items()]
    assert len(found) > 15
    return found


def asked(asks: Program, method: str, path: str) -> Any:
    body: Any = {} if method in {"POST", "PUT", "PATCH"} else None
    return asks.ask(method, path, body)


def test_no_operation_opens_without_a_token(world: World) -> None:
    browser = Program("")
    browser.client.force_login(world.alice)
    Person.objects.update(is_superuser=True)

    for method, path, _ in every_operation(world):
        answer = asked(browser, method, path)
        assert answer.status_code == 401, (method, path)
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "no_token"


@pytest.mark.parametrize("scope", ALL)
def test_each_operation_asks_for_its_own_scope(
    world: World, program: MakeProgram, scope: str
) -> None:
    asks = program(world.frank, [scope])

    for method, path, needed in every_operation(world):
        answer = asked(asks, method, path)
        lacks = answer.status_code == 403 and answer.json()["code"] == "scope_missing"
        assert lacks == (scope != needed), (method, path, answer.content)
        if lacks:
            assert f"“{needed}”" in answer.json()["message"]


def test_a_scope_gives_no_right_that_the_person_lacks(world: World, program: MakeProgram) -> None:
    asks = program(world.alice)
    person = {"full_name": "New", "short_name": "New"}
    service = {"slug": "new", "name": "New", "owner_team": "payments"}
    cells = {"reason": "x", "cells": [{"role": "engineering-director"}]}
    for method, path, body in (
        ("POST", "people", person),
        ("PATCH", f"people/{world.alice.pk}", {"short_name": "Al"}),
        ("POST", "services", service),
        ("PATCH", "services/payments", {"tier": 2}),
        ("PUT", "matrix/cells", cells),
        ("DELETE", "matrix/cells/1?reason=because", None),
    ):
        answer = asks.ask(method, path, body)
        assert answer.status_code == 403, (path, answer.content)
        assert answer.json()["code"] == "not_allowed"
        assert answer.json()["message"].startswith("Alice Example may not ")


def test_rights_come_from_groups_too_and_need_no_sign_in(
    world: World, program: MakeProgram
) -> None:
    person = make_person("Sync")
    Person.objects.filter(pk=person.pk).update(may_sign_in=False)
    give_rights(person, "add_person")

    answer = program(Person.objects.get(pk=person.pk), WRITE).ask(
        "POST", "people", {"full_name": "New", "short_name": "New"}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("what", "sentence"),
    [("revoked", "was revoked"), ("expired", "has expired"), ("left", "Frank Example has left")],
)
def test_a_token_that_ended_opens_nothing(
    world: World, program: MakeProgram, what: str, sentence: str
) -> None:
    asks = program(world.frank, READ)
    assert asks.get("people").status_code == 200
    now = clock.act_now()
    chief = Person.objects.get(is_superuser=True)
    assert asks.token is not None
    if what == "revoked":
        tokens.revoke(asks.token, by=chief, now=now)
    elif what == "expired":
        ApiToken.objects.update(expires_at=now)
    else:
        leaving.leave(world.frank, by=chief, now=now)

    answer = asks.get("people")

    assert answer.status_code == 401
    assert sentence in answer.json()["message"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer mu_nobody", "bearer \udcff", "x" * 9000],
)
def test_nonsense_is_no_token(world: World, header: str) -> None:
    assert Program("").get("people", Authorization=header).status_code == 401


def test_its_use_is_noted_once_a_minute(world: World, program: MakeProgram) -> None:
    asks = program(world.frank, READ)
    asks.get("people")
    first = ApiToken.objects.get().last_used_at
    with CaptureQueriesContext(connection) as queries:
        asks.get("people")

    assert first is not None
    assert not any(one["sql"].startswith("UPDATE") for one in queries)
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    asks.get("people")
    again = ApiToken.objects.get().last_used_at
    assert again is not None
    assert again >= first


def test_too_many_requests_wait(
    world: World, program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks, other = program(world.frank, READ), program(world.frank, READ, "Another")
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    monkeypatch.setattr(limits, "MINUTE", 3600)  # the test does not stand across two of them

    statuses = [asks.get("roles").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert 0 < int(asks.get("roles")["Retry-After"]) <= 3600
    assert other.get("roles").status_code == 200


def test_losing_the_cache_blocks_nobody(
    world: World, program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = program(world.frank, READ)
    monkeypatch.setattr(limits, "PER_MINUTE", 0)
    monkeypatch.setattr(cache, "incr", _gone)

    assert asks.get("roles").status_code == 200


def _gone(*_: object) -> int:
    raise ValueError


def test_the_same_key_adds_once(world: World, keeper: Program) -> None:
    body = {"full_name": "Nora Lind", "short_name": "Nora"}
    first = keeper.ask("POST", "people", body, Idempotency_Key="hr-1")
    again = keeper.ask("POST", "people", body, Idempotency_Key="hr-1")
    other = keeper.ask("POST", "people", {**body, "region": "SE"}, Idempotency_Key="hr-1")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert other.json()["code"] == "key_reused"
    assert Person.objects.filter(full_name="Nora Lind").count() == 1


def test_a_refused_request_may_be_mended_under_its_key(world: World, keeper: Program) -> None:
    bad = {"full_name": "Nora Lind", "short_name": "Nora", "time_zone": "Mars/Base"}
    refused = keeper.ask("POST", "people", bad, Idempotency_Key="hr-2")
    mended = keeper.ask("POST", "people", {**bad, "time_zone": "UTC"}, Idempotency_Key="hr-2")

    assert (refused.status_code, mended.status_code) == (422, 201)


DEEP = '{"full_name":' + "[" * 5000 + "]" * 5000 + "}"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 415, "not_json"),
        ("{", 400, "not_json"),
        ("[]", 400, "not_json"),
        ('{"a": NaN}', 400, "not_json"),
        (DEEP, 400, "not_json"),
        ('{"full_name": "' + "x" * (1024 * 1024) + '"}', 413, "too_large"),
        ('{"full_name": "a\\u0000b"}', 422, "not_valid"),
        ('{"full_name": "\\ud800"}', 422, "not_valid"),
        ('{"\\ud800": 1}', 422, "not_valid"),
        ('{"tier": 1' + "0" * 5000 + "}", 400, "not_json"),
        ('{"full_name": 12}', 422, "not_valid"),
        ('{"full_name": null}', 422, "not_valid"),
        ('{"nickname": "x"}', 422, "not_valid"),
    ],
    ids=[
        "nothing",
        "half",
        "list",
        "nan",
        "deep",
        "large",
        "nul",
        "surrogate",
        "surrogate name",
        "digits",
        "number",
        "null",
        "unknown",
    ],
)
def test_odd_bodies_are_refused_in_words(
    world: World, keeper: Program, body: str, status: int, code: str
) -> None:
    answer = keeper.ask("PATCH", f"people/{world.alice.pk}", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("people?colour=red", 422, "colour"),
        ("people?limit=0", 422, "limit"),
        ("people?limit=201", 422, "limit"),
        ("people?limit=x", 422, "limit"),
        ("people?limit=1&limit=2", 422, "limit"),
        ("people?after=9223372036854775808", 422, "after"),
        ("people?after=-1", 422, "after"),
        (f"people?after={'9' * 5000}", 422, "after"),
        ("people?q=%00", 422, "q"),
        ("people?team=nowhere", 422, "team"),
        ("people?has_left=perhaps", 422, "has_left"),
        ("services?tier=4", 422, "tier"),
        ("matrix?severity=5", 422, "severity"),
        ("matrix?service=nowhere", 422, "service"),
        ("matrix?at=yesterday", 422, "at"),
        ("matrix?at=2026-11-21T02:00:00", 422, "at"),
        ("matrix?at=2026-11-21T02:00:00+01:00", 422, "at"),
        ("matrix?at=9999-12-31T23:59:59Z", 422, "at"),
        ("matrix?at=0001-01-01T00:00:00%2B14:00", 422, "at"),
        ("matrix/resolve?severity=0", 422, "severity"),
        (
            "rosters/payments-on-call/shifts?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            422,
            "to",
        ),
        (
            "rosters/payments-on-call/shifts?from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z",
            422,
            "to",
        ),
        ("people/0", 404, ""),
        ("people/9223372036854775808", 404, ""),
        (f"people/{'9' * 5000}", 404, ""),
        ("people/abc", 404, ""),
        ("people/999999", 404, ""),
        ("services/nowhere", 404, ""),
        ("services/a%00b", 404, ""),
        ("rosters/nowhere/on-call", 404, ""),
        ("matrix/cells/999999", 404, ""),
        ("nothing/here", 404, ""),
    ],
)
def test_odd_questions_are_refused_in_words(
    world: World, program: MakeProgram, path: str, status: int, field: str
) -> None:
    answer = program(world.frank, READ).get(path)

    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    said = answer.json()
    assert said["message"][0].isupper() or said["message"][0] == "“"
    if field:
        assert said["field"] == field
        assert field in said["message"]


def test_a_wrong_method_says_which_are_right(world: World, program: MakeProgram) -> None:
    answer = program(world.frank, READ).ask("PUT", "people", {})

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, POST"


def test_a_form_is_not_json(world: World, keeper: Program) -> None:
    answer = Client().post(
        "/api/v1/people", {"full_name": "x"}, headers={"Authorization": f"Bearer {keeper.text}"}
    )

    assert answer.status_code == 415


def test_the_doors_of_alerts_stay_as_they_were(world: World) -> None:
    answer = Client().post("/api/v1/alerts/alertmanager", json.dumps({}), "application/json")

    assert answer.status_code == 401
    assert "message" in answer.json()


def test_the_token_itself_is_in_no_row(world: World) -> None:
    made = issue(world.frank, READ)
    Program(made.text).get("people")

    row = ApiToken.objects.values().get()
    assert made.text not in str(row)
    assert row["hint"] == made.text[:8]
