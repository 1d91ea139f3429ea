"""What Alertmanager really sends, and what it never should."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.alertmanager import parse
from incidents.intake.body import Unreadable
from incidents.intake.signal import Noted, Post, Rejected, Signal

FIRING: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="CardErrorsHigh"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "muster",
    "groupLabels": {"alertname": "CardErrorsHigh"},
    "commonLabels": {"alertname": "CardErrorsHigh", "service": "payments", "severity": "critical"},
    "commonAnnotations": {"summary": "Card payments fail in the EU"},
    "externalURL": "http://alertmanager:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {
                "alertname": "CardErrorsHigh",
                "service": "payments",
                "severity": "critical",
                "region": "eu",
            },
            "annotations": {"summary": "Card payments fail in the EU"},
            "startsAt": "2026-11-21T02:13:04.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus:9090/graph?g0.expr=card_errors",
            "fingerprint": "c4b6f3a1d0e5a7b2",
        }
    ],
}


def payload(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(FIRING) | changes


def with_alert(**changes: Any) -> dict[str, Any]:
    whole = payload()
    whole["alerts"][0] |= changes
    return whole


def only(whole: dict[str, Any]) -> Signal:
    (alert,) = parse(Post(whole)).alerts
    assert isinstance(alert, Signal)
    return alert


def test_parse_reads_a_firing_notification() -> None:
    parcel = parse(Post(payload()))

    assert parcel.group_key == '{}:{alertname="CardErrorsHigh"}'
    assert parcel.title == "Card payments fail in the EU"
    assert parcel.alerts == (
        Signal(
            key="c4b6f3a1d0e5a7b2",
            name="CardErrorsHigh",
            is_firing=True,
            summary="Card payments fail in the EU",
            service="payments",
            severity=1,
            starts_at=datetime(2026, 11, 21, 2, 13, 4, 123456, tzinfo=UTC),
            labels=FIRING["alerts"][0]["labels"],
            link="http://prometheus:9090/graph?g0.expr=card_errors",
        ),
    )


def test_parse_reads_a_resolved_alert_with_its_end() -> None:
    alert = only(with_alert(status="resolved", endsAt="2026-11-21T03:00:00+01:00"))

    assert not alert.is_firing
    assert alert.ends_at == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_parse_needs_only_alerts_with_labels() -> None:
    parcel = parse(Post({"alerts": [{"labels": {"alertname": "DiskFull"}}]}))

    (alert,) = parcel.alerts
    assert isinstance(alert, Signal)
    assert alert.is_firing
    assert parcel.title == "DiskFull"
    assert parcel.group_key == alert.key


def test_the_same_labels_without_fingerprint_have_the_same_key() -> None:
    first = {"alerts": [{"labels": {"a": "1", "b": "2"}}]}
    second = {"alerts": [{"labels": {"b": "2", "a": "1"}}]}

    assert only(first).key == only(second).key


def test_a_long_group_key_is_shortened_the_same_way_each_time() -> None:
    long_key = "{}:" + "x" * 500

    first, second = parse(Post(payload(groupKey=long_key))), parse(Post(payload(groupKey=long_key)))

    assert first.group_key == second.group_key
    assert len(first.group_key) == 64


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("critical", 1),
        ("page", 1),
        ("ERROR", 2),
        (" warning ", 3),
        ("info", 4),
        ("P0", 1),
        ("SEV-1", 1),
        ("sev 2", 2),
        ("emerg", 1),
        ("odd", None),
        ("", None),
    ],
)
def test_the_severity_label_is_read_in_common_words(word: str, level: int | None) -> None:
    assert only(with_alert(labels={"alertname": "A", "severity": word})).severity == level


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"labels": {}}, "at least one label", id="no labels"),
        pytest.param({"labels": []}, "“labels” must be an object", id="labels of a wrong type"),
        pytest.param({"labels": {"a": 1}}, "may hold only text", id="number in a label"),
        pytest.param({"labels": {"a": "x\0"}}, "NUL", id="NUL in a label"),
        pytest.param({"labels": {"a": "\ud800"}}, "surrogate", id="lone surrogate"),
        pytest.param({"labels": {str(n): "x" for n in range(65)}}, "more than 64", id="65 labels"),
        pytest.param({"status": "on fire"}, "“status” must be", id="unknown status"),
        pytest.param({"startsAt": "yesterday"}, "“startsAt” is not a time", id="no time"),
        pytest.param({"startsAt": "2026-11-21T02:13:04"}, "needs a time zone", id="no zone"),
        pytest.param({"startsAt": 5}, "“startsAt” must be text", id="time as number"),
        pytest.param(
            {"startsAt": "9999-12-31T23:59:59-12:00"}, "not a time", id="after the last year"
        ),
        pytest.param({"fingerprint": {}}, "“fingerprint” must be text", id="fingerprint as object"),
    ],
)
def test_one_bad_alert_is_rejected_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    whole = with_alert(**changes)
    whole["alerts"].append(copy.deepcopy(FIRING["alerts"][0]))

    bad, good = parse(Post(whole)).alerts

    assert isinstance(good, Signal)
    assert isinstance(bad, Rejected)
    assert sentence in bad.sentence


@pytest.mark.parametrize(
    ("labels", "is_noted"),
    [
        pytest.param({"alertname": "Watchdog", "severity": "none"}, True, id="as it is shipped"),
        pytest.param({"alertname": "DeadMansSwitch"}, True, id="without a severity"),
        pytest.param({"alertname": "Watchdog", "severity": "page"}, False, id="one that is meant"),
        pytest.param({"alertname": "Dogs", "severity": "none"}, False, id="another alert"),
    ],
)
def test_what_always_fires_opens_nothing(labels: dict[str, str], *, is_noted: bool) -> None:
    (alert,) = parse(Post(with_alert(labels=labels))).alerts

    assert isinstance(alert, Noted) == is_noted


def test_a_summary_that_was_not_filled_in_is_no_title() -> None:
    unfilled = {"summary": "<no value>"}

    parcel = parse(Post(with_alert(annotations=unfilled) | {"commonAnnotations": unfilled}))

    assert parcel.title == "CardErrorsHigh"


@pytest.mark.parametrize("bad", [None, 7, "text", [], [[]], True])
def test_an_alert_that_is_no_object_is_rejected(bad: Any) -> None:
    whole = payload()
    whole["alerts"].append(bad)

    assert isinstance(parse(Post(whole)).alerts[1], Rejected)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"version": "3"}, 400, "version", id="old version"),
        pytest.param({"alerts": None}, 400, "“alerts” is missing", id="no alerts"),
        pytest.param({"alerts": {}}, 400, "not a list", id="alerts of a wrong type"),
        pytest.param({"alerts": []}, 400, "empty", id="empty"),
        pytest.param({"alerts": [{}] * 1001}, 413, "max_alerts", id="too many"),
        pytest.param(
            {"commonLabels": "x"}, 400, "commonLabels", id="common labels of a wrong type"
        ),
    ],
)
def test_what_is_no_notification_is_refused(
    changes: dict[str, Any], status: int, sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        parse(Post(payload(**changes)))

    assert refused.value.status == status
