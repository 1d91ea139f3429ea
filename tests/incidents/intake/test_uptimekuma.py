"""Uptime Kuma's notifications: down, up, what opens nothing, and what ends soon."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.signal import Noted, Post, Signal
from incidents.intake.uptimekuma import parse

BEAT: dict[str, Any] = {
    "heartbeat": {
        "monitorID": 7,
        "status": 0,
        "time": "2026-11-21 14:29:00.123",
        "msg": "connect ECONNREFUSED 10.0.0.7:443",
        "important": True,
        "duration": 60,
        "retries": 0,
        "timezone": "Europe/Berlin",
        "timezoneOffset": "+01:00",
        "localDateTime": "2026-11-21 15:29:00",
    },
    "monitor": {
        "id": 7,
        "name": "Checkout",
        "description": None,
        "pathName": "Shop / Checkout",
        "url": "https://shop.example.com/checkout",
        "hostname": None,
        "port": None,
        "type": "http",
        "interval": 60,
        "tags": [
            {"tag_id": 1, "name": "service", "value": "payments", "color": "#fff"},
            {"tag_id": 2, "name": "eu", "value": ""},
        ],
    },
    "msg": "[Checkout] [🔴 Down] connect ECONNREFUSED 10.0.0.7:443",
}


def with_status(status: Any) -> dict[str, Any]:
    whole = copy.deepcopy(BEAT)
    whole["heartbeat"]["status"] = status
    return whole


@pytest.mark.parametrize(("status", "is_firing"), [(0, True), (1, False)])
def test_down_opens_and_up_resolves(status: int, *, is_firing: bool) -> None:
    parcel = parse(Post(with_status(status)))

    at = datetime(2026, 11, 21, 14, 29, 0, 123000, tzinfo=UTC)
    assert parcel.group_key == "monitor:7"
    assert parcel.alerts == (
        Signal(
            key="monitor:7",
            name="Checkout is down" if is_firing else "Checkout is up",
            is_firing=is_firing,
            summary="connect ECONNREFUSED 10.0.0.7:443",
            service="payments",
            starts_at=at if is_firing else None,
            ends_at=None if is_firing else at,
            labels={"service": "payments", "eu": "yes", "type": "http"},
            link="https://shop.example.com/checkout",
        ),
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(2, "“Checkout” is being tried again."), (3, "“Checkout” is in maintenance.")],
)
def test_pending_and_maintenance_are_noted(status: int, sentence: str) -> None:
    assert parse(Post(with_status(status))).alerts == (Noted(sentence),)


@pytest.mark.parametrize(
    "message", ["My Webhook Alert (1) Testing", "Certificates that expire Testing"]
)
def test_its_own_test_is_noted(message: str) -> None:
    payload = {"heartbeat": None, "monitor": None, "msg": message}

    assert parse(Post(payload)).alerts == (
        Noted("Uptime Kuma's own test arrived. It opens no incident."),
    )


def test_a_certificate_that_ends_soon_is_one_alert_however_many_days_are_left() -> None:
    text = "[Checkout][https://shop.example.com] server certificate *.example.com will expire in {}"

    first, second = (
        parse(Post({"heartbeat": None, "monitor": None, "msg": text.format(f"{days} days")}))
        for days in (21, 14)
    )

    (alert,) = first.alerts
    assert isinstance(alert, Signal)
    assert (alert.is_firing, alert.severity) == (True, 3)
    assert first.group_key == second.group_key == alert.key


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({}, "“msg” is missing"),
        (with_status(None), "must be a number from 0 to 3"),
        (with_status(4), "must be a number from 0 to 3"),
        (with_status(0.5), "must be a number from 0 to 3"),
        ({"heartbeat": {"status": 0}}, "“monitor” is missing"),
    ],
)
def test_what_is_none_is_refused(payload: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post(payload))
