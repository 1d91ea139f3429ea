"""Prometheus Alertmanager's webhook, version "4".

The payload is documented at prometheus.io under alerting, configuration, webhook_config. Only
`alerts` is needed; every other field may be missing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Noted, Parcel, Post, Rejected, Signal, severity_level

VERSION = "4"
STATUSES = ("firing", "resolved")
ALWAYS_FIRE = ("Watchdog", "DeadMansSwitch", "InfoInhibitor")
UNSAID = ("", "none", "null")


def parse(post: Post) -> Parcel:
    """The alerts of one notification; bad ones are Rejected. Raises Unreadable when it is none."""
    if fields.word(post.payload, "version") not in ("", VERSION):
        raise Unreadable(f'This is not version "{VERSION}" of Alertmanager\'s webhook.')
    found = fields.alerts(post.payload, "alerts", advice="Set max_alerts lower.")
    return parcel(post.payload, fields.each(found, _read))


def _read(alert: Mapping[str, Any]) -> Signal | Noted:
    """One alert; those that fire for as long as alerting works are none."""
    found = signal(alert)
    if found.name in ALWAYS_FIRE and found.labels.get("severity", "").lower() in UNSAID:
        return Noted(f"“{found.name}” fires for as long as alerting works. It opens no incident.")
    return found


def parcel(
    payload: Mapping[str, Any],
    read: tuple[Signal | Rejected | Noted, ...],
    *,
    limit: str = "max_alerts",
) -> Parcel:
    """The alerts that were read, under the notification's own key and title."""
    common = fields.labels(payload, "commonLabels") | fields.labels(payload, "groupLabels")
    left_out = fields.number(payload, "truncatedAlerts") or 0
    if left_out > 0:
        read = (*read, Noted(f"{left_out:.0f} more alerts were left out. Set {limit} higher."))
    return Parcel(_group_key(payload, common, read), _title(payload, common, read), read)


def signal(alert: Mapping[str, Any]) -> Signal:
    """One alert of the notification."""
    labels = fields.labels(alert, "labels")
    annotations = fields.labels(alert, "annotations")
    if not labels:
        raise Unreadable("An alert needs at least one label.")
    status = fields.line(alert, "status") or "firing"
    if status not in STATUSES:
        raise Unreadable("“status” must be “firing” or “resolved”.")
    is_firing = status == "firing"
    given = fields.line(alert, "fingerprint", most=fields.KEY_LENGTH + 1)
    return Signal(
        key=given if 0 < len(given) <= fields.KEY_LENGTH else fields.digest(labels),
        name=fields.line(labels, "alertname") or "Alert",
        is_firing=is_firing,
        summary=fields.filled(annotations, "summary", "description", "message"),
        service=fields.line(labels, "service", most=fields.SERVICE_LENGTH),
        severity=severity(labels),
        starts_at=moments.instant(alert, "startsAt"),
        ends_at=None if is_firing else moments.instant(alert, "endsAt"),
        labels=labels,
        link=fields.link(alert, "generatorURL"),
    )


def severity(labels: Mapping[str, str]) -> int | None:
    """What the usual label says."""
    return severity_level(labels.get("severity", ""))


def _group_key(
    payload: Mapping[str, Any], common: Mapping[str, str], read: tuple[object, ...]
) -> str:
    given = fields.spare(payload, "groupKey", most=100_000)
    if given:
        return given if len(given) <= fields.KEY_LENGTH else fields.digest({"groupKey": given})
    if common:
        return fields.digest(common)
    return next((alert.key for alert in read if isinstance(alert, Signal)), "")


def _title(payload: Mapping[str, Any], common: Mapping[str, str], read: tuple[object, ...]) -> str:
    annotations = payload.get("commonAnnotations")
    said = fields.spare(annotations, "summary") if isinstance(annotations, dict) else ""
    given = fields.filled({"summary": said}, "summary")
    if given:
        return given
    found = [alert for alert in read if isinstance(alert, Signal)]
    found.sort(key=lambda alert: not alert.is_firing)
    if found:
        return (found[0].summary or found[0].name)[: fields.NAME_LENGTH]
    return fields.line(common, "alertname") or "Alert"


def sample(now: datetime) -> Post:
    """One alert that fires, as Alertmanager posts it."""
    labels = {"alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "warning"}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": "A test: more than 5 % of checkouts fail"},
        "startsAt": (now - timedelta(minutes=1)).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.com/graph?g0.expr=checkout_errors",
        "fingerprint": "9b9a1c8f1f3a6d52",
    }
    return Post(
        {
            "version": VERSION,
            "groupKey": '{}:{alertname="CheckoutErrorsHigh"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "muster",
            "groupLabels": {"alertname": "CheckoutErrorsHigh"},
            "commonLabels": labels,
            "commonAnnotations": alert["annotations"],
            "externalURL": "https://alertmanager.example.com",
            "alerts": [alert],
        }
    )


RECEIVER = """\
receivers:
  - name: muster
    webhook_configs:
      - url: {address}
        http_config:
          authorization: {{credentials: "{token}"}}
        send_resolved: true
        max_alerts: 500
route:
  receiver: muster
  group_by: [alertname, service]
"""


def guide(door: Door) -> Guide:
    """How Alertmanager comes to post here."""
    return Guide(
        steps=(
            "Copy the lines below into alertmanager.yml.",
            "Give your alerting rules the labels “service” and “severity”.",
            "Reload Alertmanager.",
        ),
        snippets=(
            Snippet(
                "alertmanager.yml", RECEIVER.format(address=door.address, token=door.shown_token)
            ),
        ),
    )


KIND = Kind(
    slug="alertmanager",
    name="Prometheus Alertmanager",
    parse=parse,
    guide=guide,
    sample=sample,
    about="One group of alerts is one incident. When every alert of it is resolved, it says so.",
)
