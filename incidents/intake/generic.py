"""Our own JSON, for whatever can post: alerts that fire and resolve, and changes.

One alert is the object itself; several stand in `alerts`, and changes in `changes`. Only a title is
needed. The words are listed in docs/integrations/generic.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from incidents.enums import ChangeKind
from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Made, Parcel, Post, Rejected, Signal, alone, severity_level

FIRING = frozenset({"", "firing", "open", "problem", "triggered", "alerting", "down"})
RESOLVED = frozenset({"resolved", "closed", "ok", "recovered", "up"})
CHANGE_KINDS = frozenset(str(kind) for kind in ChangeKind)


def parse(post: Post) -> Parcel:
    """The alerts and changes of one post; a bad one of several is Rejected."""
    payload = post.payload
    if "alerts" not in payload and "changes" not in payload:
        return alone(signal(payload))
    advice = "Send fewer at once."
    read: tuple[Signal | Rejected, ...] = ()
    if "alerts" in payload:
        read = fields.each(fields.alerts(payload, "alerts", advice=advice), _apart)
    made: tuple[Made | Rejected, ...] = ()
    if "changes" in payload:
        made = fields.each(fields.alerts(payload, "changes", advice=advice), change)
    return Parcel(
        alerts=(*read, *(one for one in made if isinstance(one, Rejected))),
        changes=tuple(one for one in made if isinstance(one, Made)),
    )


def signal(alert: Mapping[str, Any]) -> Signal:
    """One alert. Without a key, the same title of the same service is the same alert."""
    name = _title(alert)
    status = fields.line(alert, "status").lower()
    if status not in FIRING | RESOLVED:
        raise Unreadable("“status” must be “firing” or “resolved”.")
    is_firing = status in FIRING
    service = fields.line(alert, "service", most=fields.SERVICE_LENGTH)
    given = fields.word(alert, "key", most=fields.SUMMARY_LENGTH)
    return Signal(
        key=fields.key(given) if given else fields.digest({"title": name, "service": service}),
        name=name,
        is_firing=is_firing,
        summary=fields.text(alert, "summary", "description", "message"),
        service=service,
        severity=_severity(alert),
        starts_at=moments.any_instant(alert, "starts_at"),
        ends_at=None if is_firing else moments.any_instant(alert, "ends_at"),
        labels=fields.labels(alert, "labels"),
        link=fields.link(alert, "link", "url"),
        group_key=fields.key(fields.word(alert, "group", most=fields.SUMMARY_LENGTH)),
    )


def change(found: Mapping[str, Any]) -> Made:
    """One change. Without a key, it is known by its title, service and time."""
    title = fields.line(found, "title", "name", most=fields.CHANGE_TITLE_LENGTH)
    if not title:
        raise Unreadable("A change needs a “title”.")
    kind = fields.line(found, "kind").lower() or ChangeKind.DEPLOY.value
    if kind not in CHANGE_KINDS:
        raise Unreadable("“kind” must be “deploy”, “config”, “switch” or “supplier”.")
    service = fields.line(found, "service", most=fields.SERVICE_LENGTH)
    made_at = moments.any_instant(found, "made_at")
    given = fields.word(found, "key", most=fields.SUMMARY_LENGTH)
    apart = {"title": title, "service": service, "made_at": str(made_at or "")}
    return Made(
        key=fields.key(given) if given else fields.digest(apart),
        title=title,
        kind=kind,
        service=service,
        link=fields.link(found, "link", "url", most=fields.CHANGE_LINK_LENGTH),
        made_at=made_at,
        made_by=fields.line(found, "made_by"),
    )


def _title(alert: Mapping[str, Any]) -> str:
    """Its title; its summary where a template had nothing for the title; else what stands there."""
    given = fields.line(alert, "title", "name")
    if not given:
        raise Unreadable("An alert needs a “title”.")
    said = fields.filled(alert, "title", "name", "summary", "description", "message")
    return fields.line({"title": said}, "title") or given


def _apart(alert: Mapping[str, Any]) -> Signal:
    """Alerts that only travel together are not one incident, unless they name a group."""
    read = signal(alert)
    return replace(read, group_key=read.group_key or read.key)


def _severity(alert: Mapping[str, Any]) -> int | None:
    said = fields.word(alert, "severity")
    return int(said) if said in {"1", "2", "3", "4"} else severity_level(said)


def sample(now: datetime) -> Post:
    """One alert with every word that people usually need."""
    return Post(
        {
            "title": "A test: card payments fail in the EU",
            "summary": "About 1 in 5 card payments has failed for 5 minutes.",
            "service": "payments",
            "severity": "warning",
            "key": "card-errors-eu",
            "status": "firing",
            "labels": {"region": "eu"},
            "link": "https://dashboards.example.com/payments",
            "starts_at": now.isoformat(),
        }
    )


FIRE = """\
curl -sS --fail -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  --data '{{"key": "disk-full-db1", "title": "The disk of db1 is full", \
"service": "payments", "severity": "high", "status": "firing"}}' \\
  {address}"""
RESOLVE = """\
curl -sS --fail -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  --data '{{"key": "disk-full-db1", "title": "The disk of db1 is full", "status": "resolved"}}' \\
  {address}"""
CHANGE = """\
curl -sS --fail -H "Authorization: Bearer {token}" -H "Content-Type: application/json" \\
  --data '{{"changes": [{{"title": "Payments 4.12 is live", "kind": "deploy", \
"service": "payments"}}]}}' \\
  {address}"""


def guide(door: Door) -> Guide:
    """How a program of one's own posts here."""
    shown = {"address": door.address, "token": door.shown_token}
    return Guide(
        steps=(
            "Let your program post JSON to the address, with the token in the header.",
            "Use the same “key” when it fires again and when it is resolved.",
            "Name the service as Muster does. Other names go to the source's default service.",
        ),
        snippets=(
            Snippet("An alert that fires", FIRE.format(**shown)),
            Snippet("The same alert, resolved", RESOLVE.format(**shown)),
            Snippet("A change, shown beside incidents near it", CHANGE.format(**shown)),
        ),
    )


KIND = Kind(
    slug="generic",
    name="Any program (JSON)",
    parse=parse,
    guide=guide,
    sample=sample,
    is_form=True,
    about="Each key is one incident. Alerts with the same group share one. Changes open none.",
)
