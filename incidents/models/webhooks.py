"""Webhooks: what other systems are told of incidents."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from incidents.enums import DeliveryState, IncidentEvent
from incidents.models.incident import Incident
from incidents.querysets import EndpointQuerySet
from rosters.enums import SeverityLevel
from rosters.models import Person, Service


class WebhookEndpoint(models.Model):
    """Another system that hears of incidents. Its address and secret are sealed.

    Example: the company's data warehouse, told of every resolved incident.
    """

    name = models.CharField(max_length=80, unique=True)
    sealed_url = models.TextField(editable=False)
    host = models.CharField(max_length=253, editable=False, help_text="Whose address it is.")
    sealed_secret = models.TextField(editable=False)
    events = ArrayField(models.CharField(max_length=24, choices=IncidentEvent))
    services = models.ManyToManyField(
        Service, blank=True, related_name="webhooks", help_text="Empty: all services."
    )
    severity_from = models.PositiveSmallIntegerField(
        "this severity or worse", choices=SeverityLevel, default=SeverityLevel.SMALL
    )
    is_active = models.BooleanField(default=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="webhooks")
    created_at = models.DateTimeField(editable=False)

    objects = EndpointQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def events_in_words(self) -> list[str]:
        """What it hears of, as people read it, in the order of an incident's life."""
        return [str(event.label) for event in IncidentEvent if event in self.events]


class WebhookDelivery(models.Model):
    """One event for one endpoint, carried until it is taken or given up."""

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="webhook_deliveries"
    )
    event = models.CharField(max_length=24, choices=IncidentEvent)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose_key = models.CharField(max_length=80, help_text="One event is planned once.")
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PLANNED)
    attempts = models.PositiveSmallIntegerField(default=0)
    planned_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_problem = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                name="incidents_delivery_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(fields=["endpoint", "-planned_at"], name="incidents_delivery_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint", "purpose_key"], name="incidents_delivery_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} to {self.endpoint}"
