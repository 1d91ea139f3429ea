"""Sentry's documented webhooks: issue alerts, metric alerts, issues, and what opens nothing."""

import copy
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.kind import Signed
from incidents.intake.sentry import is_signed, parse
from incidents.intake.signal import Noted, Post, Signal

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "action": "triggered",
    "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
    "data": {
        "event": {
            "_ref": 1,
            "contexts": {"os": {"name": "Mac OS X", "type": "os", "version": "10.14.0"}},
            "culprit": "?(<anonymous>)",
            "datetime": "2019-08-19T21:06:17.677000Z",
            "event_id": "e4874d664c3540c1a32eab185f12c5ab",
            "issue_id": "1170820242",
            "issue_url": "https://sentry.io/api/0/issues/1170820242/",
            "level": "error",
            "platform": "javascript",
            "project": 1,
            "tags": [["browser", "Chrome 75.0.3770"], ["handled", "no"], ["level", "error"]],
            "timestamp": 1566248777.677,
            "title": "ReferenceError: heck is not defined",
            "type": "error",
            "url": "https://sentry.io/api/0/projects/test-org/front-end/events/e4874d664c3540c1/",
            "web_url": "https://sentry.io/organizations/test-org/issues/1170820242/",
        },
        "triggered_rule": "Very Important Alert Rule!",
    },
    "installation": {"uuid": "24b397fc-a86e-43ef-9297-949e21b82480"},
}
METRIC: dict[str, Any] = {
    "action": "resolved",
    "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
    "data": {
        "description_text": "1000 events in the last 10 minutes\\nFilter: level:error",
        "description_title": "Resolved: Too many errors",
        "metric_alert": {
            "alert_rule": {
                "aggregate": "count()",
                "environment": None,
                "id": "7",
                "name": "Too many errors",
                "projects": ["bar"],
                "query": "level:error",
                "triggers": [],
            },
            "date_closed": None,
            "date_created": "2020-09-13T12:26:40.000000Z",
            "date_started": "2020-09-13T12:26:40.000000Z",
            "id": "4",
            "identifier": "1",
            "projects": ["bar"],
            "status": 2,
            "title": "Sacred Marmot",
        },
        "web_url": "https://sentry.io/organizations/baz/alerts/1/",
    },
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
}
ISSUE: dict[str, Any] = {
    "action": "created",
    "installation": {"uuid": "24b397fc-a86e-43ef-9297-949e21b82480"},
    "data": {
        "issue": {
            "web_url": "https://example-org.sentry.io/issues/1170820242/",
            "id": "1170820242",
            "shareId": None,
            "shortId": "PYTHON-Y",
            "title": "Error generated",
            "culprit": "test-transaction",
            "level": "fatal",
            "status": "unresolved",
            "statusDetails": {},
            "platform": "javascript",
            "project": {"id": "112313123123134", "name": "Python", "slug": "python"},
            "firstSeen": "2025-11-10T20:56:00.679000+00:00",
        }
    },
    "actor": {"type": "application", "id": "example-app", "name": "Example App"},
}


def only(payload: dict[str, Any], resource: str = "") -> Signal:
    headers = {"sentry-hook-resource": resource} if resource else {}
    (alert,) = parse(Post(payload, headers)).alerts
    assert isinstance(alert, Signal)
    return alert


@pytest.mark.parametrize("resource", ["event_alert", ""])
def test_an_issue_alert_is_read(resource: str) -> None:
    assert only(EVENT, resource) == Signal(
        key="issue:1170820242",
        name="ReferenceError: heck is not defined",
        is_firing=True,
        summary="?(<anonymous>)",
        service="front-end",
        severity=2,
        starts_at=datetime(2019, 8, 19, 21, 6, 17, 677000, tzinfo=UTC),
        labels={
            "browser": "Chrome 75.0.3770",
            "handled": "no",
            "level": "error",
            "rule": "Very Important Alert Rule!",
        },
        link="https://sentry.io/organizations/test-org/issues/1170820242/",
    )


def test_the_tag_service_routes() -> None:
    payload = copy.deepcopy(EVENT)
    payload["data"]["event"]["tags"].append(["service", "checkout"])

    assert only(payload).service == "checkout"


