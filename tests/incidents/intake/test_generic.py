"""Our own JSON: one alert, several, and changes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.fields import digest
from incidents.intake.generic import parse
from incidents.intake.signal import Made, Parcel, Post, Rejected, Signal

AT = datetime(2026, 11, 21, 14, 29, tzinfo=UTC)


def only(**payload: Any) -> Signal:
    (alert,) = parse(Post(payload)).alerts
    assert isinstance(alert, Signal)
    return alert


def test_one_alert_with_every_word() -> None:
    parcel = parse(
        Post(
            {
                "title": "Card payments fail",
                "summary": "About 1 in 5",
                "service": "payments",
                "severity": "critical",
                "key": "card-errors",
                "group": "cards",
                "status": "firing",
                "labels": {"region": "eu"},
                "link": "https://dashboards.example.com/payments",
                "starts_at": "2026-11-21T15:29:00+01:00",
            }
        )
    )

    assert parcel == Parcel(
        "cards",
        "Card payments fail",
        (
            Signal(
                key="card-errors",
                name="Card payments fail",
                is_firing=True,
                summary="About 1 in 5",
                service="payments",
                severity=1,
                starts_at=AT,
                labels={"region": "eu"},
                link="https://dashboards.example.com/payments",
                group_key="cards",
            ),
        ),
    )


def test_a_title_is_enough_and_its_key_is_derived() -> None:
    alert = only(title="Disk full", service="db")

    assert alert.is_firing
    assert alert.key == digest({"title": "Disk full", "service": "db"})
    assert alert.key == only(title="Disk full", service="db", status="resolved").key
    assert alert.key != only(title="Disk full", service="web").key


@pytest.mark.parametrize(
    ("payload", "is_firing"),
    [
        ({}, True),
        ({"status": "FIRING"}, True),
        ({"status": "open"}, True),
        ({"status": "resolved"}, False),
        ({"status": "ok"}, False),
    ],
)
def test_status_is_read_in_common_words(payload: dict[str, Any], *, is_firing: bool) -> None:
    assert only(title="A", **payload).is_firing == is_firing


@pytest.mark.parametrize(
    ("severity", "level"), [(1, 1), ("4", 4), (5, None), ("Medium", 3), (None, None), ("odd", None)]
)
def test_severity_is_a_word_or_a_level(severity: Any, level: int | None) -> None:
    assert only(title="A", severity=severity).severity == level


def test_a_number_is_a_key_and_a_long_key_is_shortened() -> None:
    assert only(title="A", key=4711).key == "4711"
    assert len(only(title="A", key="x" * 100).key) == 64


def test_the_end_counts_only_when_it_has_ended() -> None:
    assert only(title="A", ends_at=1795271340).ends_at is None
    assert only(title="A", ends_at=1795271340, status="resolved").ends_at == AT


def test_several_alerts_are_apart_unless_they_name_a_group() -> None:
    parcel = parse(
        Post(
            {
                "alerts": [
                    {"title": "A", "key": "a"},
                    {"title": "B", "key": "b", "group": "g"},
                    {"summary": "no title"},
                    {"title": "C", "key": "c", "group": "g"},
                ]
            }
        )
    )

    groups = [alert.group_key for alert in parcel.alerts if isinstance(alert, Signal)]
    assert groups == ["a", "g", "g"]
    assert parcel.alerts[2] == Rejected("An alert needs a “title”.")


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        pytest.param({"title": "None", "summary": "The disk is full"}, "The disk is full", id="N"),
        pytest.param({"title": "{{ x }}", "name": "Disk"}, "Disk", id="the next name"),
        pytest.param({"title": "null", "message": "One\ntwo"}, "One two", id="one line"),
        pytest.param({"title": "[object Object]"}, "[object Object]", id="nothing better"),
    ],
)
def test_a_title_that_was_not_filled_in_costs_no_alert(payload: dict[str, Any], name: str) -> None:
    (alert,) = parse(Post(payload)).alerts

    assert isinstance(alert, Signal)
    assert alert.name == name


def test_changes_are_made_and_bad_ones_are_rejected() -> None:
    parcel = parse(
        Post(
            {
                "changes": [
                    {
                        "key": "deploy-412",
                        "title": "Payments 4.12 is live",
                        "kind": "deploy",
                        "service": "payments",
                        "link": "https://ci.example.com/412",
                        "made_at": "2026-11-21T14:29:00Z",
                        "made_by": "Jonas Weber",
                    },
                    {"title": "Dark mode is on", "kind": "switch"},
                    {"title": "x", "kind": "party"},
                ],
                "alerts": [{"title": "A", "key": "a"}],
            }
        )
    )

    assert parcel.changes == (
        Made(
            key="deploy-412",
            title="Payments 4.12 is live",
            service="payments",
            link="https://ci.example.com/412",
            made_at=AT,
            made_by="Jonas Weber",
        ),
        Made(
            key=digest({"title": "Dark mode is on", "service": "", "made_at": ""}),
            title="Dark mode is on",
            kind="switch",
        ),
    )
    assert isinstance(parcel.alerts[0], Signal)
    assert isinstance(parcel.alerts[1], Rejected)


@pytest.mark.parametrize(
    ("payload", "status", "sentence"),
    [
        pytest.param({}, 400, "needs a “title”", id="nothing"),
        pytest.param({"title": "\u200b"}, 400, "needs a “title”", id="nothing that is seen"),
        pytest.param({"title": "A", "status": "maybe"}, 400, "“status” must be", id="status"),
        pytest.param({"title": "A", "labels": {"a": 1}}, 400, "only text", id="labels"),
        pytest.param({"title": "A", "starts_at": "soon"}, 400, "not a time", id="time"),
        pytest.param({"alerts": []}, 400, "empty", id="no alerts"),
        pytest.param({"changes": {}}, 400, "not a list", id="changes of a wrong type"),
        pytest.param({"alerts": [{}] * 1001}, 413, "Send fewer", id="too many"),
    ],
)
def test_what_is_none_is_refused(payload: dict[str, Any], status: int, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        parse(Post(payload))

    assert refused.value.status == status
