"""What Amazon's services say in JSON of their own: events of EventBridge, and older notices.

An event names its `detail-type`; AWS Health, GuardDuty, CodePipeline and CodeBuild say in `detail`
how bad it is and whether it is over. Older services (RDS, Auto Scaling, S3) write flat objects.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.signal import Noted, Signal

TYPE = "detail-type"
TESTS = ("autoscaling:test_notification", "s3:testevent")
TESTED = "Amazon's own test arrived. It opens no incident."
OVER = ("succeeded", "closed", "resolved")
UNDER_WAY = ("started", "resumed", "in_progress", "superseded")
TITLES = ("title", "Title", "Event Message", "Description", "message", "Message", "Cause", "Event")
TEXTS = ("description", "Description", "Event Message", "message", "Message", "Cause")
BUILT = ("pipeline", "project-name")
GUARD_LEVELS = ((9.0, 1), (7.0, 2), (4.0, 3), (0.0, 4))
NEWS_LEVEL = 4
MOST_LISTED = 12


def read(
    message: Mapping[str, Any], *, topic: str, subject: str, at: datetime | None
) -> Signal | Noted:
    """The alert that such an object is. `topic`, `subject` and `at` are those of its envelope."""
    if fields.spare(message, "Event").lower() in TESTS:
        return Noted(TESTED)
    if fields.spare(message, TYPE):
        return _event(message, at=at)
    content = _inner(message, "content")
    said = _first(message, *TITLES) or _first(content, *TITLES)
    source = fields.spare(message, "Source ID")
    name = f"{source}: {said}" if source and said else subject or said or _named(message, topic)
    return Signal(
        key=fields.digest({"topic": topic, "name": name[: fields.NAME_LENGTH]}),
        name=name[: fields.NAME_LENGTH],
        is_firing=True,
        summary=_first(message, *TEXTS) or _first(content, *TEXTS) or listed(message),
        starts_at=at,
        link=fields.link(message, "Identifier Link"),
    )


def listed(message: Mapping[str, Any]) -> str:
    """What an object says beside, name by name, for people."""
    said = ((name, fields.spare(message, name)) for name in list(message)[:MOST_LISTED])
    shown = (f"{fields.spare({'': name}, '')}: {text}" for name, text in said if text)
    return "\n".join(shown)[: fields.SUMMARY_LENGTH].rstrip()


def _event(event: Mapping[str, Any], *, at: datetime | None) -> Signal | Noted:
    kind, source = fields.spare(event, TYPE), fields.spare(event, "source")
    detail = _inner(event, "detail")
    state = _first(detail, "statusCode", "state", "build-status").lower()
    if state in UNDER_WAY:
        return Noted(f"“{kind}” is {state.replace('_', ' ')}. It opens no incident.")
    is_firing = state not in OVER
    at = _at(event) or at
    return Signal(
        key=_key(event, detail, kind),
        name=_name(detail, kind, state)[: fields.NAME_LENGTH],
        is_firing=is_firing,
        summary=_description(detail) or _first(detail, *TEXTS) or listed(detail),
        severity=_severity(detail, source),
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels=fields.as_labels(
            [
                ("source", source),
                ("account", fields.spare(event, "account")),
                ("region", fields.spare(detail, "eventRegion") or fields.spare(event, "region")),
                ("state", state),
            ]
        ),
    )


def _name(detail: Mapping[str, Any], kind: str, state: str) -> str:
    code = fields.spare(detail, "eventTypeCode").removeprefix("AWS_")
    if code:
        return f"{kind.removesuffix(' Event')}: {code.replace('_', ' ').lower()}"
    built = _first(detail, *BUILT)
    if built and state:
        return f"{kind.partition(' ')[0]}: {built} {state.replace('_', ' ')}"
    about = built or _first(detail, "title", "Title", "instance-id", "message")
    return f"{kind}: {about}" if about else kind


def _key(event: Mapping[str, Any], detail: Mapping[str, Any], kind: str) -> str:
    """The same for all that is said of one thing: its event, its pipeline, its finding."""
    arn = fields.spare(detail, "eventArn", most=fields.LINK_LENGTH)
    if arn:
        return fields.key(arn)
    about = _first(detail, *BUILT, "id") or _resource(event)
    return fields.digest(
        {
            "kind": kind,
            "about": about or fields.spare(event, "id"),
            "account": fields.spare(event, "account"),
        }
    )


def _resource(event: Mapping[str, Any]) -> str:
    found = event.get("resources")
    first = found[0] if isinstance(found, list) and found else ""
    return fields.spare({"resources": first}, "resources", most=fields.LINK_LENGTH)


def _severity(detail: Mapping[str, Any], source: str) -> int | None:
    """GuardDuty counts to ten. What Amazon plans, or only tells, wakes nobody."""
    if fields.spare(detail, "eventTypeCategory") in ("scheduledChange", "accountNotification"):
        return NEWS_LEVEL
    found = detail.get("severity")
    if source != "aws.guardduty" or isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return next((level for least, level in GUARD_LEVELS if found >= least), None)


def _description(detail: Mapping[str, Any]) -> str:
    """What AWS Health writes, in the first of its languages."""
    found = detail.get("eventDescription")
    first = found[0] if isinstance(found, list) and found else None
    return _text(first, "latestDescription") if isinstance(first, dict) else ""


def _at(event: Mapping[str, Any]) -> datetime | None:
    try:
        return moments.instant(event, "time")
    except Unreadable:
        return None


def _named(message: Mapping[str, Any], topic: str) -> str:
    kind = fields.spare(message, "notificationType") or fields.spare(message, "eventType")
    where = topic.rpartition(":")[2]
    what = f"“{kind}”" if kind else "A message"
    return f"{what} of the topic {where}" if where else what


def _inner(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _first(holder: Mapping[str, Any], *names: str) -> str:
    """The first of these that is a line of text; whatever else stands there is passed over."""
    return next((said for name in names if (said := fields.spare(holder, name))), "")


def _text(holder: Mapping[str, Any], name: str) -> str:
    try:
        return fields.text(holder, name)
    except Unreadable:
        return ""
