"""Datadog's webhook. Its payload is a template: ours, from the guide, names its variables.

A variable that Datadog does not know stays as it was written, and reads as empty here. Names are
read without regard to case and marks. Without `alert_transition` the words before the title say
what happened, and where, as in "[P2] [Recovered on {host:db1}] Disk is full".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
MARK = re.compile(r"\[([A-Za-z0-9 -]{1,30}?)(?: (?:on|from) ([^\]]*))?\]\s*")
SAID_ALONE = re.compile(r"([A-Za-z]+(?:[ -][A-Za-z]+){0,2}):\s+")
PRIORITY = re.compile(r"p[1-5]", re.IGNORECASE)
TEST = "[TEST] "
MAIL = "monitoralert"
HANDLE = re.compile(r"(?:^|(?<=\s))@[\w.@+-]+")
TESTED = "Datadog's own test arrived. It opens no incident."
FIRING = ("triggered", "retriggered", "nodata", "renodata", "warn", "rewarn", "renotify")
WARNINGS = ("warn", "rewarn", "nodata", "renodata")
OTHER_STATES = ("recovered", "null")
WARNING = 3


@dataclass(frozen=True)
class Title:
    """A title without its marks, and what those say: the transition, its scope, the priority."""

    name: str
    state: str = ""
    scope: str = ""
    priority: str = ""
    is_test: bool = False


def parse(post: Post) -> Parcel:
    """The one alert of a post."""
    found = fields.plainly_named(post.payload)
    title = _said(found, "alerttitle", "eventtitle", "title")
    if not title:
        raise Unreadable("“event_title” is missing. Copy the payload from the set-up page.")
    marked = _read(title)
    if marked.is_test or _read(_said(found, "eventtitle", "title")).is_test:
        return noted(TESTED)
    state = _plain(_said(found, "alerttransition", "transition")) or marked.state
    if state.startswith("recovered"):
        return alone(_signal(found, marked, "recovered"))
    if state in FIRING or state.startswith("triggered"):
        return alone(_signal(found, marked, state))
    if _said(found, "alerttype").lower() in ("error", "warning"):
        return alone(_signal(found, marked, "triggered"))
    return noted(f"“{title}” is no alert. It opens no incident.")


def _read(title: str) -> Title:
    """Marks stand in front, each in brackets; after one of them a state may stand without.

    A test is one that says so before its state: what people call their monitors comes after it.
    """
    tested = title.removeprefix(TEST)
    read, rest = Title(tested), tested
    while marked := MARK.match(rest):
        word = _plain(marked[1])
        if PRIORITY.fullmatch(word):
            read = replace(read, priority=word)
        elif not read.state and _is_state(word):
            read = replace(read, state=word, scope=marked[2] or "")
        elif word != MAIL:
            break
        rest = rest[marked.end() :]
    bare = SAID_ALONE.match(rest) if rest != tested and not read.state else None
    if bare and _is_state(_plain(bare[1])):
        read, rest = replace(read, state=_plain(bare[1])), rest[bare.end() :]
    if not read.state:
        return Title(title, priority=read.priority)
    return replace(read, name=rest or title, is_test=tested != title)


def _is_state(word: str) -> bool:
    return word in FIRING or word in OTHER_STATES


def _plain(said: str) -> str:
    return re.sub(r"[^a-z0-9]", "", said.lower())


def _signal(found: Mapping[str, Any], title: Title, state: str) -> Signal:
    is_firing, name = state != "recovered", title.name
    tags = fields.tags(_tags(found))
    given = _said(found, "alertscope", most=10_000)
    scope = fields.tags(given or title.scope.strip("{}"))
    labels = fields.as_labels(
        [*tags.items(), *scope.items(), ("host", _said(found, "hostname", "host"))]
    )
    service = labels.get("service", "")[: fields.SERVICE_LENGTH]
    monitor = _said(found, "alertid")
    together = monitor or (name if title.scope else "")
    own = _said(found, "aggregkey") or fields.digest(
        {"monitor": monitor or name, "scope": given or title.scope}
    )
    at = moments.spare_unix_instant(found, "date")
    return Signal(
        key=fields.key(own),
        name=name,
        is_firing=is_firing,
        summary=_text(found, "textonlymsg", "eventmsg", "body"),
        service=service,
        severity=_severity(found, title, state),
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels=labels,
        link=fields.link(found, "link", "url"),
        group_key=fields.key("monitor", together, service) if together else "",
    )


def _tags(found: Mapping[str, Any]) -> str:
    """Datadog writes them as one text; a template may make a list of them."""
    listed = found.get("tags")
    if isinstance(listed, list):
        return ",".join(fields.spare({"tag": tag}, "tag") for tag in listed[: fields.MAX_LABELS])
    return _said(found, "tags", most=10_000)


def _severity(found: Mapping[str, Any], title: Title, state: str) -> int | None:
    """The monitor's priority; a warning is never more than a warning."""
    level = severity_level(_said(found, "alertpriority", "priority") or title.priority)
    level = level or severity_level(_said(found, "alerttype"))
    if state in WARNINGS:
        return max(level or WARNING, WARNING)
    return level


def _said(found: Mapping[str, Any], *names: str, most: int = fields.NAME_LENGTH) -> str:
    """The first of these that Datadog filled in."""
    said = (fields.word(found, name, most=most) for name in names)
    return next((one for one in said if one and not _is_template(one)), "")


def _text(found: Mapping[str, Any], *names: str) -> str:
    """What the monitor's message says, without marks of its form and names of receivers."""
    said = (fields.text(found, name, most=4 * fields.SUMMARY_LENGTH) for name in names)
    text = next((one for one in said if one and not _is_template(one)), "")
    return HANDLE.sub("", text.replace("%%%", "")).strip()[: fields.SUMMARY_LENGTH].rstrip()


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
