"""Datadog's variables in our template, every transition, and its default payload."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.datadog import parse
from incidents.intake.signal import Noted, Post, Signal

FIRING: dict[str, Any] = {
    "id": "2246813579",
    "date": "1406662672000",
    "link": "https://app.datadoghq.com/event/jump_to?event_id=123456",
    "alert_id": "1234",
    "aggreg_key": "9bd4ac313a4d1e8fae2482df7b77628",
    "alert_transition": "Triggered",
    "alert_type": "error",
    "alert_priority": "P1",
    "alert_title": "The CPU is busy",
    "event_title": "[Triggered on {host:web-1}] The CPU is busy",
    "text_only_msg": "system.load.1 over host:web-1 was > 0.",
    "alert_scope": "availability-zone:us-east-1a, role:computing-node",
    "hostname": "web-1",
    "tags": "monitor,env:prod,service:checkout",
}


def only(**changes: Any) -> Signal:
    (alert,) = parse(Post(FIRING | changes)).alerts
    assert isinstance(alert, Signal)
    return alert


def test_our_template_is_read() -> None:
    parcel = parse(Post(FIRING))

    assert parcel.group_key == "monitor:1234:checkout"
    assert parcel.alerts == (
        Signal(
            key="9bd4ac313a4d1e8fae2482df7b77628",
            name="The CPU is busy",
            is_firing=True,
            summary="system.load.1 over host:web-1 was > 0.",
            service="checkout",
            severity=1,
            starts_at=datetime(2014, 7, 29, 19, 37, 52, tzinfo=UTC),
            labels={
                "monitor": "yes",
                "env": "prod",
                "service": "checkout",
                "availability-zone": "us-east-1a",
                "role": "computing-node",
                "host": "web-1",
            },
            link="https://app.datadoghq.com/event/jump_to?event_id=123456",
            group_key="monitor:1234:checkout",
        ),
    )


@pytest.mark.parametrize(
    ("transition", "is_firing", "severity"),
    [
        ("Triggered", True, 1),
        ("Re-Triggered", True, 1),
        ("Renotify", True, 1),
        ("Warn", True, 3),
        ("Re-Warn", True, 3),
        ("No Data", True, 3),
        ("Re-No Data", True, 3),
        ("Recovered", False, 1),
    ],
)
def test_each_transition_keeps_the_key(transition: str, severity: int, *, is_firing: bool) -> None:
    alert = only(alert_transition=transition)

    assert (alert.is_firing, alert.severity, alert.key) == (is_firing, severity, only().key)
    assert (alert.ends_at is None) == is_firing


@pytest.mark.parametrize(
    ("priority", "kind", "level"),
    [
        ("P2", "error", 2),
        ("P5", "error", 4),
        ("$ALERT_PRIORITY", "error", 2),
        ("", "warning", 3),
        ("", "success", None),
    ],
)
def test_the_priority_counts_before_the_type(priority: str, kind: str, level: int | None) -> None:
    assert only(alert_priority=priority, alert_type=kind).severity == level


@pytest.mark.parametrize(
    ("title", "name", "is_firing"),
    [
        ("[Triggered] Disk is full", "Disk is full", True),
        ("[Triggered on {host:db1}] Disk is full", "Disk is full", True),
        ("[Recovered on {host:db1}] Disk is full", "Disk is full", False),
        ("[No data] Disk is full", "Disk is full", True),
    ],
)
def test_the_default_payload_is_read_by_its_title(
    title: str, name: str, *, is_firing: bool
) -> None:
    payload = {
        "id": "1",
        "last_updated": "1406662672000",
        "event_type": "metric_alert_monitor",
        "title": title,
        "date": "1406662672000",
        "org": {"id": "11023", "name": "Datadog"},
        "body": "%%% the disk %%%",
    }

    (alert,) = parse(Post(payload)).alerts

    assert isinstance(alert, Signal)
    assert (alert.name, alert.is_firing, alert.summary) == (name, is_firing, "the disk")


def default(title: str, **changes: Any) -> Any:
    payload = {"id": "1", "event_type": "metric_alert_monitor", "title": title, "body": "x"}
    (alert,) = parse(Post(payload | changes)).alerts
    return alert


@pytest.mark.parametrize(
    ("title", "name", "severity", "is_firing"),
    [
        ("[P1] [Triggered on {host:db1}] Disk is full", "Disk is full", 1, True),
        ("[P1] [Recovered on {host:db1}] Disk is full", "Disk is full", 1, False),
        ("[P2] [Warn on {host:db1}] Disk is full", "Disk is full", 3, True),
        ("[Re-Triggered on {host:db1}] [EU] Disk is full", "[EU] Disk is full", None, True),
        ("[Monitor Alert] Triggered: Disk is full", "Disk is full", None, True),
        ("[Monitor Alert] Recovered: Disk is full", "Disk is full", None, False),
        ("[Triggered] [TEST] Disk is full", "[TEST] Disk is full", None, True),
    ],
)
def test_all_marks_before_a_title_are_read(
    title: str, name: str, severity: int | None, *, is_firing: bool
) -> None:
    alert = default(title)

    assert (alert.name, alert.severity, alert.is_firing) == (name, severity, is_firing)


def test_two_hosts_of_the_default_payload_are_two_alerts_of_one_incident() -> None:
    first, second, first_over = (
        default(f"[{state} on {{host:{host}}}] Disk is full")
        for state, host in (("Triggered", "a"), ("Triggered", "b"), ("Recovered", "a"))
    )

    assert first.key == first_over.key != second.key
    assert first.group_key == second.group_key == "monitor:Disk is full"
    assert first.labels == {"host": "a"}


@pytest.mark.parametrize(
    "changes",
    [
        {"event_title": "[TEST] [Triggered on {host:db1}] Disk is full"},
        {"alert_title": "", "event_title": "[TEST] [Triggered] Disk is full"},
        {"alert_title": "[TEST] [P1] [Triggered] Disk is full"},
    ],
)
def test_its_own_test_is_noted(changes: dict[str, str]) -> None:
    (alert,) = parse(Post(FIRING | changes)).alerts

    assert alert == Noted("Datadog's own test arrived. It opens no incident.")


def test_a_monitor_that_people_call_a_test_is_an_alert() -> None:
    assert only(alert_title="[TEST] Disk is full").name == "[TEST] Disk is full"


def test_a_message_is_shown_without_its_receivers() -> None:
    message = "%%%\nDisk of a@b.example is full @webhook-muster @slack-ops\n%%%"

    assert only(text_only_msg=message).summary == "Disk of a@b.example is full"


def test_tags_may_come_as_a_list() -> None:
    tags = ["monitor", "env:prod", "service:checkout", 7, None, "a\0b"]

    assert only(tags=tags).labels["service"] == "checkout"


@pytest.mark.parametrize("said", ["yesterday", "2014-07-29T19:37:52Z", 10**18, [], "1e999"])
def test_a_date_that_is_none_costs_no_alert(said: Any) -> None:
    assert only(date=said).name == "The CPU is busy"


def test_variables_that_were_not_filled_in_read_as_empty() -> None:
    alert = only(alert_id="$ALERT_ID", aggreg_key="$AGGREG_KEY", hostname="$HOSTNAME", date="")

    assert len(alert.key) == 64
    assert alert.group_key == ""
    assert alert.starts_at is None
    assert "host" not in alert.labels


def test_names_are_read_in_the_forms_that_people_write() -> None:
    payload = {f"${name.upper()}": value for name, value in FIRING.items()}

    assert parse(Post(payload)) == parse(Post(FIRING))


def test_an_event_that_is_no_alert_is_noted() -> None:
    payload = {"event_title": "A comment", "alert_transition": "", "alert_type": "info"}

    assert parse(Post(payload)).alerts == (Noted("“A comment” is no alert. It opens no incident."),)


def test_what_is_none_is_refused() -> None:
    with pytest.raises(Unreadable, match="event_title"):
        parse(Post({"alert_id": "1"}))
