"""Heartbeats: what must call in, so that its silence is a signal."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from incidents.models.alert import AlertSource
from rosters.enums import SeverityLevel
from rosters.models import Person, Service


class Heartbeat(models.Model):
    """Something that calls in every so often. Example: the nightly backup, every 24 hours.

    `due_at` is when its silence becomes a signal: the last call plus `every_minutes` and
    `grace_minutes`; empty until it called in for the first time.
    """

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="heartbeats")
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="heartbeats"
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, default=SeverityLevel.MINOR)
    every_minutes = models.PositiveIntegerField(
        "calls in every", validators=[MinValueValidator(1), MaxValueValidator(44640)]
    )
    grace_minutes = models.PositiveIntegerField(
        "may be late by", default=5, validators=[MaxValueValidator(10080)]
    )
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="heartbeats")
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    silent_since = models.DateTimeField(null=True, blank=True, editable=False)
    muted_until = models.DateTimeField(null=True, blank=True)
    mute_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="incidents_heartbeat_due",
                condition=Q(due_at__isnull=False, silent_since__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_heartbeat_mute_has_reason",
                condition=Q(muted_until__isnull=True) | ~Q(mute_reason=""),
                violation_error_message="Say why it is muted.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
