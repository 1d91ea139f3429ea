"""How people, services, the contact matrix and rosters are spoken of in the audit trail."""

from config.front.history.speech import Kind, Part, Row
from incidents.logic import wordings
from rosters.enums import (
    ApiScope,
    Channel,
    OverrideKind,
    RotationUnit,
    SeverityLevel,
    Tier,
    Urgency,
)

SEVERITY = {level.value: level.code for level in SeverityLevel}
WORDING_KIND = {kind: said.split(":")[0].lower() for kind, said in wordings.KINDS.items()}
WORDING_FORM = {form: said.lower() for form, said in wordings.FORMS.items()}
CHANNEL = {
    Channel.PHONE.value: "phone",
    Channel.SMS.value: "text message",
    Channel.EMAIL.value: "e-mail",
    Channel.CHAT.value: "chat",
    Channel.PUSH.value: "push",
}
URGENCY = {Urgency.URGENT.value: "urgent", Urgency.NORMAL.value: "normal"}
WEEKDAY = dict(
    enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
)
UNITS = {unit.value: str(unit.label) for unit in RotationUnit}
OVERRIDE = {kind.value: str(kind.label).lower() for kind in OverrideKind}
SCOPES = {scope.value: str(scope.label).lower() for scope in ApiScope}
TIER = {tier.value: f"tier {tier.value}" for tier in Tier}


def severity(label: str = "the severity") -> Part:
    return Part(label, "choice", SEVERITY)


def person(label: str = "the person") -> Part:
    return Part(label, "person")


def _cell(row: Row) -> str:
    about = "the whole company"
    if row.get("service"):
        about = "{service}"
    elif row.get("team"):
        about = "the team {team}"
    at = " at {severity}" if row.get("severity") else ""
    at += " and worse" if row.get("and_worse") else ""
    during = " during {hours}" if row.get("hours") else ""
    return f"the {{role}} for {about}{at}{during}"


def _filled(row: Row) -> str:
    if row.get("roster"):
        return f"let the roster {{roster}} be {_cell(row)}"
    backup = " and {backup} as backup" if row.get("backup") else ""
    return f"named {{person}} as {_cell(row)}{backup}"


def _emptied(row: Row) -> str:
    return f"took {{roster}}{{person}} out as {_cell(row)}"


def _cell_changed(before: Row, row: Row, columns: frozenset[str]) -> str:
    changed = columns - {"confirmed_at", "confirmed_by"}
    if not changed and row.get("confirmed_at"):
        return "confirmed that {title} is right"
    if not changed:
        return "asked for {title} to be confirmed again"
    if changed == {"person"} and before.get("person") and row.get("person"):
        return "changed {title} from {was_person} to {person}"
    if changed == {"backup"} and row.get("backup"):
        was = " instead of {was_backup}" if before.get("backup") else ""
        return f"made {{backup}} the backup of {{title}}{was}"
    if changed == {"backup"}:
        return "took {was_backup} out as the backup of {title}"
    if changed == {"person", "backup"} and before.get("person") and row.get("person"):
        backup = "{backup} as backup" if row.get("backup") else "no backup"
        return f"changed {{title}} from {{was_person}} to {{person}}, with {backup}"
    if changed <= {"person", "backup", "roster"}:
        return _filled(row)
    return ""


def _override(row: Row) -> str:
    window = "on {roster} from {starts_at} until {ends_at}"
    if row["kind"] == OverrideKind.ADD:
        return f"put {{person}} on call too, {window}"
    if row["kind"] == OverrideKind.REMOVE:
        return f"took {{instead_of}} off call {window}"
    instead = "{instead_of}" if row.get("instead_of") else "everybody else"
    return f"put {{person}} on call instead of {instead} {window}"


