"""Grafana Alerting's webhook, version "1"; the older one of a single rule is read too.

It is Alertmanager's payload, with links back to dashboards and the values that were measured.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from incidents.intake import alertmanager, fields, signatures
from incidents.intake.kind import Door, Guide, Kind, Signed, Snippet
from incidents.intake.signal import Noted, Parcel, Post, Signal, alone, noted

OWN_TEST = {"alertname": "TestAlert", "instance": "Grafana"}
OLD_TEST = "Someone is testing the alert notification within Grafana."
OF_A_RULE = {"DatasourceNoData": "no data", "DatasourceError": "cannot be measured"}
TESTED = "Grafana's own test arrived. It opens no incident."
QUIET_STATES = ("ok", "paused", "pending")
SIGNATURE = "x-grafana-alerting-signature"
SIGNED_AT = "x-grafana-alerting-signature-timestamp"


def parse(post: Post) -> Parcel:
    """The alerts of one notification; Grafana's own test is Noted."""
    if "alerts" not in post.payload and "ruleName" in post.payload:
        return _rule(post.payload)
    found = fields.alerts(post.payload, "alerts", advice="Set “Max alerts” lower.")
    parcel = alertmanager.parcel(post.payload, fields.each(found, _read), limit="“Max alerts”")
    return replace(parcel, title=_unmeasured(parcel) or parcel.title)


def _unmeasured(parcel: Parcel) -> str:
    """What a rule without data is called: its summary tells of what it would have measured."""
    found = [alert for alert in parcel.alerts if isinstance(alert, Signal) and alert.is_firing]
    return found[0].name if found and found[0].labels.get("alertname") in OF_A_RULE else ""


def _read(alert: Mapping[str, Any]) -> Signal | Noted:
    signal = alertmanager.signal(alert)
    if OWN_TEST.items() <= signal.labels.items():
        return Noted(TESTED)
    rule = fields.line(signal.labels, "rulename")
    why = OF_A_RULE.get(signal.name)
    return replace(
        signal,
        name=f"{rule}: {why}"[: fields.NAME_LENGTH] if rule and why else signal.name,
        labels=fields.as_labels([*signal.labels.items(), *_extras(alert)]),
        link=fields.link(alert, "panelURL", "dashboardURL", "generatorURL"),
    )


def _extras(alert: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was measured, and where the alert is silenced."""
    found = alert.get("values")
    measured = found if isinstance(found, dict) else {}
    names = [name for name in measured if fields.spare({"name": name}, "name") == name]
    values = [(f"value {name}", fields.spare(measured, name)) for name in names]
    return [*values, ("silence", fields.link(alert, "silenceURL"))]


def _rule(payload: Mapping[str, Any]) -> Parcel:
    """The payload of Grafana 7 and older: one rule and its state."""
    tags = fields.labels(payload, "tags")
    name = fields.line(payload, "ruleName") or "Alert"
    said = fields.text(payload, "message", "title")
    if said == OLD_TEST:
        return noted(TESTED)
    return alone(
        Signal(
            key=fields.key("rule", fields.word(payload, "ruleId") or name),
            name=name,
            is_firing=fields.line(payload, "state") not in QUIET_STATES,
            summary=said,
            service=fields.line(tags, "service", most=fields.SERVICE_LENGTH),
            severity=alertmanager.severity(tags),
            labels=tags,
            link=fields.link(payload, "ruleUrl"),
        )
    )


def is_signed(request: Signed) -> bool:
    """Whether Grafana signed these bytes, together with the time when it names one."""
    given, stamp = request.headers.get(SIGNATURE, ""), request.headers.get(SIGNED_AT, "")
    if not stamp:
        return signatures.is_hmac(request.secret, request.body, given)
    signed = stamp.encode(errors="replace") + b":" + request.body
    is_right = signatures.is_hmac(request.secret, signed, given)
    return is_right and signatures.is_recent(stamp, request.now)


def sample(now: datetime) -> Post:
    """One alert that fires, as Grafana posts it."""
    labels = {"alertname": "High memory usage", "service": "checkout", "severity": "warning"}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": "A test: memory of checkout is nearly full"},
        "startsAt": (now - timedelta(minutes=1)).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://grafana.example.com/alerting/1afz29v7z/edit",
        "fingerprint": "c6eadffa33fcdf37",
        "silenceURL": "https://grafana.example.com/alerting/silence/new?alertmanager=grafana",
        "dashboardURL": "https://grafana.example.com/d/abc",
        "panelURL": "https://grafana.example.com/d/abc?viewPanel=1",
        "values": {"B": 94.2, "C": 1},
    }
    return Post(
        {
            "receiver": "Muster",
            "status": "firing",
            "orgId": 1,
            "alerts": [alert],
            "groupLabels": {"alertname": "High memory usage"},
            "commonLabels": labels,
            "commonAnnotations": alert["annotations"],
            "externalURL": "https://grafana.example.com/",
            "version": "1",
            "groupKey": '{}:{alertname="High memory usage"}',
            "truncatedAlerts": 0,
            "title": "[FIRING:1] High memory usage (checkout)",
            "state": "alerting",
            "message": "**Firing**",
        }
    )


CONTACT_POINT = """\
apiVersion: 1
contactPoints:
  - orgId: 1
    name: Muster
    receivers:
      - uid: muster
        type: webhook
        settings:
          url: {address}
          httpMethod: POST
          authorization_scheme: Bearer
          authorization_credentials: {token}
        disableResolveMessage: false
"""


def guide(door: Door) -> Guide:
    """How Grafana comes to post here."""
    return Guide(
        steps=(
            "In Grafana, open Alerting, then Contact points, and add one of the type Webhook.",
            "Paste the address into “URL”.",
            "Open the optional settings. Paste the token into “Authentication header credentials”.",
            "Press Test: the test shows here as noted. Then save.",
            "Open Notification policies, and choose the contact point where it is to be used.",
            "Give your alert rules the labels “service” and “severity”.",
        ),
        snippets=(
            Snippet("URL", door.address),
            Snippet("Authentication header credentials", door.shown_token),
            Snippet(
                "Or as a file in provisioning/alerting",
                CONTACT_POINT.format(address=door.address, token=door.shown_token),
            ),
        ),
    )


KIND = Kind(
    slug="grafana",
    name="Grafana Alerting",
    parse=parse,
    guide=guide,
    sample=sample,
    is_signed=is_signed,
    about="One group of alerts is one incident. Each alert links to its panel.",
)
