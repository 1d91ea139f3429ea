"""Incident templates: what is known beforehand about a kind of trouble."""

from typing import ClassVar

from django.db import models

from incidents.enums import PersonalData
from incidents.models.response import ImpactClass
from rosters.enums import SeverityLevel
from rosters.models import Service, StakeholderRole
from runbooks.models import Runbook


class IncidentTemplate(models.Model):
    """One kind of trouble of one service, or of any, thought through before it happens.

    Whoever declares starts from it: it fills the form, and what it says stands on the incident.
    `containment`, `evidence` and `tools` hold one thing a line. A retired one is offered no more,
    but the incidents that started from it still show it. Example: card payments fail, on Payments.
    """

    name = models.CharField("what happens", max_length=80)
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="templates",
        help_text="Empty: it may happen to any service.",
    )
    symptoms = models.TextField("how you notice", max_length=1000, blank=True)
    title = models.CharField("title of the incident", max_length=80)
    summary = models.CharField("what customers notice", max_length=500, blank=True)
    severity = models.PositiveSmallIntegerField(
        "usually this bad", choices=SeverityLevel, null=True, blank=True
    )
    impact = models.ForeignKey(
        ImpactClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="kind of harm",
        related_name="templates",
    )
    personal_data = models.CharField(
        "personal data at risk", max_length=8, choices=PersonalData, default=PersonalData.NO
    )
    containment = models.TextField("how to contain it", max_length=2000, blank=True)
    evidence = models.TextField("evidence to collect", max_length=2000, blank=True)
    runbook = models.ForeignKey(
        Runbook,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="templates",
        help_text="What to do, step by step.",
    )
    tools = models.TextField(
        "tools to open",
        max_length=1000,
        blank=True,
        db_default="",
        help_text="One a line, with its address behind it.",
    )
    stakeholders = models.ManyToManyField(
        StakeholderRole, blank=True, verbose_name="who wants to know", related_name="templates"
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "name"],
                name="incidents_template_name_once",
                nulls_distinct=False,
                violation_error_message="There is a template of this name for this service.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
