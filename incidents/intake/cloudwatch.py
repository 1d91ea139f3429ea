"""Amazon SNS, and the CloudWatch alarms that it carries; EventBridge's form of them too.

SNS wraps a message in an envelope, documented under "HTTP/HTTPS notification JSON format". With
raw delivery, and from EventBridge's API destinations, the message arrives bare, as JSON or text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from incidents.intake import amazon_events, fields, moments
from incidents.intake.body import MAX_BYTES, Unreadable
from incidents.intake.kind import BARE_TEXT, Door, Guide, Kind, Snippet
from incidents.intake.signal import (
    Noted,
    Parcel,
    Post,
    Signal,
    alone,
    noted,
    severity_level,
)

STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")
TOO_LITTLE_DATA = 3
RAW, TOPIC = "x-amz-sns-rawdelivery", "x-amz-sns-topic-arn"
EVENT = "CloudWatch Alarm State Change"
CONFIRM = re.compile(
    r"https://sns\.([a-z]{2,8}(?:-[a-z0-9]{1,12}){2,4})\.amazonaws\.com(?:\.cn)?/"
    r"\?Action=ConfirmSubscription&[A-Za-z0-9_=&%:.~+/-]+"
)
SAID = re.compile(r"^\s*(service|severity)\s*[:=]\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Alarm:
    """What both forms of an alarm say."""

    arn: str
    name: str
    state: str
    about: str
    reason: str
    at: datetime | None
    pairs: tuple[tuple[str, str], ...]


def parse(post: Post) -> Parcel:
    """What an SNS envelope holds, or a bare alarm."""
    kind = fields.line(post.payload, "Type")
    if kind == "SubscriptionConfirmation":
        return _confirmation(post.payload)
    if kind == "UnsubscribeConfirmation":
        return noted("Amazon SNS says that this subscription has ended.")
    if kind and kind != "Notification":
        raise Unreadable("“Type” is none of Amazon SNS.")
    found = _notification(post.payload) if kind else _bare(post)
    if found is None:
        raise Unreadable("This is neither an Amazon SNS message nor a CloudWatch alarm.")
    return noted(found.sentence) if isinstance(found, Noted) else alone(found)


def _bare(post: Post) -> Signal | Noted | None:
    """A message without an envelope: what it is named stands in the headers of raw delivery."""
    topic = fields.spare(post.headers, TOPIC, most=fields.LINK_LENGTH)
    if BARE_TEXT in post.payload:
        return _message({"Message": post.payload[BARE_TEXT], "TopicArn": topic})
    alarm = _alarm(post.payload)
    if alarm:
        return alarm
    if amazon_events.TYPE not in post.payload and RAW not in post.headers:
        return None
    return _placed(amazon_events.read(post.payload, topic=topic, subject="", at=None), topic)


def _confirmation(envelope: Mapping[str, Any]) -> Parcel:
    """SNS sends nothing before its address was opened; we open only SNS, in the topic's region."""
    address = fields.line(envelope, "SubscribeURL", most=fields.LINK_LENGTH + 1)
    topic = fields.line(envelope, "TopicArn", most=fields.LINK_LENGTH)
    found = CONFIRM.fullmatch(address)
    if found is None or len(address) > fields.LINK_LENGTH:
        raise Unreadable("“SubscribeURL” is not an address of Amazon SNS. We do not open it.")
    if _part(topic, 3) not in ("", found[1]):
        raise Unreadable("“SubscribeURL” is of another region than “TopicArn”. We do not open it.")
    sentence = f"Amazon SNS asks to confirm the subscription to {_part(topic, 5) or 'a topic'}."
    return replace(noted(sentence), confirm_at=address)


def _notification(envelope: Mapping[str, Any]) -> Signal | Noted:
    inner = fields.nested(fields.text(envelope, "Message", most=MAX_BYTES))
    alarm = _alarm(inner)
    if alarm or not inner:
        return alarm or _message(envelope)
    topic = fields.line(envelope, "TopicArn", most=fields.LINK_LENGTH)
    subject, at = fields.line(envelope, "Subject"), moments.instant(envelope, "Timestamp")
    return _placed(amazon_events.read(inner, topic=topic, subject=subject, at=at), topic)


