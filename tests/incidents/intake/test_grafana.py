"""Grafana's documented payloads: a group, its end, its own test, the older rule, signatures."""

import copy
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.intake.grafana import is_signed, parse
from incidents.intake.kind import Signed
from incidents.intake.signal import Noted, Post, Signal

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
GROUP: dict[str, Any] = {
    "receiver": "My Super Webhook",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
            "annotations": {
                "description": "The system has high memory usage",
                "runbook_url": "https://myrunbook.com/runbook/1234",
                "summary": "This alert was triggered for zone us-1",
            },
            "startsAt": "2021-10-12T09:51:03.157076+02:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://play.grafana.org/alerting/1afz29v7z/edit",
            "fingerprint": "c6eadffa33fcdf37",
            "silenceURL": "https://play.grafana.org/alerting/silence/new?matchers=zone%3Dus-1",
            "dashboardURL": "",
            "panelURL": "",
            "values": {"B": 44.23943737541908, "C": 1},
        },
        {
            "status": "resolved",
            "labels": {"alertname": "High CPU usage", "team": "blue", "zone": "eu-1"},
            "annotations": {"summary": "This alert was triggered for zone eu-1"},
            "startsAt": "2021-10-12T09:56:03.157076+02:00",
            "endsAt": "2021-10-12T10:06:03+02:00",
            "generatorURL": "https://play.grafana.org/alerting/d1rdpdv7k/edit",
            "fingerprint": "bc97ff14869b13e3",
            "dashboardURL": "https://play.grafana.org/d/abc",
            "panelURL": "https://play.grafana.org/d/abc?viewPanel=1",
            "values": None,
        },
    ],
    "groupLabels": {},
    "commonLabels": {"team": "blue"},
    "commonAnnotations": {},
    "externalURL": "https://play.grafana.org/",
    "version": "1",
    "groupKey": "{}:{}",
    "truncatedAlerts": 0,
    "title": "[FIRING:1, RESOLVED:1]  (blue)",
    "state": "alerting",
    "message": "**Firing**",
}


def with_alert(**changes: Any) -> dict[str, Any]:
    whole = copy.deepcopy(GROUP)
    whole["alerts"] = [whole["alerts"][0] | changes]
    return whole


def test_a_group_is_read_alert_by_alert() -> None:
    parcel = parse(Post(GROUP))

    assert parcel.group_key == "{}:{}"
    assert parcel.title == "This alert was triggered for zone us-1"
    assert parcel.alerts == (
        Signal(
            key="c6eadffa33fcdf37",
            name="High memory usage",
            is_firing=True,
            summary="This alert was triggered for zone us-1",
            starts_at=datetime(2021, 10, 12, 7, 51, 3, 157076, tzinfo=UTC),
            labels={
                "alertname": "High memory usage",
                "team": "blue",
                "zone": "us-1",
                "value B": "44.23943737541908",
                "value C": "1",
                "silence": "https://play.grafana.org/alerting/silence/new?matchers=zone%3Dus-1",
            },
            link="https://play.grafana.org/alerting/1afz29v7z/edit",
        ),
        Signal(
            key="bc97ff14869b13e3",
            name="High CPU usage",
            is_firing=False,
            summary="This alert was triggered for zone eu-1",
            starts_at=datetime(2021, 10, 12, 7, 56, 3, 157076, tzinfo=UTC),
            ends_at=datetime(2021, 10, 12, 8, 6, 3, tzinfo=UTC),
            labels={"alertname": "High CPU usage", "team": "blue", "zone": "eu-1"},
            link="https://play.grafana.org/d/abc?viewPanel=1",
        ),
    )


def test_its_own_test_is_noted() -> None:
    labels = {"alertname": "TestAlert", "instance": "Grafana"}

    (alert,) = parse(Post(with_alert(labels=labels))).alerts

    assert alert == Noted("Grafana's own test arrived. It opens no incident.")


def test_alerts_that_were_left_out_are_said() -> None:
    assert parse(Post(GROUP | {"truncatedAlerts": 3})).alerts[-1] == Noted(
        "3 more alerts were left out. Set “Max alerts” higher."
    )


