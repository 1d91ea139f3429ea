"""Trigger rules: what an alert means for us."""

from typing import ClassVar

from django.db import models

from incidents.enums import RuleAction, RuleMode
from incidents.models.alert import Alert, AlertSource
from incidents.models.policy import EscalationPolicy
from incidents.models.response import ImpactClass
from rosters.enums import SeverityLevel
from rosters.models import Person, Service


class TriggerRule(models.Model):
    """What becomes of alerts that fit. The first active rule that fits decides, by `position`.

    `conditions` must all hold; incidents.logic.triggers describes their form. What the rule leaves
    empty stays as the sender says. Example: error rate above 5 % for 10 minutes on Payments is a
    SEV1 that customers notice.
    """

    name = models.CharField(max_length=120, unique=True)
    position = models.PositiveIntegerField(default=100)
    mode = models.CharField(max_length=8, choices=RuleMode, default=RuleMode.DRAFT)
    source = models.ForeignKey(
        AlertSource, on_delete=models.PROTECT, null=True, blank=True, related_name="rules"
    )
    conditions = models.JSONField(default=list)
    action = models.CharField(max_length=10, choices=RuleAction, default=RuleAction.INCIDENT)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="trigger_rules"
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, null=True, blank=True)
    impact = models.ForeignKey(
        ImpactClass, on_delete=models.PROTECT, null=True, blank=True, related_name="trigger_rules"
    )
    policy = models.ForeignKey(
        EscalationPolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trigger_rules",
    )
    title = models.CharField("title of the incident", max_length=200, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trigger_rules")
    reason = models.CharField("why it is so", max_length=300)
    review_on = models.DateField("look at it again on")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class WatchedAlert(models.Model):
    """One alert that a watching rule would have decided, had it been active; the first time."""

    rule = models.ForeignKey(TriggerRule, on_delete=models.CASCADE, related_name="watched")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="watched")
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "alert"], name="incidents_watched_once"),
        ]

    def __str__(self) -> str:
        return f"{self.alert} by {self.rule}"
