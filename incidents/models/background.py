"""What else is going on: changes that were made, and work that is planned."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from incidents.enums import ChangeKind
from rosters.models import Person, Service


class Change(models.Model):
    """Something that was changed, and may explain what breaks next. Example: Payments 4.12 is live.

    `service` is empty when it touches everything.
    """

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    kind = models.CharField(max_length=12, choices=ChangeKind, default=ChangeKind.DEPLOY)
    title = models.CharField(max_length=160)
    link = models.URLField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-made_at"], name="incidents_change_newest"),
            models.Index(fields=["service", "-made_at"], name="incidents_change_service"),
        ]

    def __str__(self) -> str:
        return self.title


class MaintenanceWindow(models.Model):
    """Planned work that readers should know of. UTC instants, half-open.

    It tells people; it holds no calls back. Example: new database for Accounts, Sunday 02:00.
    """

    title = models.CharField(max_length=160)
    customer_impact = models.CharField(
        "what customers notice", max_length=300, blank=True, help_text="Empty: nothing."
    )
    services = models.ManyToManyField(Service, related_name="maintenance")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="maintenance")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ends_at"], name="incidents_maintenance_ends")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_maintenance_valid_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="It must end after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
