"""What and when: alerts, incidents, policies, and the engine's rows."""

from incidents.models import history
from incidents.models.alert import Alert, AlertSource, RawReceipt, SourceToken
from incidents.models.background import Change, MaintenanceWindow
from incidents.models.engine import AnswerToken, EscalationRun, Notification, ResponseClock
from incidents.models.heartbeat import Heartbeat
from incidents.models.incident import (
    AffectedService,
    CallVerdict,
    Incident,
    IncidentKey,
    RoleAssignment,
    StatusUpdate,
    TimelineEntry,
)
from incidents.models.policy import (
    EscalationPolicy,
    EscalationStep,
    PolicyVersion,
    Route,
    StepTarget,
)
from incidents.models.response import ImpactClass, ResponseTarget, Severity
from incidents.models.template import IncidentTemplate
from incidents.models.trigger import TriggerRule, WatchedAlert
from incidents.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AffectedService",
    "Alert",
    "AlertSource",
    "AnswerToken",
    "CallVerdict",
    "Change",
    "EscalationPolicy",
    "EscalationRun",
    "EscalationStep",
    "Heartbeat",
    "ImpactClass",
    "Incident",
    "IncidentKey",
    "IncidentTemplate",
    "MaintenanceWindow",
    "Notification",
    "PolicyVersion",
    "RawReceipt",
    "ResponseClock",
    "ResponseTarget",
    "RoleAssignment",
    "Route",
    "Severity",
    "SourceToken",
    "StatusUpdate",
    "StepTarget",
    "TimelineEntry",
    "TriggerRule",
    "WatchedAlert",
    "WebhookDelivery",
    "WebhookEndpoint",
    "history",
]
