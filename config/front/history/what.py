"""How rules, sources, runbooks, actions and drills are spoken of in the audit trail."""

from config.front.history.speech import Kind, Part, Row
from config.front.history.who import TIER, URGENCY, WHO, person, severity
from incidents.enums import (
    AckMode,
    Choose,
    HoursReadIn,
    MaintenanceMode,
    PersonalData,
    Promise,
    Recurrence,
    RuleAction,
    RuleMode,
    StepAnchor,
    TargetUnit,
)
from incidents.intake import kinds
from incidents.models.room import ROOM_CHANNELS
from reviews.enums import ActionKind, DrillKind
from rosters.enums import SeverityLevel
from runbooks.enums import StepKind

PROMISE = {
    Promise.ACKNOWLEDGE.value: "acknowledge",
    Promise.FILL_ROLE.value: "fill a role",
    Promise.CONTAIN.value: "contain",
    Promise.RESOLVE.value: "resolve",
    Promise.ROOT_CAUSE.value: "write down the cause",
    Promise.UPDATE.value: "post an update",
    Promise.REVIEW.value: "publish the review",
    Promise.DECIDE.value: "decide what was asked",
    Promise.ATTENTION.value: "say that somebody is still on it",
    Promise.REPORT.value: "tell the authority",
}
CHOOSE = {choice.value: str(choice.label).lower() for choice in Choose}
ACK_MODE = {mode.value: str(mode.label).lower() for mode in AckMode}
HOURS_READ_IN = {place.value: str(place.label).lower() for place in HoursReadIn}
ANCHOR = {anchor.value: str(anchor.label) for anchor in StepAnchor}
MODE = {mode.value: str(mode.label).split(":")[0].lower() for mode in MaintenanceMode}
RECURRENCE = {often.value: str(often.label).lower() for often in Recurrence}
PERSONAL = {answer.value: str(answer.label).lower() for answer in PersonalData}
RULE_MODE = {mode.value: str(mode.label).split(":")[0].lower() for mode in RuleMode}
RULE_ACTION = {action.value: str(action.label).lower() for action in RuleAction}
UNIT = {unit.value: str(unit.label) for unit in TargetUnit}


