"""Zabbix, through a media type of the kind Webhook whose parameters and script our guide gives.

A macro that Zabbix cannot fill stays as it was written or becomes *UNKNOWN*; both read as empty.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted, severity_level

MACROS: Mapping[str, str] = {
    "event_id": "{EVENT.ID}",
    "event_value": "{EVENT.VALUE}",
    "event_update_status": "{EVENT.UPDATE.STATUS}",
    "event_name": "{EVENT.NAME}",
    "event_severity": "{EVENT.SEVERITY}",
    "event_opdata": "{EVENT.OPDATA}",
    "event_timestamp": "{EVENT.TIMESTAMP}",
    "event_tags": "{EVENT.TAGSJSON}",
    "host_name": "{HOST.NAME}",
    "trigger_id": "{TRIGGER.ID}",
    "trigger_name": "{TRIGGER.NAME}",
    "trigger_url": "{TRIGGER.URL}",
    "zabbix_url": "{$ZABBIX.URL}",
}
EMPTY = re.compile(r"\{\$?[A-Z0-9_.]+\}|\*UNKNOWN\*")
PROBLEM = ("1", "PROBLEM")
INSIDE = re.compile(r"\{[$#]?[A-Z][A-Z0-9_.]{2,60}(?:\.\"[^\"{}]*\")?\}|\*UNKNOWN\*")
OVER = ("0", "OK", "RESOLVED")
LEVELS = ("not classified", "information", "warning", "average", "high", "disaster")


def parse(post: Post) -> Parcel:
    """The one event of a post; the media type's own test is Noted."""
    found = fields.plainly_named(post.payload)
    if "eventid" not in found and "triggerid" not in found:
        raise Unreadable("“event_id” is missing. Copy the parameters from the set-up page.")
    event, trigger = _said(found, "eventid"), _said(found, "triggerid")
    if not event and not trigger:
        return noted("Zabbix's own test arrived. It opens no incident.")
    if _said(found, "eventupdatestatus") == "1":
        return noted("Somebody updated the problem in Zabbix.")
    state = _said(found, "eventvalue", "eventstatus", "triggerstatus", "status").upper()
    if state not in PROBLEM + OVER:
        raise Unreadable("“event_value” must be 1 for a problem or 0 for its end.")
    tags = _tags(found)
    host = _said(found, "hostname", "hosthost", "host")
    return alone(
        Signal(
            key=fields.key("trigger", trigger) if trigger else fields.key("event", event),
            name=_name(found) or f"Problem {event or trigger}",
            is_firing=state in PROBLEM,
            summary=_said(found, "eventopdata", "alertmessage", most=fields.SUMMARY_LENGTH),
            service=tags.get("service", "")[: fields.SERVICE_LENGTH],
            severity=_severity(_said(found, "eventseverity", "triggerseverity", "severity")),
            starts_at=_instant(found),
            labels=fields.as_labels([("host", host), *tags.items()]),
            link=_link(found, event=event, trigger=trigger),
        )
    )


def _instant(found: Mapping[str, Any]) -> datetime | None:
    return moments.spare_unix_instant(found, "eventtimestamp")


def _severity(said: str) -> int | None:
    """Zabbix's word, or its number from 0 to 5."""
    is_number = said.isdecimal() and len(said) == 1 and int(said) < len(LEVELS)
    return severity_level(LEVELS[int(said)] if is_number else said)


def _said(found: Mapping[str, Any], *names: str, most: int = fields.NAME_LENGTH) -> str:
    """The first of these that Zabbix filled in."""
    said = (fields.word(found, name, most=most) for name in names)
    return next((one for one in said if one and not EMPTY.fullmatch(one)), "")


def _name(found: Mapping[str, Any]) -> str:
    """The problem's name. A macro inside it that Zabbix could not fill is left out."""
    name = _said(found, "eventname", "triggername", "alertsubject")
    return " ".join(INSIDE.sub("…", name).split()) if INSIDE.search(name) else name


def _tags(found: Mapping[str, Any]) -> dict[str, str]:
    """The tags, a list in JSON; inside a text, unless a template leaves the quotes out."""
    name = "eventtags" if "eventtags" in found else "eventtagsjson"
    tags = found.get(name)
    if not isinstance(tags, list):
        said = fields.text(found, name, most=50_000) or "[]"
        tags = fields.nested(f'{{"tags": {said}}}').get("tags")
    listed = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    return fields.as_labels(
        (fields.line(tag, "tag"), fields.word(tag, "value") or "yes") for tag in listed
    )


def _link(found: Mapping[str, Any], *, event: str, trigger: str) -> str:
    """The trigger's own link, or the event's page when the address of Zabbix is known."""
    own, base = fields.link(found, "triggerurl"), fields.link(found, "zabbixurl")
    page = f"{base.rstrip('/')}/tr_events.php?triggerid={trigger}&eventid={event}"
    return own or (page if base and trigger and fields.is_link(page) else "")


def sample(now: datetime) -> Post:
    """One problem, as the media type posts it."""
    return Post(
        {
            "event_id": "4711",
            "event_value": "1",
            "event_update_status": "0",
            "event_name": "A test: the disk of db1 is nearly full",
            "event_severity": "Average",
            "event_opdata": "94 % used",
            "event_timestamp": str(int(now.timestamp())),
            "event_tags": '[{"tag": "service", "value": "checkout"}]',
            "host_name": "db1",
            "trigger_id": "16024",
            "trigger_name": "The disk of db1 is nearly full",
            "trigger_url": "",
            "zabbix_url": "https://zabbix.example.com",
        }
    )


SCRIPT = """\
var found = JSON.parse(value), request = new HttpRequest(), address = found.address;
request.addHeader('Content-Type: application/json');
request.addHeader('Authorization: Bearer ' + found.token);
delete found.address;
delete found.token;
var answer = request.post(address, JSON.stringify(found)), status = request.getStatus();
if (status < 200 || status >= 300) {
    throw 'Muster answered ' + status + ': ' + answer;
}
return 'OK';"""


def guide(door: Door) -> Guide:
    """How Zabbix comes to post here."""
    parameters = {"address": door.address, "token": door.shown_token, **MACROS}
    return Guide(
        steps=(
            "In Zabbix, open Alerts, then Media types, and create one of the type Webhook.",
            "Enter the parameters below, one row each, and paste the script.",
            "Under Message templates, add one for problems and one for their recovery.",
            "Press Test: it shows here as noted.",
            "Give a user this media, and let a trigger action send to that user.",
            "Add recovery operations to the action.",
            "Give triggers a tag “service”. For links back, set the global macro {$ZABBIX.URL}.",
        ),
        snippets=(
            Snippet(
                "Parameters", "\n".join(f"{name}\t{text}" for name, text in parameters.items())
            ),
            Snippet("Script", SCRIPT),
        ),
    )


KIND = Kind(
    slug="zabbix",
    name="Zabbix",
    parse=parse,
    guide=guide,
    sample=sample,
    about="Each trigger is one incident: a problem opens it, its recovery resolves it.",
)