def _placed(found: Signal | Noted, topic: str) -> Signal | Noted:
    """With the topic, and its region where the message names none."""
    if isinstance(found, Noted):
        return found
    place = [("topic", _part(topic, 5)), ("region", _part(topic, 3))]
    return replace(found, labels=fields.as_labels([*found.labels.items(), *place]))


def _message(envelope: Mapping[str, Any]) -> Signal:
    """A message in words: its subject, or else its first words, are what it is known by."""
    message = fields.text(envelope, "Message", most=MAX_BYTES)
    topic = fields.line(envelope, "TopicArn", most=fields.LINK_LENGTH)
    name = fields.line(envelope, "Subject") or fields.line({"": message}, "")
    if not name:
        raise Unreadable("“Message” is missing.")
    return Signal(
        key=fields.digest({"topic": topic, "name": name}),
        name=name,
        is_firing=True,
        summary=message[: fields.SUMMARY_LENGTH],
        starts_at=moments.instant(envelope, "Timestamp"),
        labels=fields.as_labels([("topic", _part(topic, 5)), ("region", _part(topic, 3))]),
    )


def _alarm(message: Mapping[str, Any]) -> Signal | None:
    if fields.spare(message, "detail-type") == EVENT:
        return _signal(_from_event(message))
    return _signal(_from_alarm(message)) if "NewStateValue" in message else None


def _from_alarm(message: Mapping[str, Any]) -> Alarm:
    trigger = fields.inside(message, "Trigger")
    dimensions = [one for one in fields.items(trigger, "Dimensions") if isinstance(one, dict)]
    return Alarm(
        arn=fields.line(message, "AlarmArn", most=fields.LINK_LENGTH),
        name=fields.line(message, "AlarmName"),
        state=fields.line(message, "NewStateValue"),
        about=fields.text(message, "AlarmDescription"),
        reason=fields.text(message, "NewStateReason"),
        at=moments.instant(message, "StateChangeTime"),
        pairs=(
            *_tags(message, "AlarmTags"),
            ("account", fields.word(message, "AWSAccountId")),
            ("namespace", fields.line(trigger, "Namespace")),
            ("metric", fields.line(trigger, "MetricName")),
            *((fields.line(one, "name"), fields.word(one, "value")) for one in dimensions),
        ),
    )


def _from_event(message: Mapping[str, Any]) -> Alarm:
    detail = fields.inside(message, "detail")
    state = fields.inside(detail, "state")
    arns = fields.items(message, "resources")
    return Alarm(
        arn=fields.line({"resources": arns[0]}, "resources") if arns else "",
        name=fields.line(detail, "alarmName"),
        state=fields.line(state, "value"),
        about=fields.text(fields.inside(detail, "configuration"), "description"),
        reason=fields.text(state, "reason"),
        at=moments.instant(state, "timestamp") or moments.instant(message, "time"),
        pairs=(
            *_tags(detail, "alarmTags"),
            ("account", fields.word(message, "account")),
            *_measured(fields.inside(detail, "configuration")),
        ),
    )


