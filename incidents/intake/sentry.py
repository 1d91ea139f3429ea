"""Sentry's internal integrations: issue alerts, metric alerts, and issues themselves.

The header sentry-hook-resource says what a post is about. An issue has one key, whether its alert
or the issue itself is reported, so that resolving it in Sentry is seen here. The older plugin named
Webhooks, which sends neither header nor action, is read as an issue alert.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from incidents.intake import fields, moments, signatures
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Signed, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted, severity_level

RESOURCE = "sentry-hook-resource"
SIGNATURE = "sentry-hook-signature"
OPENS = ("created", "unresolved", "triggered")
CLOSES = ("resolved", "archived", "ignored")
PROJECT = re.compile(r"/projects/[^/]+/([^/]+)/")


def parse(post: Post) -> Parcel:
    """The one thing that a post is about."""
    data = fields.inside(post.payload, "data")
    action = fields.line(post.payload, "action")
    resource = fields.line(post.headers, RESOURCE)
    if "metric_alert" in data:
        return alone(_metric(data, action))
    if "event" in data and resource in ("", "event_alert"):
        return alone(_event(data))
    if "issue" in data and action in OPENS + CLOSES:
        return alone(_issue(data, is_firing=action in OPENS))
    if not (resource or action or data) and "project" in post.payload:
        return alone(_plugin(post.payload))
    if not (resource or "installation" in post.payload or action):
        raise Unreadable("This is no webhook of a Sentry integration.")
    what = " ".join(filter(None, (resource or "post", action)))
    return noted(f"Sentry's “{what}” opens no incident.")


def _event(data: Mapping[str, Any]) -> Signal:
    """An issue alert: one event that made a rule fire."""
    event = fields.inside(data, "event")
    tags = _tags(event)
    project = PROJECT.search(fields.link(event, "url"))
    service = tags.get("service") or (project[1] if project else "")
    issue = fields.word(event, "issue_id") or fields.word(event, "event_id")
    if not issue:
        raise Unreadable("“issue_id” is missing.")
    return Signal(
        key=fields.key("issue", issue),
        name=fields.line(event, "title", "message") or "Error",
        is_firing=True,
        summary=fields.text(event, "culprit") or fields.text(data, "triggered_rule"),
        service=service[: fields.SERVICE_LENGTH],
        severity=severity_level(fields.line(event, "level") or tags.get("level", "")),
        starts_at=moments.any_instant(event, "datetime", "timestamp"),
        labels=fields.as_labels([*tags.items(), ("rule", fields.line(data, "triggered_rule"))]),
        link=fields.link(event, "web_url"),
    )


def _plugin(payload: Mapping[str, Any]) -> Signal:
    """An event that made a rule fire, as the older plugin tells it."""
    event = fields.inside(payload, "event")
    tags = _tags(event)
    issue = fields.word(payload, "id") or fields.word(event, "issue_id", "event_id")
    if not issue:
        raise Unreadable("“id” of the issue is missing.")
    rules = [one for one in fields.items(payload, "triggering_rules") if isinstance(one, str)]
    rule = fields.line({"rule": next(iter(rules), "")}, "rule")
    name = fields.line(event, "title") or fields.line(payload, "message") or "Error"
    project = fields.word(payload, "project_slug", "project", "project_name")
    return Signal(
        key=fields.key("issue", issue),
        name=name,
        is_firing=True,
        summary=fields.text(payload, "culprit") or rule,
        service=(tags.get("service") or project)[: fields.SERVICE_LENGTH],
        severity=severity_level(fields.line(payload, "level") or fields.line(event, "level")),
        starts_at=moments.any_instant(event, "datetime", "timestamp", "received"),
        labels=fields.as_labels([*tags.items(), ("rule", rule)]),
        link=fields.link(payload, "url"),
    )


def _issue(data: Mapping[str, Any], *, is_firing: bool) -> Signal:
    issue = fields.inside(data, "issue")
    project = fields.inside(issue, "project")
    pk = fields.word(issue, "id")
    if not pk:
        raise Unreadable("“id” of the issue is missing.")
    return Signal(
        key=fields.key("issue", pk),
        name=fields.line(issue, "title") or "Error",
        is_firing=is_firing,
        summary=fields.text(issue, "culprit"),
        service=fields.line(project, "slug", "name", most=fields.SERVICE_LENGTH),
        severity=severity_level(fields.line(issue, "level")),
        starts_at=moments.instant(issue, "firstSeen"),
        labels=fields.as_labels(
            [
                ("project", fields.line(project, "slug")),
                ("issue", fields.line(issue, "shortId")),
                ("platform", fields.line(issue, "platform")),
                ("status", fields.line(issue, "status")),
            ]
        ),
        link=fields.link(issue, "web_url", "permalink"),
    )


def _metric(data: Mapping[str, Any], action: str) -> Signal:
    if action not in ("critical", "warning", "resolved", "open"):
        raise Unreadable("“action” must be “critical”, “warning” or “resolved”.")
    alert = fields.inside(data, "metric_alert")
    rule = fields.inside(alert, "alert_rule")
    projects = [one for one in fields.items(alert, "projects") if isinstance(one, str)]
    pk = fields.word(rule, "id") or fields.word(alert, "identifier", "id")
    if not pk:
        raise Unreadable("“id” of the alert rule is missing.")
    is_firing = action != "resolved"
    return Signal(
        key=fields.key("metric", pk),
        name=fields.line(rule, "name") or fields.line(data, "description_title") or "Alert",
        is_firing=is_firing,
        summary=fields.text(data, "description_text"),
        service=fields.line({"projects": next(iter(projects), "")}, "projects", most=80),
        severity=severity_level(action),
        starts_at=moments.instant(alert, "date_started", "date_detected"),
        ends_at=None if is_firing else moments.instant(alert, "date_closed"),
        labels=fields.as_labels(
            [
                ("aggregate", fields.line(rule, "aggregate")),
                ("environment", fields.line(rule, "environment")),
                ("query", fields.line(rule, "query")),
            ]
        ),
        link=fields.link(data, "web_url"),
    )


def _tags(event: Mapping[str, Any]) -> dict[str, str]:
    """Sentry writes tags as pairs."""
    pairs = [
        dict(zip(("name", "said"), pair, strict=True))
        for pair in fields.items(event, "tags")
        if isinstance(pair, list) and len(pair) == len(("name", "said"))
    ]
    return fields.as_labels((fields.line(tag, "name"), fields.word(tag, "said")) for tag in pairs)


def is_signed(request: Signed) -> bool:
    """Whether Sentry signed these bytes with the integration's client secret."""
    return signatures.is_hmac(request.secret, request.body, request.headers.get(SIGNATURE, ""))


