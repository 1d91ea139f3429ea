"""What other systems are told, whom we tell, and when we try again."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.enums import IncidentEvent
from incidents.logic.webhook_events import (
    BACK_OFF,
    Subject,
    Wanted,
    is_taken,
    next_try,
    payload,
    wants,
)

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
OPENED = IncidentEvent.OPENED.value


def test_the_payload_names_the_event_its_instant_and_the_facts() -> None:
    subject = Subject("INC-7", "Cards fail", 1, "detected", "https://m.example/", NOW, "Payments")

    said = payload(OPENED, subject, at=NOW)

    assert (said["type"], said["timestamp"]) == ("incident.opened", "2026-11-21T03:00:00+00:00")
    assert said["data"]["reference"] == "INC-7"
    assert said["data"]["service"] == "Payments"
    assert said["data"]["acknowledged_at"] is None
    assert "update" not in said["data"]


def test_an_update_carries_its_words() -> None:
    subject = Subject("INC-7", "Cards fail", 1, "detected", "https://m.example/", NOW)

    said = payload("incident.updated", subject, at=NOW, update={"impact": "Cards fail."})

    assert said["data"]["update"] == {"impact": "Cards fail."}
    assert said["data"]["service"] is None


@pytest.mark.parametrize(
    ("severity", "services", "event", "is_told"),
    [
        pytest.param(2, {5}, OPENED, True, id="as severe as asked"),
        pytest.param(1, {5, 6}, OPENED, True, id="worse, and one of two services"),
        pytest.param(3, {5}, OPENED, False, id="less severe"),
        pytest.param(1, {6}, OPENED, False, id="another service"),
        pytest.param(1, set(), OPENED, False, id="no service"),
        pytest.param(1, {5}, "incident.resolved", False, id="another event"),
    ],
)
def test_an_endpoint_hears_what_it_asked_for(
    severity: int, services: set[int], event: str, is_told: bool
) -> None:
    asked = Wanted(1, [OPENED], severity_from=2, service_ids=[5])

    assert wants(asked, event, severity=severity, service_ids=services) is is_told


def test_without_services_it_hears_of_all_and_of_incidents_without_one() -> None:
    asked = Wanted(1, [OPENED], severity_from=4)

    assert wants(asked, OPENED, severity=4, service_ids=set())


def test_it_is_tried_quickly_first_then_for_about_three_days_then_given_up() -> None:
    waits = []
    for attempts in range(1, len(BACK_OFF) + 1):
        at = next_try(attempts, now=NOW, jitter=0)
        assert at is not None
        waits.append(at - NOW)

    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
    assert next_try(len(BACK_OFF) + 1, now=NOW, jitter=0) is None


def test_jitter_takes_up_to_half_away_and_the_hosts_word_counts_when_longer() -> None:
    assert next_try(2, now=NOW, jitter=1) == NOW + timedelta(minutes=2, seconds=30)
    assert next_try(2, now=NOW, jitter=0, retry_after=60) == NOW + timedelta(minutes=5)
    assert next_try(2, now=NOW, jitter=0, retry_after=3600) == NOW + timedelta(hours=1)
    assert next_try(2, now=NOW, jitter=0, retry_after=999_999) == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (204, True), (301, False), (500, False)]
)
def test_only_a_2xx_means_that_it_has_the_event(status: int, taken: bool) -> None:
    assert is_taken(status) is taken