def _measured(configuration: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The metric of an alarm that has just one; others compute theirs, or stand on other alarms."""
    metrics = [one for one in fields.items(configuration, "metrics") if isinstance(one, dict)]
    if len(metrics) != 1:
        return ()
    metric = fields.inside(metrics[0], "metricStat", "metric")
    return (
        ("namespace", fields.line(metric, "namespace")),
        ("metric", fields.line(metric, "name")),
        *_tags(metric, "dimensions"),
    )


def _tags(holder: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    """Tags and dimensions; an alarm can do without those that are no text by name."""
    found = holder.get(name)
    tags = {"tags": found} if isinstance(found, dict) else {}
    try:
        return tuple(fields.labels(tags, "tags").items())
    except Unreadable:
        return ()


def _signal(alarm: Alarm) -> Signal:
    if not alarm.name:
        raise Unreadable("The alarm has no name.")
    if alarm.state not in STATES:
        raise Unreadable("The state of the alarm must be ALARM, OK or INSUFFICIENT_DATA.")
    region = _part(alarm.arn, 3)
    labels = fields.as_labels([*alarm.pairs, ("region", region), ("state", alarm.state)])
    said = {found[1].lower(): found[2] for found in SAID.finditer(alarm.about)}
    level = severity_level(said.get("severity") or labels.get("severity", ""))
    is_firing = alarm.state != "OK"
    unnamed = fields.digest({"alarm": alarm.name, "account": labels.get("account", "")})
    return Signal(
        key=fields.key(alarm.arn) or unnamed,
        name=alarm.name,
        is_firing=is_firing,
        summary=alarm.reason or alarm.about,
        service=(said.get("service") or labels.get("service", ""))[: fields.SERVICE_LENGTH],
        severity=TOO_LITTLE_DATA if alarm.state == "INSUFFICIENT_DATA" else level,
        starts_at=alarm.at if is_firing else None,
        ends_at=None if is_firing else alarm.at,
        labels=labels,
        link=_console(region, alarm.name),
    )


def _console(region: str, name: str) -> str:
    """The alarm's page; Amazon's message holds no link."""
    if not re.fullmatch(r"[a-z0-9-]{4,32}", region):
        return ""
    host = "console.amazonaws.cn" if region.startswith("cn-") else "console.aws.amazon.com"
    page = f"https://{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{quote(name, safe='')}"
    return page if fields.is_link(page) else ""


def _part(arn: str, number: int) -> str:
    parts = arn.split(":")
    return parts[number] if len(parts) > number else ""


def sample(now: datetime) -> Post:
    """One alarm, as CloudWatch hands it to SNS."""
    at = now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    message = f"""{{
      "AlarmName": "A test: too many errors at checkout",
      "AlarmDescription": "More than 10 errors.\\nservice: checkout\\nseverity: warning",
      "AWSAccountId": "123456789012",
      "NewStateValue": "ALARM",
      "NewStateReason": "Threshold Crossed: 1 datapoint (24.0) was greater than 10.0.",
      "StateChangeTime": "{at}",
      "Region": "EU (Frankfurt)",
      "AlarmArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout-errors",
      "OldStateValue": "OK",
      "Trigger": {{
        "MetricName": "Errors", "Namespace": "Shop", "Statistic": "Sum", "Period": 60,
        "Dimensions": [{{"name": "Stage", "value": "prod"}}]
      }}
    }}"""
    return Post(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:eu-central-1:123456789012:alarms",
            "Subject": 'ALARM: "A test: too many errors at checkout" in EU (Frankfurt)',
            "Message": message,
            "Timestamp": at.replace("+0000", "Z"),
            "SignatureVersion": "1",
        },
        {"x-amz-sns-message-type": "Notification"},
    )


SUBSCRIBE = """\
aws sns subscribe --protocol https \\
  --topic-arn arn:aws:sns:eu-central-1:123456789012:alarms \\
  --notification-endpoint {address}"""


def guide(door: Door) -> Guide:
    """How Amazon SNS comes to post here."""
    return Guide(
        steps=(
            "In Amazon SNS, open the topic that your alarms write to, and create a subscription.",
            "Choose the protocol HTTPS, and paste the address. It holds the token.",
            "Muster confirms the subscription within a minute. You do not need to do anything.",
            "Let your alarms notify the topic for ALARM and for OK.",
            "Write “service: payments” and “severity: high” as lines of an alarm's description.",
            "Tags of these names do as well, if the alarm is set to send its tags.",
        ),
        snippets=(
            Snippet("Endpoint", door.token_address),
            Snippet("Or on the command line", SUBSCRIBE.format(address=door.token_address)),
        ),
    )


KIND = Kind(
    slug="cloudwatch",
    name="Amazon SNS and CloudWatch",
    parse=parse,
    guide=guide,
    sample=sample,
    delivery_headers=("x-amz-sns-message-id",),
    bare_header=RAW,
    about="Each alarm is one incident; OK resolves it. Any other message of the topic opens one.",
)
