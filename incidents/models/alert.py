"""What monitoring says: sources, their tokens, raw receipts and alerts."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from incidents.enums import AlertOutcome, AlertStatus
from incidents.intake import kinds
from incidents.logic.receipts import Said, in_words, parts
from incidents.logic.source_state import REFUSED_FROM
from incidents.querysets import AlertQuerySet
from rosters.enums import SeverityLevel
from rosters.models import Person, Service, Team


class AlertSource(models.Model):
    """One sender. Example: the Prometheus of the platform team."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=kinds.choices)
    owner_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alert_sources",
        help_text="Whom to ask about what it sends.",
    )
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
    sealed_secret = models.TextField(blank=True, editable=False)
    rate_per_minute = models.PositiveIntegerField(
        "requests a minute",
        default=600,
        validators=[MinValueValidator(1)],
        help_text="Above it, new alerts join the open incident of their service. None is refused.",
    )
    grouping_minutes = models.PositiveSmallIntegerField(
        "join within",
        default=0,
        validators=[MaxValueValidator(1440)],
        help_text="Minutes for which other alerts of the same service join an incident. 0: never.",
    )
    joins_causes = models.BooleanField(
        "join the incident of what is needed",
        default=True,
        help_text="Alerts of a service that needs a failing one join the incident of that one.",
    )
    reopen_minutes = models.PositiveSmallIntegerField(
        "open again within",
        default=0,
        validators=[MaxValueValidator(10080)],
        help_text="Minutes after which the same alert is a new incident. 0: always a new one.",
    )
    quiet_minutes = models.PositiveIntegerField(
        "resolve by itself after",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(43200)],
        help_text="Minutes without a firing signal. Empty: a person resolves.",
    )
    keep_days = models.PositiveSmallIntegerField(
        "keep raw requests for",
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text="Days.",
    )

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

    @property
    def last_used_at(self) -> datetime | None:
        """When its tool showed it last, to the minute."""
        use: TokenUse | None = getattr(self, "use", None)
        return use.last_at if use else None


class TokenUse(models.Model):
    """When a source last showed a token, to the minute. None: not since that is noted.

    Apart from the token itself, of which a change is a change of settings that all processes hear.
    """

    token = models.OneToOneField(
        SourceToken, on_delete=models.CASCADE, primary_key=True, related_name="use"
    )
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token} at {self.last_at:%Y-%m-%d %H:%M} UTC"


class RawReceipt(models.Model):
    """One request as it arrived, kept for replay and purged in batches. Nothing points at it."""

    source = models.ForeignKey(
        AlertSource, on_delete=models.CASCADE, db_index=False, related_name="receipts"
    )
    received_at = models.DateTimeField(db_index=True)
    idempotency_key = models.CharField(max_length=120, blank=True)
    body_digest = models.CharField(max_length=64)
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(default=202)
    answer = models.JSONField(default=dict)
    replayed_at = models.DateTimeField(null=True, blank=True)
    replayed_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "-received_at"], name="incidents_receipt_newest"),
            models.Index(
                fields=["replayed_by"],
                name="incidents_receipt_replayed",
                condition=Q(replayed_by__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "idempotency_key"],
                name="incidents_receipt_key_once",
                condition=~Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} at {self.received_at:%Y-%m-%d %H:%M:%S} UTC"

    @property
    def words(self) -> str:
        """What it was answered, in one line."""
        return in_words(self.answer)

    @property
    def said(self) -> list[Said]:
        """What it was answered of each alert."""
        return parts(self.answer)

    @property
    def is_refused(self) -> bool:
        return self.status >= REFUSED_FROM


class Alert(models.Model):
    """One signal as its sender last described it, and what became of it. Example: CardErrorsHigh.

    Without an incident it was kept quietly, or waits until `held_until`; if planned work holds it,
    `held_by` that since `held_at`. `recent_at` are the last instants at which it arrived firing,
    the newest last.
    """

    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="alerts")
    incident = models.ForeignKey(
        "incidents.Incident",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts",
    )
    group_key = models.CharField(max_length=64, blank=True)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, null=True, blank=True)
    rule = models.ForeignKey(
        "incidents.TriggerRule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="alerts",
    )
    outcome = models.CharField(max_length=10, choices=AlertOutcome, default=AlertOutcome.CREATED)
    held_until = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        "incidents.MaintenanceWindow",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="held_alerts",
    )
    recent_at = ArrayField(models.DateTimeField(), default=list, blank=True)
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

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "key"], name="incidents_alert_once_per_incident"
            ),
            models.UniqueConstraint(
                fields=["source", "key"],
                name="incidents_alert_once_without_incident",
                condition=Q(incident__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-last_received_at"], name="incidents_alert_newest"),
            models.Index(
                fields=["rule", "-last_received_at"],
                name="incidents_alert_rule",
                condition=Q(rule__isnull=False),
            ),
            models.Index(
                fields=["held_until"],
                name="incidents_alert_held",
                condition=Q(held_until__isnull=False),
            ),
            models.Index(
                fields=["held_by", "held_until"],
                name="incidents_alert_held_by",
                condition=Q(held_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