def _left(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns <= {"left_at", "may_sign_in"} and "left_at" in columns:
        if row.get("left_at"):
            return "noted that {title} left the company"
        return "noted that {title} is back in the company"
    return ""


def _cover(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if "agreed" not in columns or row.get("agreed") is None:
        return ""
    said = "yes" if row["agreed"] else "no"
    return f"noted that {{person}} said {said} to covering {{absence}}"


def _revoked(_before: Row, row: Row, columns: frozenset[str]) -> str:
    return "revoked {title}" if "revoked_at" in columns and row.get("revoked_at") else ""


WHO: dict[str, Kind] = {
    "person": Kind(
        "rosters.Person",
        "People",
        "{full_name}",
        "{full_name}",
        {
            "full_name": Part("the name", is_name=True),
            "short_name": Part("the short name"),
            "email": Part("the sign-in address"),
            "time_zone": Part("the time zone", "zone"),
            "region": Part("the region", "region"),
            "left_at": Part("the day of leaving", "instant"),
            "quiet_from": Part("the beginning of the quiet hours", "time"),
            "quiet_until": Part("the end of the quiet hours", "time"),
            "rests_on_holidays": Part("quiet public holidays", "yes_no"),
            "may_sign_in": Part(
                "the right to sign in",
                "yes_no",
                on="let {title} sign in",
                off="stopped {title} from signing in",
            ),
            "is_staff": Part(
                "the right to use the admin",
                "yes_no",
                on="let {title} use the admin",
                off="closed the admin to {title}",
            ),
            "is_superuser": Part(
                "the right to do everything",
                "yes_no",
                on="made {title} an administrator",
                off="took the rights of an administrator from {title}",
            ),
        },
        changed=_left,
    ),
    "persongroup": Kind(
        "rosters.PersonGroup",
        "Rights",
        "{person} in {group}",
        "{person} in {group}",
        {"person": person(), "group": Part("the group", "group")},
        added="gave {person} the rights of {group}",
        removed="took the rights of {group} from {person}",
    ),
    "contactpoint": Kind(
        "rosters.ContactPoint",
        "Numbers and addresses",
        "the {channel} of {person}",
        "the {channel} of {person}",
        {
            "person": person(),
            "channel": Part("the channel", "choice", CHANNEL),
            "label": Part("the label"),
            "verified_at": Part("the day it was verified", "instant"),
            "last_tested_at": Part("the last test", "instant"),
            "reported_wrong_at": Part("when it was said to be wrong", "instant"),
            "reported_wrong_by": person("who said that it is wrong"),
        },
        unseen="changed the number or address behind {title}",
    ),
    "contactrule": Kind(
        "rosters.ContactRule",
        "Ways to reach somebody",
        "how {person} is reached when it is {urgency}",
        "how {person} is reached",
        {
            "person": person(),
            "urgency": Part("the urgency", "choice", URGENCY),
            "order": Part("the order"),
            "delay_minutes": Part("the delay", "minutes"),
            "contact_point": Part("the way", "contactpoint"),
        },
        added="chose {contact_point} for what is {urgency}",
        removed="took {contact_point} off what is {urgency}",
    ),
    "team": Kind(
        "rosters.Team",
        "Teams",
        "the team {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "time_zone": Part("the time zone", "zone"),
        },
    ),
    "membership": Kind(
        "rosters.Membership",
        "Teams: members",
        "{person} in {team}",
        "{person} in {team}",
        {
            "team": Part("the team", "team"),
            "person": person(),
            "is_lead": Part(
                "the lead",
                "yes_no",
                on="made {person} a lead of {team}",
                off="took the lead of {team} from {person}",
            ),
        },
        added="added {person} to the team {team}",
        removed="took {person} out of the team {team}",
    ),
    "service": Kind(
        "rosters.Service",
        "Services",
        "the service {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "owner_team": Part("the owner team", "team"),
            "tier": Part("the tier", "choice", TIER),
            "customer_impact": Part("the impact on customers", "words"),
            "backup_owner": person("the backup owner"),
            "region": Part("the region", "region"),
            "operating_hours": Part("the operating hours", "words"),
            "vendor_contacts": Part("the suppliers", "words"),
            "labels": Part("the labels", "list"),
        },
    ),
    "servicedependency": Kind(
        "rosters.ServiceDependency",
        "Services: what they need",
        "that {service} needs {needs}",
        "{service} needs {needs}",
        {"service": Part("the service", "service"), "needs": Part("what it needs", "service")},
        added="noted {title}",
        removed="noted that {service} no longer needs {needs}",
    ),
    "stakeholderrole": Kind(
        "rosters.StakeholderRole",
        "Roles",
        "the role {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "description": Part("the description", "words"),
            "actions": Part("the non-negotiable actions", "words"),
            "is_needed": Part(
                "whether every service needs one",
                "yes_no",
                on="made {title} one that every service needs",
                off="made {title} one that a service may lack",
            ),
            "order": Part("the place in the grid"),
        },
    ),
    "namedhours": Kind(
        "rosters.NamedHours",
        "Named hours",
        "the hours “{name}”",
        "{name}",
        {"name": Part("the name", is_name=True), "time_zone": Part("the time zone", "zone")},
    ),
    "namedhoursspan": Kind(
        "rosters.NamedHoursSpan",
        "Named hours: days",
        "{hours} on {weekday}",
        "{hours} on {weekday}",
        {
            "hours": Part("the hours", "namedhours"),
            "weekday": Part("the day", "choice", WEEKDAY),
            "starts_at": Part("the beginning", "time"),
            "ends_at": Part("the end", "time"),
        },
        added="set {title}: {starts_time} to {ends_time}",
    ),
    "matrixentry": Kind(
        "rosters.MatrixEntry",
        "Contact matrix",
        _cell,
        _cell,
        {
            "person": person(),
            "backup": person("the backup"),
            "roster": Part("the roster", "roster"),
            "role": Part("the role", "stakeholderrole"),
            "service": Part("the service", "service"),
            "team": Part("the team", "team"),
            "severity": severity(),
            "and_worse": Part(
                "whether worse ones count",
                "yes_no",
                on="let {title} hold for worse ones too",
                off="let {title} hold for no worse one",
            ),
            "hours": Part("the hours", "namedhours"),
            "valid_from": Part("the beginning", "instant"),
            "valid_to": Part("the end", "instant"),
            "confirmed_at": Part("the confirmation", "instant"),
            "confirmed_by": person("who confirmed it"),
        },
        added=_filled,
        removed=_emptied,
        changed=_cell_changed,
    ),
    "roster": Kind(
        "rosters.Roster",
        "Rosters",
        "the roster {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "team": Part("the team", "team"),
            "time_zone": Part("the time zone", "zone"),
        },
    ),
    "layer": Kind(
        "rosters.Layer",
        "Rosters: levels",
        "the level {name} of {roster}",
        "{roster}, {name}",
        {
            "roster": Part("the roster", "roster"),
            "name": Part("the name", is_name=True),
            "priority": Part("the order"),
        },
    ),
    "rotation": Kind(
        "rosters.Rotation",
        "Rosters: rotations",
        "the rotation of {layer}",
        "{layer}",
        {
            "layer": Part("the level", "layer"),
            "starts_on": Part("the first day", "day"),
            "handover_at": Part("the handover", "time"),
            "ends_on": Part("the last day", "day"),
            "unit": Part("the unit", "choice", UNITS),
            "length": Part("the length of a turn"),
        },
    ),
    "rotationmember": Kind(
        "rosters.RotationMember",
        "Rosters: whose turn",
        "turn {order} of {rotation}",
        "turn {order} of {rotation}",
        {
            "person": Part("the person", "person", is_it=True),
            "rotation": Part("the rotation", "rotation"),
            "order": Part("the order"),
        },
        added="gave {person} turn {order} of {rotation}",
        removed="took turn {order} of {rotation} from {person}",
    ),
    "restriction": Kind(
        "rosters.Restriction",
        "Rosters: hours",
        "the hours of {layer} on {weekday}",
        "the hours of {layer} on {weekday}",
        {
            "layer": Part("the level", "layer"),
            "weekday": Part("the day", "choice", WEEKDAY),
            "starts_at": Part("the beginning", "time"),
            "ends_at": Part("the end", "time"),
        },
        added="set {title}: {starts_time} to {ends_time}",
    ),
    "override": Kind(
        "rosters.Override",
        "Rosters: changes for a while",
        "a change for a while on {roster}",
        "a change on {roster}",
        {
            "roster": Part("the roster", "roster"),
            "kind": Part("the kind", "choice", OVERRIDE),
            "person": person("who is on call"),
            "instead_of": person("who is not"),
            "starts_at": Part("the beginning", "instant"),
            "ends_at": Part("the end", "instant"),
            "reason": Part("the reason", "words"),
            "covers": Part("the absence it makes up for", "absence"),
            "created_by": person("who made it"),
        },
        added=_override,
        removed="took back a change for a while on {roster}, {starts_at} until {ends_at}",
    ),
    "absence": Kind(
        "rosters.Absence",
        "Absences",
        "the absence of {person}",
        "the absence of {person}",
        {
            "person": person(),
            "starts_at": Part("the beginning", "instant"),
            "ends_at": Part("the end", "instant"),
            "reason": Part("the reason", "words"),
        },
        added="noted that {person} is away from {starts_at} until {ends_at}",
        removed="took back the absence of {person} from {starts_at} until {ends_at}",
    ),
    "coverrequest": Kind(
        "rosters.CoverRequest",
        "Absences: who covers",
        "the question to {person} whether they cover {absence}",
        "who covers {absence}",
        {
            "absence": Part("the absence", "absence"),
            "person": person("who is asked"),
            "asked_by": person("who asks"),
            "asked_at": Part("when it was asked", "instant"),
            "agreed": Part("the answer", "yes_no"),
            "answered_at": Part("when it was answered", "instant"),
        },
        added="asked {person} to cover {absence}",
        removed="took back the question to {person} whether they cover {absence}",
        changed=_cover,
    ),
    "apitoken": Kind(
        "rosters.ApiToken",
        "Tokens of the API",
        "the API token “{name}”",
        "the API token “{name}”",
        {
            "name": Part("the name", is_name=True),
            "person": person("for whom it acts"),
            "scopes": Part("what it may do", "list", SCOPES),
            "hint": Part("how it begins"),
            "created_at": Part("when it was made", "instant"),
            "created_by": person("who made it"),
            "expires_at": Part("its end", "instant"),
            "revoked_at": Part("when it was revoked", "instant"),
            "revoked_by": person("who revoked it"),
        },
        added="made {title} for {person}",
        changed=_revoked,
        unseen="changed {title}",
    ),
    "carrieraccount": Kind(
        "rosters.CarrierAccount",
        "Carriers",
        "the carrier “{name}”",
        "the carrier “{name}”",
        {
            "kind": Part("the kind"),
            "name": Part("the name", is_name=True),
            "channels": Part("the channels", "list", CHANNEL),
            "order": Part("the order"),
            "is_enabled": Part(
                "use", "yes_no", on="switched on {title}", off="switched off {title}"
            ),
            "price": Part("the price of a message"),
            "currency": Part("the currency"),
            "created_at": Part("when it was set up", "instant"),
            "created_by": person("who set it up"),
        },
        added="set up {title}",
        unseen="changed the settings of {title}",
    ),
    "channelorder": Kind(
        "rosters.ChannelOrder",
        "Carriers",
        "how loud SEV{severity} is",
        "how loud SEV{severity} is",
        {"severity": Part("the severity"), "channels": Part("the channels")},
        added="changed {title} to {channels}",
        removed="put {title} back as it was shipped",
    ),
    "wordingversion": Kind(
        "rosters.WordingVersion",
        "Words of messages",
        "version {number} of the words of {form}, {kind}",
        "version {number} of the words of {form}, {kind}",
        {
            "kind": Part("the kind of message", "choice", WORDING_KIND),
            "form": Part("the form", "choice", WORDING_FORM),
            "number": Part("the number"),
            "text": Part("the words", "text"),
            "why": Part("the reason"),
            "made_by": person("who wrote it"),
            "made_at": Part("when it was written", "instant"),
        },
        added="wrote {title}: {why}",
    ),
    "contactview": Kind(
        "rosters.ContactView",
        "Who saw whose numbers",
        "the numbers of {person}",
        "the numbers of {person}",
        {"person": person(), "reason": Part("the reason", "words")},
        added="saw the numbers of {person}",
    ),
}
