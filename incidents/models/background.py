"""What else is going on: changes that were made, and work that is planned."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from incidents.enums import ChangeKind, MaintenanceMode, Recurrence
from incidents.models.alert import AlertSource
from incidents.querysets import MaintenanceQuerySet
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
    made_by_name = models.CharField(
        "made by", max_length=120, blank=True, help_text="As the sender names them."
    )
    source = models.ForeignKey(
        AlertSource, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    key = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "key"],
                name="incidents_change_once_per_source",
                condition=Q(source__isnull=False) & ~Q(key=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-made_at"], name="incidents_change_newest"),
            models.Index(fields=["service", "-made_at"], name="incidents_change_service"),
        ]

    def __str__(self) -> str:
        return self.title


class MaintenanceWindow(models.Model):
    """Planned work. `starts_at` and `ends_at` are its first time, UTC instants, half-open.

    When it recurs, it does so at the same wall time of `time_zone`, up to and with `until`.
    `services`, `sources` and `labels` narrow down what it is about: all that are given must fit,
    and one must be given. `exceptions` are times that are left out or moved: by the day on which
    the time would begin, in `time_zone`; incidents.logic.exceptions describes their form.
    Example: new database for Accounts, Sunday 02:00.
    """

    title = models.CharField(max_length=160)
    customer_impact = models.CharField(
        "what customers notice", max_length=300, blank=True, help_text="Empty: nothing."
    )
    services = models.ManyToManyField(Service, blank=True, related_name="maintenance")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="maintenance")
    mode = models.CharField(
        "alerts and calls", max_length=8, choices=MaintenanceMode, default=MaintenanceMode.TELL
    )
    reason = models.CharField("why", max_length=300, blank=True)
    recurrence = models.CharField(
        "comes again", max_length=8, choices=Recurrence, default=Recurrence.ONCE
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    until = models.DateField("last day", null=True, blank=True)
    sources = models.ManyToManyField(AlertSource, blank=True, related_name="maintenance")
    labels = models.JSONField(default=dict, blank=True)
    exceptions = models.JSONField(default=dict, blank=True, editable=False)
    called_off_at = models.DateTimeField(null=True, blank=True, editable=False)

    service_ids: list[int]  # from `with_subjects`
    source_ids: list[int]

    objects = MaintenanceQuerySet.as_manager()

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