def sample(now: datetime) -> Post:
    """One issue alert, as Sentry posts it."""
    at = now - timedelta(minutes=1)
    event = {
        "event_id": "e4874d664c3540c1a32eab185f12c5ab",
        "issue_id": "1170820242",
        "title": "A test: ReferenceError: heck is not defined",
        "culprit": "pay(checkout)",
        "level": "warning",
        "datetime": at.isoformat(),
        "timestamp": at.timestamp(),
        "project": 1,
        "tags": [["environment", "prod"], ["service", "checkout"]],
        "url": "https://sentry.io/api/0/projects/test-org/front-end/events/e4874d664c3540c1/",
        "web_url": "https://sentry.io/organizations/test-org/issues/1170820242/",
    }
    return Post(
        {
            "action": "triggered",
            "actor": {"id": "sentry", "name": "Sentry", "type": "application"},
            "data": {"event": event, "triggered_rule": "Checkout breaks"},
            "installation": {"uuid": "24b397fc-a86e-43ef-9297-949e21b82480"},
        },
        {RESOURCE: "event_alert"},
    )


def guide(door: Door) -> Guide:
    """How Sentry comes to post here."""
    return Guide(
        steps=(
            "In Sentry, open Settings, then Custom integrations, and create an internal one.",
            "Paste the address into “Webhook URL”. It holds the token.",
            "Turn on “Alert rule action”. Under Webhooks, tick “issue”: resolving is seen then.",
            "Save. Copy the client secret into the source's signing secret here.",
            "In your alert rules, choose the action “Send a notification via” this integration.",
            "Tag events with “service”, or name projects as Muster names services.",
        ),
        snippets=(Snippet("Webhook URL", door.token_address),),
    )


KIND = Kind(
    slug="sentry",
    name="Sentry",
    parse=parse,
    guide=guide,
    sample=sample,
    delivery_headers=("request-id",),
    is_signed=is_signed,
    about="Each issue and each metric alert is one incident. Resolved in Sentry is seen here.",
)