@pytest.mark.parametrize(
    ("action", "is_firing", "severity"),
    [("critical", True, 1), ("warning", True, 3), ("resolved", False, None)],
)
def test_a_metric_alert_is_read(action: str, severity: int | None, *, is_firing: bool) -> None:
    assert only(METRIC | {"action": action}, "metric_alert") == Signal(
        key="metric:7",
        name="Too many errors",
        is_firing=is_firing,
        summary="1000 events in the last 10 minutes\\nFilter: level:error",
        service="bar",
        severity=severity,
        starts_at=datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC),
        labels={"aggregate": "count()", "query": "level:error"},
        link="https://sentry.io/organizations/baz/alerts/1/",
    )


@pytest.mark.parametrize(
    ("action", "is_firing"),
    [("created", True), ("unresolved", True), ("resolved", False), ("archived", False)],
)
def test_an_issue_has_the_key_of_its_alert(action: str, *, is_firing: bool) -> None:
    assert only(ISSUE | {"action": action}, "issue") == Signal(
        key=only(EVENT).key,
        name="Error generated",
        is_firing=is_firing,
        summary="test-transaction",
        service="python",
        severity=1,
        starts_at=datetime(2025, 11, 10, 20, 56, 0, 679000, tzinfo=UTC),
        labels={
            "project": "python",
            "issue": "PYTHON-Y",
            "platform": "javascript",
            "status": "unresolved",
        },
        link="https://example-org.sentry.io/issues/1170820242/",
    )


PLUGIN: dict[str, Any] = {
    "id": "1170820242",
    "project": "front-end",
    "project_name": "Front end",
    "project_slug": "front-end",
    "logger": None,
    "level": "error",
    "culprit": "runner in main",
    "message": "This is an example exception",
    "url": "https://sentry.io/test-org/front-end/issues/1170820242/?referrer=webhooks_plugin",
    "triggering_rules": ["Checkout breaks"],
    "event": {
        "event_id": "0476467adf8f499ea795a48fcc4bf290",
        "title": "ReferenceError: heck is not defined",
        "tags": [["level", "error"], ["server_name", "web01"]],
        "timestamp": 1566248777.677,
    },
}


def test_the_older_plugin_tells_of_the_same_issue() -> None:
    assert only(PLUGIN) == Signal(
        key=only(EVENT).key,
        name="ReferenceError: heck is not defined",
        is_firing=True,
        summary="runner in main",
        service="front-end",
        severity=2,
        starts_at=datetime(2019, 8, 19, 21, 6, 17, 677000, tzinfo=UTC),
        labels={"level": "error", "server_name": "web01", "rule": "Checkout breaks"},
        link="https://sentry.io/test-org/front-end/issues/1170820242/?referrer=webhooks_plugin",
    )
    without = {name: said for name, said in PLUGIN.items() if name != "event"}
    assert only(without).name == "This is an example exception"


@pytest.mark.parametrize(
    ("payload", "resource", "sentence"),
    [
        (ISSUE | {"action": "assigned"}, "issue", "Sentry's “issue assigned” opens no incident."),
        (
            {"action": "created", "data": {"installation": {}}},
            "installation",
            "Sentry's “installation created” opens no incident.",
        ),
        (
            {"action": "created", "data": {"comment": "x"}},
            "comment",
            "Sentry's “comment created” opens no incident.",
        ),
    ],
)
def test_the_rest_is_noted(payload: dict[str, Any], resource: str, sentence: str) -> None:
    headers = {"sentry-hook-resource": resource}

    assert parse(Post(payload, headers)).alerts == (Noted(sentence),)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({}, "no webhook"),
        ({"data": []}, "must be an object"),
        (PLUGIN | {"id": None, "event": {}}, "“id” of the issue"),
        (METRIC | {"action": "odd"}, "“action” must be"),
        ({"action": "created", "data": {"issue": {}}}, "“id” of the issue"),
    ],
)
def test_what_is_none_is_refused(payload: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post(payload))


def test_the_client_secret_signs() -> None:
    right = hmac.new(b"s3cret", b'{"a":1}', hashlib.sha256).hexdigest()
    headers = {"sentry-hook-signature": right}

    assert is_signed(Signed(b'{"a":1}', headers, "s3cret", NOW))
    assert not is_signed(Signed(b'{"a":2}', headers, "s3cret", NOW))
    assert not is_signed(Signed(b'{"a":1}', headers, "other", NOW))
