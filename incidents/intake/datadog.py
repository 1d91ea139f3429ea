"""Datadog's webhook. Its payload is a template: ours, from the guide, names its variables.

A variable that Datadog does not know stays as it was written, and reads as empty here. Names are
read without regard to case and marks. Without `alert_transition` the word before the title says
what happened, as in "[Recovered] Disk is full".
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted, severity_level

VARIABLES = (
    "ID",
    "DATE",
    "LINK",
    "ALERT_ID",
    "AGGREG_KEY",
    "ALERT_TRANSITION",
    "ALERT_TYPE",
    "ALERT_PRIORITY",
    "ALERT_TITLE",
    "EVENT_TITLE",
    "TEXT_ONLY_MSG",
    "ALERT_SCOPE",
    "HOSTNAME",
    "TAGS",
)
TRANSITION = re.compile(r"^\[([A-Za-z -]+?)(?: (?:on|from) [^\]]*)?\]\s*")
FIRING = ("triggered", "retriggered", "nodata", "renodata", "warn", "rewarn", "renotify")
WARNINGS = ("warn", "rewarn", "nodata", "renodata")
WARNING = 3


def parse(post: Post) -> Parcel:
    """The one alert of a post."""
    found = fields.plainly_named(post.payload)
    title = _said(found, "alerttitle", "eventtitle", "title")
    if not title:
        raise Unreadable("“event_title” is missing. Copy the payload from the set-up page.")
    marked = TRANSITION.match(title)
    transition = _said(found, "alerttransition", "transition") or (marked[1] if marked else "")
    state = re.sub(r"[^a-z]", "", transition.lower())
    name = title[marked.end() :] if marked else title
    if state.startswith("recovered"):
        return alone(_signal(found, name or title, "recovered"))
    if state in FIRING or state.startswith("triggered"):
        return alone(_signal(found, name or title, state))
    if _said(found, "alerttype").lower() in ("error", "warning"):
        return alone(_signal(found, name or title, "triggered"))
    return noted(f"“{title}” is no alert. It opens no incident.")


def _signal(found: Mapping[str, Any], name: str, state: str) -> Signal:
    is_firing = state != "recovered"
    tags = fields.tags(_said(found, "tags", most=10_000))
    scope = fields.tags(_said(found, "alertscope", most=10_000))
    labels = fields.as_labels(
        [*tags.items(), *scope.items(), ("host", _said(found, "hostname", "host"))]
    )
    service = labels.get("service", "")[: fields.SERVICE_LENGTH]
    monitor = _said(found, "alertid")
    own = _said(found, "aggregkey") or fields.digest(
        {"monitor": monitor or name, "scope": _said(found, "alertscope", most=10_000)}
    )
    at = moments.unix_instant(found, "date") if _said(found, "date") else None
    return Signal(
        key=fields.key(own),
        name=name,
        is_firing=is_firing,
        summary=_text(found, "textonlymsg", "eventmsg", "body"),
        service=service,
        severity=_severity(found, state),
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels=labels,
        link=fields.link(found, "link", "url"),
        group_key=fields.key("monitor", monitor, service) if monitor else "",
    )


def _severity(found: Mapping[str, Any], state: str) -> int | None:
    """The monitor's priority; a warning is never more than a warning."""
    level = severity_level(_said(found, "alertpriority", "priority"))
    level = level or severity_level(_said(found, "alerttype"))
    if state in WARNINGS:
        return max(level or WARNING, WARNING)
    return level


def _said(found: Mapping[str, Any], *names: str, most: int = fields.NAME_LENGTH) -> str:
    """The first of these that Datadog filled in."""
    said = (fields.word(found, name, most=most) for name in names)
    return next((one for one in said if one and not _is_template(one)), "")


def _text(found: Mapping[str, Any], *names: str) -> str:
    said = (fields.text(found, name) for name in names)
    return next((one for one in said if one and not _is_template(one)), "")


def _is_template(said: str) -> bool:
    return re.fullmatch(r"\$[A-Z_]+", said) is not None or said.lower() in ("null", "none", "n/a")


def sample(now: datetime) -> Post:
    """One alert that fires, as our template makes it."""
    return Post(
        {
            "id": "2246813579",
            "date": str(int(now.timestamp() * 1000)),
            "link": "https://app.datadoghq.com/event/event?id=2246813579",
            "alert_id": "1234",
            "aggreg_key": "9bd4ac313a4d1e8fae2482df7b77628",
            "alert_transition": "Triggered",
            "alert_type": "error",
            "alert_priority": "P3",
            "alert_title": "A test: checkout answers slowly",
            "event_title": "[Triggered on {env:prod}] A test: checkout answers slowly",
            "text_only_msg": "95 % of answers take more than 2 seconds.",
            "alert_scope": "env:prod",
            "hostname": "web-1",
            "tags": "env:prod,monitor,service:checkout",
        }
    )


def guide(door: Door) -> Guide:
    """How Datadog comes to post here."""
    headers = {"Authorization": f"Bearer {door.shown_token}"}
    payload = {name.lower(): f"${name}" for name in VARIABLES}
    return Guide(
        steps=(
            "In Datadog, open Integrations, then Webhooks, and add a webhook named “muster”.",
            "Paste the address into “URL”, and the payload below into “Payload”.",
            "Tick “Custom headers”, and paste the header below.",
            "Write “@webhook-muster” into the message of each monitor that should reach you.",
            "Give your monitors a priority, and the tags “service” and “env”.",
        ),
        snippets=(
            Snippet("URL", door.address),
            Snippet("Payload", json.dumps(payload, indent=2)),
            Snippet("Custom headers", json.dumps(headers, indent=2)),
        ),
    )


KIND = Kind(
    slug="datadog",
    name="Datadog",
    parse=parse,
    guide=guide,
    sample=sample,
    is_form=True,
    about="A monitor is one incident for each service. Recovered resolves its alerts.",
)