def test_no_data_names_the_rule() -> None:
    labels = {"alertname": "DatasourceNoData", "rulename": "Orders per minute"}

    (alert,) = parse(Post(with_alert(labels=labels))).alerts

    assert isinstance(alert, Signal)
    assert alert.name == "Orders per minute: no data"


def test_no_data_is_not_called_by_what_it_would_have_measured() -> None:
    labels = {"alertname": "DatasourceError", "rulename": "Orders per minute"}

    assert parse(Post(with_alert(labels=labels))).title == "Orders per minute: cannot be measured"


@pytest.mark.parametrize("unfilled", ["[no value]", "<no value>", ""])
def test_a_summary_that_was_not_filled_in_is_no_title(unfilled: str) -> None:
    payload = with_alert(annotations={"summary": unfilled})

    parcel = parse(Post(payload | {"commonAnnotations": {"summary": unfilled}}))

    assert parcel.title == "High memory usage"


def test_the_older_test_is_noted() -> None:
    payload = {
        "evalMatches": [{"value": 100, "metric": "High value", "tags": None}],
        "message": "Someone is testing the alert notification within Grafana.",
        "ruleId": 2938472398472,
        "ruleName": "Test notification",
        "state": "alerting",
        "tags": {},
        "title": "[Alerting] Test notification",
    }

    assert parse(Post(payload)).alerts == (
        Noted("Grafana's own test arrived. It opens no incident."),
    )


@pytest.mark.parametrize(("state", "is_firing"), [("alerting", True), ("ok", False)])
def test_the_older_payload_of_one_rule_is_read(state: str, *, is_firing: bool) -> None:
    payload = {
        "dashboardId": 1,
        "evalMatches": [{"value": 1, "metric": "Count", "tags": {}}],
        "message": "Notification Message",
        "orgId": 1,
        "panelId": 2,
        "ruleId": 1,
        "ruleName": "Panel Title alert",
        "ruleUrl": "http://localhost:3000/d/hZ7BuVbWz/test-dashboard?tab=alert",
        "state": state,
        "tags": {"service": "checkout", "severity": "critical"},
        "title": "[Alerting] Panel Title alert",
    }

    parcel = parse(Post(payload))

    assert parcel.alerts == (
        Signal(
            key="rule:1",
            name="Panel Title alert",
            is_firing=is_firing,
            summary="Notification Message",
            service="checkout",
            severity=1,
            labels={"service": "checkout", "severity": "critical"},
            link="http://localhost:3000/d/hZ7BuVbWz/test-dashboard?tab=alert",
        ),
    )
    assert parcel.group_key == "rule:1"


def signature(text: str) -> str:
    return hmac.new(b"s3cret", text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("headers", "is_right"),
    [
        pytest.param({"x-grafana-alerting-signature": signature("{}")}, True, id="body"),
        pytest.param({"x-grafana-alerting-signature": signature("[]")}, False, id="other body"),
        pytest.param({}, False, id="none"),
        pytest.param(
            {
                "x-grafana-alerting-signature": signature(f"{STAMP}:{{}}"),
                "x-grafana-alerting-signature-timestamp": STAMP,
            },
            True,
            id="with its time",
        ),
        pytest.param(
            {
                "x-grafana-alerting-signature": signature("{}"),
                "x-grafana-alerting-signature-timestamp": STAMP,
            },
            False,
            id="time not signed",
        ),
    ],
)
def test_signatures(headers: dict[str, str], *, is_right: bool) -> None:
    assert is_signed(Signed(b"{}", headers, "s3cret", NOW)) == is_right


def test_an_old_signature_is_a_replay() -> None:
    headers = {
        "x-grafana-alerting-signature": signature(f"{STAMP}:{{}}"),
        "x-grafana-alerting-signature-timestamp": STAMP,
    }

    assert is_signed(Signed(b"{}", headers, "s3cret", NOW + timedelta(minutes=5)))
    assert not is_signed(Signed(b"{}", headers, "s3cret", NOW + timedelta(minutes=5, seconds=1)))
