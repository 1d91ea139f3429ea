"""What and when: alerts, incidents, policies, and the engine's rows."""

from incidents.models import history
from incidents.models.alert import Alert, AlertSource, RawReceipt, SourceToken, TokenUse
from incidents.models.background import Change, MaintenanceWindow
from incidents.models.engine import (
    AnswerToken,
    EngineFence,
    EscalationRun,
    Notification,
    ReplyNumber,
    ResponseClock,
    StepFiring,
)
from incidents.models.evidence import EvidenceItem
from incidents.models.heartbeat import Heartbeat
from incidents.models.incident import (
    AffectedService,
    CallVerdict,
    Incident,
    IncidentKey,
    RoleAssignment,
    StatusUpdate,
    Subscription,
    TimelineEntry,
)
from incidents.models.judgment import Approval, Decision, Hold, RoutingOverride
from incidents.models.policy import (
    CallPlace,
    EscalationPolicy,
    EscalationStep,
    PolicyVersion,
    Route,
    RuleNews,
    RuleSubscription,
    StepTarget,
)
from incidents.models.proof import Finding, FindingSilence, Proof
from incidents.models.response import ImpactClass, ResponseTarget, Severity
from incidents.models.rights import DecisionKind, DecisionRight
from incidents.models.room import Room, RoomPost
from incidents.models.steps import StepMark
from incidents.models.template import IncidentTemplate
from incidents.models.trigger import TriggerRule, WatchedAlert
from incidents.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AffectedService",
    "Alert",
    "AlertSource",
    "AnswerToken",
    "Approval",
    "CallPlace",
    "CallVerdict",
    "Change",
    "Decision",
    "DecisionKind",
    "DecisionRight",
    "EngineFence",
    "EscalationPolicy",
    "EscalationRun",
    "EscalationStep",
    "EvidenceItem",
    "Finding",
    "FindingSilence",
    "Heartbeat",
    "Hold",
    "ImpactClass",
    "Incident",
    "IncidentKey",
    "IncidentTemplate",
    "MaintenanceWindow",
    "Notification",
    "PolicyVersion",
    "Proof",
    "RawReceipt",
    "ReplyNumber",
    "ResponseClock",
    "ResponseTarget",
    "RoleAssignment",
    "Room",
    "RoomPost",
    "Route",
    "RoutingOverride",
    "RuleNews",
    "RuleSubscription",
    "Severity",
    "SourceToken",
    "StatusUpdate",
    "StepFiring",
    "StepMark",
    "StepTarget",
    "Subscription",
    "TimelineEntry",
    "TokenUse",
    "TriggerRule",
    "WatchedAlert",
    "WebhookDelivery",
    "WebhookEndpoint",
    "history",
]
