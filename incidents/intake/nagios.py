"""Nagios, Icinga and Naemon, through a notification command that posts their macros as a form.

Names are read without regard to case and marks, so that NOTIFICATIONTYPE, notification_type and
Icinga's notification.type are the same.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, moments
from incidents.intake.body import Unreadable
from incidents.intake.kind import Door, Guide, Kind, Snippet
from incidents.intake.signal import Parcel, Post, Signal, alone, noted

NOTED: Mapping[str, str] = {
    "ACKNOWLEDGEMENT": "Somebody acknowledged {name} in the monitoring.",
    "FLAPPINGSTART": "{name} changes its state too often. Its notifications are held.",
    "FLAPPINGSTOP": "{name} no longer changes its state too often.",
    "FLAPPINGDISABLED": "{name} is no longer watched for changing too often.",
    "FLAPPINGEND": "{name} no longer changes its state too often.",
    "DOWNTIMESTART": "Planned work on {name} has begun.",
    "DOWNTIMEEND": "Planned work on {name} has ended.",
    "DOWNTIMECANCELLED": "Planned work on {name} was called off.",
    "DOWNTIMEREMOVED": "Planned work on {name} was called off.",
    "CUSTOM": "Somebody sent a message about {name} by hand.",
}
LEVELS: Mapping[str, int | None] = {
    "CRITICAL": 1,
    "DOWN": 1,
    "UNREACHABLE": 3,
    "WARNING": 3,
    "UNKNOWN": 3,
    "OK": None,
    "UP": None,
}


def parse(post: Post) -> Parcel:
    """The one notification of a post; only problems and recoveries are alerts."""
    found = fields.plainly_named(post.payload)
    host, service = _said(found, "hostname"), _said(found, "servicedesc", "servicename")
    kind = _said(found, "notificationtype").upper()
    if not host or not kind:
        raise Unreadable("“hostname” and “notificationtype” are needed. Copy the command again.")
    name = f"{service} on {host}" if service else host
    if kind in NOTED:
        return noted(NOTED[kind].format(name=name))
    if kind not in ("PROBLEM", "RECOVERY"):
        raise Unreadable("“notificationtype” is none that Nagios sends.")
    state = _said(found, "servicestate" if service else "hoststate", "state").upper()
    if state not in LEVELS:
        raise Unreadable(
            "The state must be OK, WARNING, CRITICAL, UNKNOWN, UP, DOWN or UNREACHABLE."
        )
    is_firing = kind == "PROBLEM" and state not in ("OK", "UP")
    at = moments.spare_unix_instant(found, "timet")
    return alone(
        Signal(
            key=fields.key("service", host, service) if service else fields.key("host", host),
            name=f"{name[:180]} is {state}",
            is_firing=is_firing,
            summary=_said(found, "serviceoutput" if service else "hostoutput", "output", most=500),
            service=_said(found, "musterservice", most=fields.SERVICE_LENGTH),
            severity=LEVELS[state],
            starts_at=at if is_firing else None,
            ends_at=None if is_firing else at,
            labels=fields.as_labels(
                [
                    ("host", host),
                    ("check", service),
                    ("state", state),
                    ("group", _said(found, "servicegroupname", "hostgroupname")),
                ]
            ),
            link=fields.link(found, "actionurl", "serviceactionurl", "hostactionurl", "notesurl"),
        )
    )


def _said(found: Mapping[str, Any], *names: str, most: int = fields.NAME_LENGTH) -> str:
    """The first of these that was filled in; a macro without a value stays as it was written."""
    said = (fields.word(found, name, most=most) for name in names)
    return next((one for one in said if one and not _is_macro(one)), "")


def _is_macro(said: str) -> bool:
    return len(said) > len("$$") and said.startswith("$") and said.endswith("$")


def sample(now: datetime) -> Post:
    """One problem of a service, as the command posts it."""
    return Post(
        {
            "notificationtype": "PROBLEM",
            "hostname": "web-1",
            "hoststate": "UP",
            "servicedesc": "Checkout",
            "servicestate": "WARNING",
            "serviceoutput": "A test: HTTP WARNING - 4.2 seconds",
            "musterservice": "checkout",
            "timet": str(int(now.timestamp())),
            "actionurl": "https://nagios.example.com/cgi-bin/extinfo.cgi?type=2&host=web-1",
        }
    )


FIELDS: Mapping[str, Mapping[str, str]] = {
    "host": {
        "notificationtype": "$NOTIFICATIONTYPE$",
        "hostname": "$HOSTNAME$",
        "hoststate": "$HOSTSTATE$",
        "hostoutput": "$HOSTOUTPUT$",
        "musterservice": "$_HOSTMUSTER_SERVICE$",
        "timet": "$TIMET$",
        "actionurl": "$HOSTACTIONURL$",
    },
    "service": {
        "notificationtype": "$NOTIFICATIONTYPE$",
        "hostname": "$HOSTNAME$",
        "servicedesc": "$SERVICEDESC$",
        "servicestate": "$SERVICESTATE$",
        "serviceoutput": "$SERVICEOUTPUT$",
        "musterservice": "$_SERVICEMUSTER_SERVICE$",
        "timet": "$TIMET$",
        "actionurl": "$SERVICEACTIONURL$",
    },
}
CONTACT = """\
define contact {
  contact_name                   muster
  host_notifications_enabled     1
  service_notifications_enabled  1
  host_notification_period       24x7
  service_notification_period    24x7
  host_notification_options      d,u,r,f,s
  service_notification_options   w,u,c,r,f,s
  host_notification_commands     notify-muster-host
  service_notification_commands  notify-muster-service
}"""


def _command(door: Door, what: str) -> str:
    """Curl tries again by itself; single quotes keep the shell away from what a check says."""
    posted = "".join(f" --data-urlencode '{name}={macro}'" for name, macro in FIELDS[what].items())
    return (
        f"define command {{\n  command_name  notify-muster-{what}\n"
        f"  command_line  /usr/bin/curl -sS --fail --max-time 10 --retry 3"
        f" -H 'Authorization: Bearer {door.shown_token}'{posted} '{door.address}'\n}}"
    )


def guide(door: Door) -> Guide:
    """How Nagios comes to post here."""
    return Guide(
        steps=(
            "Copy the two commands and the contact into the configuration of Nagios.",
            "Put the contact “muster” into the contact groups of what should reach you.",
            "Keep a single quote in illegal_macro_output_chars, so that a check's text stays text.",
            "Give hosts and services the custom variable _MUSTER_SERVICE, as Muster names them.",
            "Reload Nagios.",
        ),
        snippets=(
            Snippet("Command for hosts", _command(door, "host")),
            Snippet("Command for services", _command(door, "service")),
            Snippet("Contact", CONTACT),
        ),
    )


KIND = Kind(
    slug="nagios",
    name="Nagios and Icinga",
    parse=parse,
    guide=guide,
    sample=sample,
    is_form=True,
    about="Each check is one incident: a problem opens it, its recovery resolves it.",
)
