"""What and when: alerts, incidents, policies, and the engine's rows."""

from incidents.models import history
from incidents.models.alert import Alert, AlertSource, RawReceipt, SourceToken
from incidents.models.background import Change, MaintenanceWindow
from incidents.models.engine import AnswerToken, EscalationRun, Notification, ResponseClock
from incidents.models.incident import (
    AffectedService,
    Incident,
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

__all__ = [
    "AffectedService",
    "Alert",
    "AlertSource",
    "AnswerToken",
    "Change",
    "EscalationPolicy",
    "EscalationRun",
    "EscalationStep",
    "ImpactClass",
    "Incident",
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
    "history",
]
