"""What Nagios posts through our commands: states, recoveries, and notices that open nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.nagios import FIELDS, parse
from incidents.intake.signal import Noted, Post, Signal

SERVICE: dict[str, Any] = {
    "notificationtype": "PROBLEM",
    "hostname": "web-1",
    "servicedesc": "HTTP",
    "servicestate": "CRITICAL",
    "serviceoutput": "CRITICAL - Socket timeout after 10 seconds",
    "musterservice": "checkout",
    "timet": "1795271340",
    "actionurl": "https://nagios.example.com/",
}
HOST: dict[str, Any] = {
    "notificationtype": "PROBLEM",
    "hostname": "web-1",
    "hoststate": "DOWN",
    "hostoutput": "PING CRITICAL - Packet loss = 100%",
    "musterservice": "$_HOSTMUSTER_SERVICE$",
    "timet": "1795271340",
    "actionurl": "",
}
AT = datetime(2026, 11, 21, 14, 29, tzinfo=UTC)


def only(payload: dict[str, Any]) -> Signal:
    (alert,) = parse(Post(payload)).alerts
    assert isinstance(alert, Signal)
    return alert


def test_a_problem_of_a_service_is_read() -> None:
    assert only(SERVICE) == Signal(
        key="service:web-1:HTTP",
        name="HTTP on web-1 is CRITICAL",
        is_firing=True,
        summary="CRITICAL - Socket timeout after 10 seconds",
        service="checkout",
        severity=1,
        starts_at=AT,
        labels={"host": "web-1", "check": "HTTP", "state": "CRITICAL"},
        link="https://nagios.example.com/",
    )


def test_a_problem_of_a_host_is_read() -> None:
    assert only(HOST) == Signal(
        key="host:web-1",
        name="web-1 is DOWN",
        is_firing=True,
        summary="PING CRITICAL - Packet loss = 100%",
        severity=1,
        starts_at=AT,
        labels={"host": "web-1", "state": "DOWN"},
    )


@pytest.mark.parametrize(
    ("payload", "state"),
    [(SERVICE | {"servicestate": "OK"}, "OK"), (HOST | {"hoststate": "UP"}, "UP")],
)
def test_a_recovery_resolves(payload: dict[str, Any], state: str) -> None:
    alert = only(payload | {"notificationtype": "RECOVERY"})

    assert (alert.is_firing, alert.ends_at, alert.severity) == (False, AT, None)
    assert alert.labels["state"] == state
    assert alert.key in (only(SERVICE).key, only(HOST).key)


@pytest.mark.parametrize(
    ("state", "level"), [("WARNING", 3), ("UNKNOWN", 3), ("critical", 1), ("CRITICAL", 1)]
)
def test_the_state_sets_the_severity(state: str, level: int) -> None:
    assert only(SERVICE | {"servicestate": state}).severity == level


@pytest.mark.parametrize("said", ["Mon Nov 23", "", "1e999", "$TIMET$"])
def test_a_time_that_is_none_costs_no_alert(said: str) -> None:
    alert = only(SERVICE | {"timet": said})

    assert (alert.is_firing, alert.starts_at) == (True, None)


def test_names_are_read_in_the_forms_that_people_write() -> None:
    payload = {
        "NOTIFICATIONTYPE": "PROBLEM",
        "HOST_NAME": "web-1",
        "$SERVICEDESC$": "HTTP",
        "service.state": "WARNING",
    }

    assert only(payload).name == "HTTP on web-1 is WARNING"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACKNOWLEDGEMENT", "Somebody acknowledged HTTP on web-1 in the monitoring."),
        ("FLAPPINGSTART", "HTTP on web-1 changes its state too often."),
        ("DOWNTIMESTART", "Planned work on HTTP on web-1 has begun."),
        ("DOWNTIMEEND", "Planned work on HTTP on web-1 has ended."),
        ("CUSTOM", "Somebody sent a message about HTTP on web-1 by hand."),
    ],
)
def test_the_rest_is_noted(kind: str, sentence: str) -> None:
    (alert,) = parse(Post(SERVICE | {"notificationtype": kind})).alerts

    assert isinstance(alert, Noted)
    assert alert.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({}, "are needed"),
        (dict(FIELDS["host"]), "are needed"),
        (SERVICE | {"notificationtype": "PARTY"}, "none that Nagios sends"),
        (SERVICE | {"servicestate": "FINE"}, "The state must be"),
    ],
)
def test_what_is_none_is_refused(payload: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post(payload))
