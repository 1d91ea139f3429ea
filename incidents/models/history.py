"""The audit trail of what holds when something breaks. Alerts and incidents are not in it."""

from config.portal.trail import keep
from incidents.models import (
    alert,
    background,
    heartbeat,
    policy,
    response,
    rights,
    room,
    template,
    trigger,
    webhooks,
)


class MaintainedService(background.MaintenanceWindow.services.through):  # type: ignore[name-defined,misc]  # made by Django
    """One service of one maintenance window, as the trail reads it."""

    class Meta:
        proxy = True


class MaintainedSource(background.MaintenanceWindow.sources.through):  # type: ignore[name-defined,misc]  # made by Django
    """One alert source of one maintenance window, as the trail reads it."""

    class Meta:
        proxy = True


class TemplateStakeholder(template.IncidentTemplate.stakeholders.through):  # type: ignore[name-defined,misc]  # made by Django
    """One role of one incident template, as the trail reads it."""

    class Meta:
        proxy = True


class StepDecision(policy.EscalationStep.decisions.through):  # type: ignore[name-defined,misc]  # made by Django
    """One decision of one step, as the trail reads it."""

    class Meta:
        proxy = True


SeverityEvent = keep(response.Severity)
ImpactClassEvent = keep(response.ImpactClass)
ResponseTargetEvent = keep(response.ResponseTarget)
EscalationPolicyEvent = keep(policy.EscalationPolicy)
PolicyVersionEvent = keep(policy.PolicyVersion, silent=("looked_back_at",))
EscalationStepEvent = keep(policy.EscalationStep)
StepTargetEvent = keep(policy.StepTarget)
StepDecisionEvent = keep(StepDecision, has_own_row=False)
RoomEvent = keep(room.Room)
RouteEvent = keep(policy.Route)
DecisionKindEvent = keep(rights.DecisionKind)
DecisionRightEvent = keep(rights.DecisionRight)
AlertSourceEvent = keep(alert.AlertSource, secret={"sealed_secret"})
MaintenanceWindowEvent = keep(background.MaintenanceWindow)
MaintainedServiceEvent = keep(MaintainedService, has_own_row=False)
MaintainedSourceEvent = keep(MaintainedSource, has_own_row=False)
IncidentTemplateEvent = keep(template.IncidentTemplate)
TemplateStakeholderEvent = keep(TemplateStakeholder, has_own_row=False)
TriggerRuleEvent = keep(trigger.TriggerRule)
HeartbeatEvent = keep(heartbeat.Heartbeat, silent={"last_seen_at", "due_at", "silent_since"})
WebhookEndpointEvent = keep(webhooks.WebhookEndpoint, secret={"sealed_url", "sealed_secret"})
