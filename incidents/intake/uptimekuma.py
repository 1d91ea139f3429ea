"""Uptime Kuma's webhook: a heartbeat of one monitor, and the message that people would read.

Its own test has neither heartbeat nor monitor. So have its warnings of certificates and domains
that end soon, which are alerts.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted, severity_level

DOWN, UP, PENDING, MAINTENANCE = range(4)
QUIET = {PENDING: "is being tried again", MAINTENANCE: "is in maintenance"}
ENDS_SOON = 3
TEST = "Testing"


def parse(post: Post) -> Parcel:
    """The one heartbeat, warning or test of a post."""
    message = fields.text(post.payload, "msg")
    heartbeat = fields.inside(post.payload, "heartbeat")
    if heartbeat:
        return _heartbeat(fields.inside(post.payload, "monitor"), heartbeat, message)
    if not message:
        raise Unreadable("“msg” is missing. This is none of Uptime Kuma's notifications.")
    if "expire" in message.lower() and not message.endswith(TEST):
        return alone(_warning(message))
    return noted("Uptime Kuma's own test arrived. It opens no incident.")


def _heartbeat(monitor: Mapping[str, Any], heartbeat: Mapping[str, Any], message: str) -> Parcel:
    status = fields.number(heartbeat, "status")
    name = fields.line(monitor, "name", "pathName")
    pk = fields.word(monitor, "id") or fields.word(heartbeat, "monitorID", "monitor_id")
    if not (name or pk):
        raise Unreadable("“monitor” is missing.")
    if status in QUIET:
        return noted(f"“{name or pk}” {QUIET[int(status)]}.")
    if status not in (DOWN, UP):
        raise Unreadable("“status” of the heartbeat must be a number from 0 to 3.")
    is_firing = status == DOWN
    tags = _tags(monitor)
    at = moments.instant_in_utc(heartbeat, "time")
    return alone(
        Signal(
            key=fields.key("monitor", pk or name),
            name=f"{(name or f'Monitor {pk}')[:180]} is {'down' if is_firing else 'up'}",
            is_firing=is_firing,
            summary=fields.text(heartbeat, "msg") or message,
            service=(tags.get("service") or name)[: fields.SERVICE_LENGTH],
            severity=severity_level(tags.get("severity", "")),
            starts_at=at if is_firing else None,
            ends_at=None if is_firing else at,
            labels=fields.as_labels(
                [
                    *tags.items(),
                    ("type", fields.line(monitor, "type")),
                    ("hostname", fields.line(monitor, "hostname")),
                ]
            ),
            link=fields.link(monitor, "url"),
        )
    )


def _warning(message: str) -> Signal:
    """Kuma warns at 21, 14 and 7 days; without its numbers the message is the same each time."""
    name = " ".join(message.split())[: fields.NAME_LENGTH]
    return Signal(
        key=fields.digest({"warning": re.sub(r"\d+", "", message)}),
        name=name,
        is_firing=True,
        summary=message,
        severity=ENDS_SOON,
    )


def _tags(monitor: Mapping[str, Any]) -> dict[str, str]:
    found = [tag for tag in fields.items(monitor, "tags") if isinstance(tag, dict)]
    return fields.as_labels(
        (fields.line(tag, "name"), fields.word(tag, "value") or "yes") for tag in found
    )


def sample(now: datetime) -> Post:
    """One monitor that is down, as Uptime Kuma posts it."""
    return Post(
        {
            "heartbeat": {
                "monitorID": 1,
                "status": DOWN,
                "time": now.strftime("%Y-%m-%d %H:%M:%S.000"),
                "msg": "A test: Request failed with status code 503",
                "important": True,
                "duration": 60,
                "timezone": "UTC",
                "timezoneOffset": "+00:00",
            },
            "monitor": {
                "id": 1,
                "name": "Checkout",
                "url": "https://shop.example.com/checkout",
                "type": "http",
                "tags": [
                    {"name": "service", "value": "checkout"},
                    {"name": "severity", "value": "minor"},
                ],
            },
            "msg": "[Checkout] [🔴 Down] A test: Request failed with status code 503",
        }
    )


def guide(door: Door) -> Guide:
    """How Uptime Kuma comes to post here."""
    return Guide(
        steps=(
            "In Uptime Kuma, open Settings, then Notifications, and set up one of type Webhook.",
            "Paste the address into “Post URL”, and choose the body “Preset - application/json”.",
            "Turn on “Additional headers”, and paste the header below.",
            "Press Test: it shows here as noted. Choose “Apply on all existing monitors”. Save.",
            "Name monitors as Muster names services, or give them a tag “service” with a value.",
        ),
        snippets=(
            Snippet("Post URL", door.address),
            Snippet(
                "Additional headers", f'{{\n  "Authorization": "Bearer {door.shown_token}"\n}}'
            ),
        ),
    )


KIND = Kind(
    slug="uptimekuma",
    name="Uptime Kuma",
    parse=parse,
    guide=guide,
    sample=sample,
    about="Each monitor is one incident: down opens it, up resolves it. Maintenance opens none.",
)
