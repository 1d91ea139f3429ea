"""What Zabbix posts through our media type: problems, recoveries, updates, and its own test."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.signal import Noted, Post, Signal
from incidents.intake.zabbix import MACROS, parse

PROBLEM: dict[str, Any] = {
    "event_id": "4711",
    "event_value": "1",
    "event_update_status": "0",
    "event_name": "High CPU utilization (over 90% for 5m)",
    "event_severity": "Warning",
    "event_opdata": "Current utilization: 97 %",
    "event_timestamp": "1795271340",
    "event_tags": '[{"tag":"service","value":"checkout"},{"tag":"urgent","value":""}]',
    "host_name": "web-1",
    "trigger_id": "16024",
    "trigger_name": "High CPU utilization",
    "trigger_url": "",
    "zabbix_url": "https://zabbix.example.com/",
}


def only(**changes: Any) -> Signal:
    (alert,) = parse(Post(PROBLEM | changes)).alerts
    assert isinstance(alert, Signal)
    return alert


@pytest.mark.parametrize(("value", "is_firing"), [("1", True), ("0", False), (1, True)])
def test_a_problem_opens_and_its_recovery_resolves(value: Any, *, is_firing: bool) -> None:
    assert only(event_value=value) == Signal(
        key="trigger:16024",
        name="High CPU utilization (over 90% for 5m)",
        is_firing=is_firing,
        summary="Current utilization: 97 %",
        service="checkout",
        severity=3,
        starts_at=datetime(2026, 11, 21, 14, 29, tzinfo=UTC),
        labels={"host": "web-1", "service": "checkout", "urgent": "yes"},
        link="https://zabbix.example.com/tr_events.php?triggerid=16024&eventid=4711",
    )


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        ("Disaster", 1),
        ("High", 2),
        ("Average", 3),
        ("Warning", 3),
        ("Information", 4),
        ("Not classified", None),
        ("5", 1),
        ("0", None),
        ("9", None),
        ("²", None),
    ],
)
def test_severity_is_a_word_or_a_number(severity: str, level: int | None) -> None:
    assert only(event_severity=severity).severity == level


def test_macros_that_were_not_filled_in_read_as_empty() -> None:
    alert = only(
        event_timestamp="{EVENT.TIMESTAMP}",
        event_opdata="*UNKNOWN*",
        event_tags="{EVENT.TAGSJSON}",
        trigger_id="{TRIGGER.ID}",
        zabbix_url="{$ZABBIX.URL}",
    )

    assert alert.key == "event:4711"
    assert (alert.starts_at, alert.summary, alert.service, alert.link) == (None, "", "", "")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("CPU of {HOST.NAME1} is {ITEM.LASTVALUE}", "CPU of … is …"),
        ("Load over {$LOAD.MAX} on db1", "Load over … on db1"),
        ("Disk {#FSNAME} is *UNKNOWN*", "Disk … is …"),
        ('Space of {EVENT.TAGS."mount point"}', "Space of …"),
        ("Queue {a} of {B}", "Queue {a} of {B}"),
    ],
)
def test_a_macro_inside_a_name_is_left_out(said: str, name: str) -> None:
    assert only(event_name=said).name == name


@pytest.mark.parametrize("said", ["10:22:01", "2026.11.23", "1e999"])
def test_a_time_that_is_none_costs_no_alert(said: str) -> None:
    assert only(event_timestamp=said).starts_at is None


def test_names_and_states_are_read_in_the_forms_that_people_write() -> None:
    payload = {
        "{TRIGGER.ID}": "16024",
        "EVENT_STATUS": "RESOLVED",
        "Event.Name": "High CPU utilization",
        "trigger_severity": "High",
    }

    (alert,) = parse(Post(payload)).alerts

    assert isinstance(alert, Signal)
    assert (alert.key, alert.is_firing, alert.severity) == (only().key, False, 2)


def test_tags_may_stand_without_quotes() -> None:
    tags = [{"tag": "service", "value": "checkout"}, {"tag": "urgent", "value": ""}]

    assert only(event_tags=tags) == only()


def test_the_trigger_may_have_a_link_of_its_own() -> None:
    assert only(trigger_url="https://wiki.example.com/cpu").link == "https://wiki.example.com/cpu"


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (PROBLEM | {"event_update_status": "1"}, "Somebody updated the problem in Zabbix."),
        (dict(MACROS), "Zabbix's own test arrived. It opens no incident."),
    ],
)
def test_updates_and_its_own_test_are_noted(payload: dict[str, Any], sentence: str) -> None:
    assert parse(Post(payload)).alerts == (Noted(sentence),)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [({}, "“event_id” is missing"), (PROBLEM | {"event_value": "2"}, "“event_value” must be")],
)
def test_what_is_none_is_refused(payload: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post(payload))
