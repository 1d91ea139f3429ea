"""What monitoring says: sources, their tokens, raw receipts and alerts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from incidents.enums import AlertStatus, SourceKind
from rosters.enums import SeverityLevel
from rosters.models import Person, Service


class AlertSource(models.Model):
    """One sender. Example: the Prometheus of the platform team."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=SourceKind)
    default_service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alert_sources",
        help_text="For alerts whose “service” label names none of ours.",
    )
    default_severity = models.PositiveSmallIntegerField(
        choices=SeverityLevel, default=SeverityLevel.MINOR, help_text="For alerts that do not say."
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class SourceToken(models.Model):
    """One secret that a source may show; several live ones allow rotation. Stored as SHA-256."""

    source = models.ForeignKey(AlertSource, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text="Its last characters.")
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"…{self.hint} of {self.source}"


class RawReceipt(models.Model):
    """One request as it arrived, kept for replay and purged in batches. Nothing points at it."""

    source = models.ForeignKey(AlertSource, on_delete=models.CASCADE, related_name="receipts")
    received_at = models.DateTimeField(db_index=True)
    idempotency_key = models.CharField(max_length=120, blank=True)
    body_digest = models.CharField(max_length=64)
    body = models.BinaryField()
    answer = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "idempotency_key"],
                name="incidents_receipt_key_once",
                condition=~Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} at {self.received_at:%Y-%m-%d %H:%M:%S} UTC"


class Alert(models.Model):
    """One signal of one incident, as its sender last described it. Example: CardErrorsHigh, EU."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="alerts"
    )
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=AlertStatus)
    summary = models.CharField(max_length=500, blank=True)
    labels = models.JSONField(default=dict)
    link = models.CharField(max_length=1000, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    first_received_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    times_received = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "key"], name="incidents_alert_once_per_incident"
            ),
        ]

    def __str__(self) -> str:
        return self.name