def _published(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns == {"agreed_by"}:
        return "agreed to {title}"
    if columns == {"asked_at", "asked_by"}:
        is_asked = bool(row.get("asked_at"))
        return "asked a second person to agree to {title}" if is_asked else "took {title} back"
    is_new = columns <= {"published_at", "published_by"} and bool(row.get("published_at"))
    return "published {title}" if is_new else ""


def _done(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns <= {"done_at", "done_by", "evidence"} and "done_at" in columns:
        return "said that {title} is done" if row.get("done_at") else "opened {title} again"
    return ""


def _drilled(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if "called_off_at" in columns and row.get("called_off_at"):
        return "called off {title}"
    if "finished_at" in columns and row.get("finished_at"):
        return "wrote down how {title} went"
    return ""


def _worked(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns == {"exceptions"}:
        return "changed single times of {title}: {exceptions}" if row.get("exceptions") else ""
    return "called off {title}" if "called_off_at" in columns and row.get("called_off_at") else ""


def _retired(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns <= {"retired_at"}:
        return "retired {title}" if row.get("retired_at") else "brought {title} back"
    return ""


def _ruled(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns <= {"mode"}:
        return {
            RuleMode.ACTIVE.value: "switched on {title}",
            RuleMode.WATCH.value: "let {title} only watch",
            RuleMode.DRAFT.value: "switched off {title}",
        }.get(str(row.get("mode")), "")
    return "moved {title} to place {position}" if columns <= {"position"} else ""


def _muted(_before: Row, row: Row, columns: frozenset[str]) -> str:
    if columns <= {"muted_until", "mute_reason"}:
        return (
            "muted {title} until {muted_until_at}" if row.get("muted_until") else "unmuted {title}"
        )
    return ""


def _route(row: Row) -> str:
    about = "{service}" if row.get("service") else "every service"
    at = " at {severity}" if row.get("severity") else ""
    harm = " with {impact} harm" if row.get("impact") else ""
    return f"the rule for {about}{at}{harm}"


def _target(row: Row) -> str:
    for column in ("role", "roster", "person", "team", "room"):
        if row.get(column):
            return f"the {{{column}}}" if column == "role" else f"{{{column}}}"
    return "nobody"


def _promise(row: Row) -> str:
    tier = " on services of {tier}" if row.get("tier") else ""
    return f"the time to {{promise}} at {{severity}}{tier}"


def _target_changed(_before: Row, _row: Row, columns: frozenset[str]) -> str:
    if columns <= {"amount", "unit"}:
        return "changed {title} from {was_amount} {was_unit} to {amount} {unit}"
    return ""


WHAT: dict[str, Kind] = {
    "severity": Kind(
        "incidents.Severity",
        "Severities",
        "{level}",
        "{level}",
        {
            "level": Part("the level", "choice", {n.value: n.code for n in SeverityLevel}),
            "description": Part("the meaning", "words"),
            "examples": Part("the examples", "words"),
        },
        added="described {title}",
        removed="removed the description of {title}",
    ),
    "impactclass": Kind(
        "incidents.ImpactClass",
        "Kinds of harm",
        "the kind of harm “{name}”",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "description": Part("the description", "words"),
            "is_customer_facing": Part(
                "whether customers notice",
                "yes_no",
                on="marked {title} as noticed by customers",
                off="marked {title} as not noticed by customers",
            ),
            "is_restricted": Part(
                "who may read it",
                "yes_no",
                on="restricted incidents of {title} to those with a part in them",
                off="let everybody read new incidents of {title}",
            ),
            "told_role": Part("who is told at once", "stakeholderrole"),
            "usual_severity": severity("how bad it usually is"),
            "statutory_hours": Part("the hours to tell an authority"),
            "authority": Part("the authority", "words"),
        },
    ),
    "decisionkind": Kind(
        "incidents.DecisionKind",
        "What may be decided",
        "the decision “{name}”",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "description": Part("the meaning", "words"),
            "order": Part("its place"),
        },
        added="named {title}",
    ),
    "decisionright": Kind(
        "incidents.DecisionRight",
        "Decision rights",
        "what the {role} may decide about “{decision}”",
        "{role}: {decision}",
        {
            "role": Part("the role", "stakeholderrole"),
            "decision": Part("the decision", "decisionkind"),
            "approver": Part("who must agree", "stakeholderrole"),
            "within_minutes": Part("the time to answer", "minutes"),
        },
        added="said {title}",
        removed="took away {title}",
    ),
    "stepdecision": Kind(
        "incidents.StepDecision",
        "Rules: what whoever is told may decide",
        "{decisionkind} in {escalationstep}",
        "{decisionkind} in {escalationstep}",
        {
            "escalationstep": Part("the step", "escalationstep"),
            "decisionkind": Part("the decision", "decisionkind"),
        },
        added="let whoever {escalationstep} tells decide “{decisionkind}”",
        removed="no longer lets whoever {escalationstep} tells decide “{decisionkind}”",
    ),
    "responsetarget": Kind(
        "incidents.ResponseTarget",
        "Promised times",
        _promise,
        _promise,
        {
            "promise": Part("the promise", "choice", PROMISE),
            "severity": severity(),
            "tier": Part("the tier", "choice", TIER),
            "amount": Part("the time", is_it=True),
            "unit": Part("the unit", "choice", UNIT),
        },
        added="set {title} to {amount} {unit}",
        changed=_target_changed,
    ),
    "escalationpolicy": Kind(
        "incidents.EscalationPolicy",
        "Rules",
        "the rule {name}",
        "{name}",
        {"name": Part("the name", is_name=True), "slug": Part("the short address")},
    ),
    "policyversion": Kind(
        "incidents.PolicyVersion",
        "Rules: versions",
        "version {number} of the rule {policy}",
        "{policy}, version {number}",
        {
            "policy": Part("the rule", "escalationpolicy"),
            "number": Part("the number"),
            "rationale": Part("the reason", "words"),
            "repeats": Part("the repeats"),
            "repeat_from": Part("the step it repeats from"),
            "until_acknowledged": Part(
                "whether it repeats until somebody acknowledges",
                "yes_no",
                on="let {title} repeat until somebody acknowledges",
                off="let {title} repeat only so often",
            ),
            "based_on": Part("the version it was copied from", "policyversion"),
            "loop_minutes": Part("the time between repeats", "minutes"),
            "catch_all_minutes": Part("the time between last calls", "minutes"),
            "catch_all_rounds": Part("the number of last calls"),
            "published_at": Part("the publication", "instant"),
            "published_by": person("who published it"),
            "asked_at": Part("when a second person was asked", "instant"),
            "asked_by": person("who asked a second person"),
            "agreed_by": person("who agreed"),
        },
        added="began version {number} of the rule {policy}",
        changed=_published,
    ),
    "escalationstep": Kind(
        "incidents.EscalationStep",
        "Rules: steps",
        "step {order} of {version}",
        "step {order} of {version}",
        {
            "version": Part("the version", "policyversion"),
            "clock": Part("the clock", "choice", PROMISE),
            "order": Part("the order"),
            "wait_minutes": Part("the wait", "minutes"),
            "anchor": Part("the start of the wait", "choice", ANCHOR),
            "urgency": Part("the urgency", "choice", URGENCY),
            "ack_mode": Part("who must acknowledge", "choice", ACK_MODE),
            "mildest_severity": severity("how bad it must be"),
            "impact": Part("the kind of harm", "impactclass"),
            "hours": Part("the hours", "namedhours"),
            "hours_read_in": Part("where the hours are read", "choice", HOURS_READ_IN),
            "least_alerts": Part("the least number of alerts"),
            "alerts_within_minutes": Part("the time they must come in", "minutes"),
        },
    ),
    "steptarget": Kind(
        "incidents.StepTarget",
        "Rules: who is called",
        "who is called by {step}",
        "who is called by {step}",
        {
            "step": Part("the step", "escalationstep"),
            "role": Part("the role", "stakeholderrole"),
            "roster": Part("the roster", "roster"),
            "person": person(),
            "team": Part("the team", "team"),
            "room": Part("the room", "room"),
            "choose": Part("whom of them", "choice", CHOOSE),
        },
        added=lambda row: f"let {{step}} call {_target(row)}",
        removed=lambda row: f"took {_target(row)} out of {{step}}",
    ),
    "room": Kind(
        "incidents.Room",
        "Rules: rooms",
        "the room {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "team": Part("the team", "team"),
            "channel": Part("the kind", "choice", dict(ROOM_CHANNELS)),
            "address": Part("the address"),
            "account": Part("the carrier", "carrieraccount"),
            "is_active": Part(
                "whether it is told", "yes_no", on="let {title} be told", off="keep {title} untold"
            ),
        },
    ),
    "route": Kind(
        "incidents.Route",
        "Routes",
        _route,
        _route,
        {
            "policy": Part("the rule", "escalationpolicy", is_it=True),
            "service": Part("the service", "service"),
            "severity": severity(),
            "impact": Part("the kind of harm", "impactclass"),
        },
        added=lambda row: f"made {{policy}} {_route(row)}",
    ),
    "alertsource": Kind(
        "incidents.AlertSource",
        "Monitoring",
        "the alert source {name}",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short address"),
            "kind": Part("the kind", "choice", dict(kinds.choices())),
            "default_service": Part("the service it stands for", "service"),
            "default_severity": severity("the severity of alerts that do not say"),
            "is_active": Part(
                "whether it is open", "yes_no", on="opened {title}", off="closed {title}"
            ),
            "owner_team": Part("the team that owns it", "team"),
            "rate_per_minute": Part("how many requests a minute are usual"),
            "grouping_minutes": Part("how long alerts of one service join", "minutes"),
            "joins_causes": Part(
                "whether alerts join the incident of a failing service",
                "yes_no",
                on="let alerts of {title} join the incident of a failing service",
                off="let alerts of {title} no longer join the incident of a failing service",
            ),
            "reopen_minutes": Part("how long an incident opens again", "minutes"),
            "quiet_minutes": Part("after how long it resolves by itself", "minutes"),
            "keep_days": Part("for how many days requests are kept"),
        },
        unseen="changed the signing secret of {title}",
    ),
    "maintenancewindow": Kind(
        "incidents.MaintenanceWindow",
        "Maintenance",
        "the maintenance “{heading}”",
        "{heading}",
        {
            "title": Part("the title", is_name=True),
            "customer_impact": Part("the impact on customers", "words"),
            "starts_at": Part("the beginning", "instant"),
            "ends_at": Part("the end", "instant"),
            "owner": person("the owner"),
            "mode": Part("what it does to alerts and calls", "choice", MODE),
            "reason": Part("the reason", "words"),
            "recurrence": Part("how often it comes again", "choice", RECURRENCE),
            "time_zone": Part("the time zone", "zone"),
            "until": Part("the last day", "day"),
            "labels": Part("the labels of its alerts", "labels"),
            "exceptions": Part("the times that are left out or moved", "exceptions"),
            "called_off_at": Part("when it was called off", "instant"),
        },
        added="planned {title}, {starts_at} until {ends_at}",
        changed=_worked,
    ),
    "maintainedsource": Kind(
        "incidents.MaintainedSource",
        "Maintenance: sources",
        "{alertsource} in {maintenancewindow}",
        "{alertsource} in {maintenancewindow}",
        {
            "alertsource": Part("the alert source", "alertsource"),
            "maintenancewindow": Part("the maintenance", "maintenancewindow"),
        },
        added="named {alertsource} in the maintenance “{maintenancewindow}”",
        removed="took {alertsource} out of the maintenance “{maintenancewindow}”",
    ),
    "incidenttemplate": Kind(
        "incidents.IncidentTemplate",
        "Incident templates",
        "the incident template “{name}”",
        "{name}",
        {
            "name": Part("what happens", is_name=True),
            "service": Part("the service", "service"),
            "symptoms": Part("how it is noticed", "words"),
            "title": Part("the title of its incidents", "words"),
            "summary": Part("what customers notice", "words"),
            "severity": severity("how bad it usually is"),
            "impact": Part("the kind of harm", "impactclass"),
            "personal_data": Part("whether personal data is at risk", "choice", PERSONAL),
            "containment": Part("how to contain it", "words"),
            "evidence": Part("the evidence to collect", "words"),
            "retired_at": Part("when it was retired", "instant"),
        },
        added="wrote {title}",
        changed=_retired,
    ),
    "templatestakeholder": Kind(
        "incidents.TemplateStakeholder",
        "Incident templates: who wants to know",
        "{stakeholderrole} in {incidenttemplate}",
        "{stakeholderrole} in {incidenttemplate}",
        {
            "incidenttemplate": Part("the incident template", "incidenttemplate"),
            "stakeholderrole": Part("the role", "stakeholderrole"),
        },
        added="named the {stakeholderrole} in the incident template “{incidenttemplate}”",
        removed="took the {stakeholderrole} out of the incident template “{incidenttemplate}”",
    ),
    "triggerrule": Kind(
        "incidents.TriggerRule",
        "Trigger rules",
        "the trigger rule “{name}”",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "position": Part("its place"),
            "mode": Part("whether it decides", "choice", RULE_MODE),
            "source": Part("the alert source", "alertsource"),
            "conditions": Part("the conditions", "conditions"),
            "action": Part("what it does", "choice", RULE_ACTION),
            "service": Part("the service", "service"),
            "severity": severity(),
            "impact": Part("the kind of harm", "impactclass"),
            "policy": Part("whom it calls by", "escalationpolicy"),
            "title": Part("the title of its incidents", "words"),
            "owner": person("the owner"),
            "reason": Part("the reason", "words"),
            "review_on": Part("when it is looked at again", "day"),
        },
        added="made {title}",
        changed=_ruled,
    ),
    "heartbeat": Kind(
        "incidents.Heartbeat",
        "Heartbeats",
        "the heartbeat “{name}”",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "slug": Part("the short name"),
            "source": Part("the alert source", "alertsource"),
            "service": Part("the service", "service"),
            "severity": severity("how bad its silence is"),
            "every_minutes": Part("how often it calls in", "minutes"),
            "grace_minutes": Part("how late it may be", "minutes"),
            "owner": person("the owner"),
            "muted_until": Part("the end of its mute", "instant"),
            "mute_reason": Part("the reason of its mute", "words"),
        },
        added="set up {title}",
        changed=_muted,
    ),
    "webhookendpoint": Kind(
        "incidents.WebhookEndpoint",
        "Webhooks",
        "the webhook “{name}”",
        "{name}",
        {
            "name": Part("the name", is_name=True),
            "host": Part("the host"),
            "events": Part("the events it hears of", "words"),
            "severity_from": severity("from which severity it hears"),
            "is_active": Part(
                "whether it is told", "yes_no", on="switched on {title}", off="switched off {title}"
            ),
            "owner": person("the owner"),
        },
        added="set up {title}",
        unseen="changed the address or the secret of {title}",
    ),
    "maintainedservice": Kind(
        "incidents.MaintainedService",
        "Maintenance: services",
        "{service} in {maintenancewindow}",
        "{service} in {maintenancewindow}",
        {
            "service": Part("the service", "service"),
            "maintenancewindow": Part("the maintenance", "maintenancewindow"),
        },
        added="named {service} in the maintenance “{maintenancewindow}”",
        removed="took {service} out of the maintenance “{maintenancewindow}”",
    ),
    "runbook": Kind(
        "runbooks.Runbook",
        "Runbooks",
        "the runbook “{heading}”",
        "{heading}",
        {
            "title": Part("the title", is_name=True),
            "slug": Part("the short address"),
            "service": Part("the service", "service"),
            "when_to_use": Part("the advice when to use", "words"),
        },
    ),
    "runbookversion": Kind(
        "runbooks.RunbookVersion",
        "Runbooks: versions",
        "version {number} of the runbook “{runbook}”",
        "{runbook}, version {number}",
        {
            "runbook": Part("the runbook", "runbook"),
            "number": Part("the number"),
            "change_note": Part("the note", "words"),
            "published_at": Part("the publication", "instant"),
            "published_by": person("who wrote it"),
        },
        added="wrote {title}",
    ),
    "step": Kind(
        "runbooks.Step",
        "Runbooks: steps",
        "step {order} of {version}",
        "step {order} of {version}",
        {
            "version": Part("the version", "runbookversion"),
            "order": Part("the order"),
            "kind": Part("the kind", "choice", {k.value: str(k.label) for k in StepKind}),
            "text": Part("the text", "words"),
            "expected": Part("the expected result", "words"),
            "command": Part("the command", "words"),
            "undo": Part("the way back", "words"),
        },
    ),
    "glossaryterm": Kind(
        "runbooks.GlossaryTerm",
        "Words",
        "the word “{term}”",
        "{term}",
        {
            "term": Part("the word", is_name=True),
            "slug": Part("the short address"),
            "meaning": Part("the meaning", "words"),
            "example": Part("the example", "words"),
            "instead_of": Part("the words we do not use", "words"),
        },
    ),
    "actionitem": Kind(
        "reviews.ActionItem",
        "Actions",
        "the action “{heading}”",
        "{heading}",
        {
            "title": Part("the title", is_name=True),
            "review": Part("the review", "review"),
            "kind": Part("the kind", "choice", {k.value: str(k.label) for k in ActionKind}),
            "owner": person("the owner"),
            "due_date": Part("the day it is due", "day"),
            "done_at": Part("when it was done", "instant"),
            "done_by": person("who said that it is done"),
            "evidence": Part("the proof", "words"),
        },
        changed=_done,
    ),
    "drill": Kind(
        "reviews.Drill",
        "Drills",
        "the drill “{heading}”",
        "{heading}",
        {
            "title": Part("the title", is_name=True),
            "kind": Part("the kind", "choice", {k.value: str(k.label) for k in DrillKind}),
            "service": Part("the service", "service"),
            "leader": person("the leader"),
            "planned_at": Part("the time", "instant"),
            "finished_at": Part("the end", "instant"),
            "called_off_at": Part("when it was called off", "instant"),
            "asked": Part("the number of people asked"),
            "answered": Part("the number of people who answered"),
            "passed": Part("the result", "yes_no"),
            "summary": Part("the summary", "words"),
        },
        added="planned {title}",
        changed=_drilled,
    ),
}

KINDS: dict[str, Kind] = {**WHO, **WHAT}
