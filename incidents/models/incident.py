"""Incidents and what is written about them."""

import re
from typing import ClassVar, cast

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from incidents.enums import EntryKind, Phase
from incidents.models.alert import AlertSource
from incidents.models.policy import EscalationPolicy
from incidents.models.response import ImpactClass
from incidents.models.template import IncidentTemplate
from incidents.querysets import IncidentQuerySet
from rosters.enums import SeverityLevel
from rosters.models import Person, Service, StakeholderRole
from runbooks.models import Runbook


def _reached_with_person(field: str) -> Q:
    """A milestone's instant and its person stand or are missing together."""
    at, by = f"{field}_at__isnull", f"{field}_by__isnull"
    return Q(**{at: True, by: True}) | Q(**{at: False, by: False})


# By its source's rule, when its signals had been quiet for long enough. Only such an incident may.
_RESOLVED_BY_ITSELF = Q(
    source__isnull=False,
    contained_at__isnull=False,
    resolved_at__isnull=False,
    resolved_by__isnull=True,
    signals_resolved_at__isnull=False,
)


SELDOM = (
    "impact",
    "policy",
    "template",
    "declared_by",
    "acknowledged_by",
    "contained_by",
    "resolved_by",
    "reviewed_by",
    "cause_known_by",
)
"""What a new incident names none of; an index of the others is all that anybody asks for."""


def _where_said(name: str) -> models.Index:
    return models.Index(
        fields=[name],
        name=f"incidents_incident_{name.removesuffix('_by')[:11]}",
        condition=Q(**{f"{name}__isnull": False}),
    )


_Queries = models.Manager.from_queryset(IncidentQuerySet)


class _Incidents(_Queries["Incident"]):
    """Incidents of the world; what Muster opens to try itself is in none of their lists."""

    def get_queryset(self) -> IncidentQuerySet:
        found = cast("IncidentQuerySet", super().get_queryset())
        return found.filter(is_canary=False)


class Incident(models.Model):
    """Something that hurts customers or colleagues, from first sign to published review.

    Milestones are instants; `detected_at` is when Muster received it. `acknowledged_at` and
    `acknowledged_by` are of whoever has it now; `first_acknowledged_at` stays when nobody is on it
    any more, and is what a promise is measured by. `alert_key` groups what one
    source says about one trouble. `is_canary` marks what Muster opens to try itself; no page shows
    it. Example: INC-12, card payments fail for customers in the EU.
    """

    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=500, blank=True)
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="incidents",
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel)
    impact = models.ForeignKey(
        ImpactClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="incidents",
    )
    policy = models.ForeignKey(
        EscalationPolicy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="incidents",
        help_text="Set by a trigger rule; otherwise the routes choose.",
    )
    template = models.ForeignKey(
        IncidentTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="incidents",
        help_text="What it was declared from.",
    )
    runbook = models.ForeignKey(
        Runbook,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="The one that somebody chose here; empty: its template's, or its service's.",
    )
    is_restricted = models.BooleanField(default=False)
    source = models.ForeignKey(
        AlertSource, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    alert_key = models.CharField(max_length=64, blank=True)
    declared_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="declared_incidents",
    )
    declare_key = models.UUIDField(null=True, blank=True, unique=True)

    impact_began_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField()
    first_acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    contained_at = models.DateTimeField(null=True, blank=True)
    contained_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    signals_resolved_at = models.DateTimeField(null=True, blank=True)
    cause_known_at = models.DateTimeField(null=True, blank=True)
    cause_known_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    cause = models.CharField("what made it possible", max_length=600, blank=True, db_default="")
    is_canary = models.BooleanField(default=False, db_default=False)

    objects = _Incidents()
    everything = IncidentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "alert_key"],
                name="incidents_incident_one_open_per_key",
                condition=Q(resolved_at__isnull=True, source__isnull=False) & ~Q(alert_key=""),
            ),
            models.CheckConstraint(
                name="incidents_incident_acknowledged_pair",
                condition=_reached_with_person("acknowledged"),
            ),
            models.CheckConstraint(
                name="incidents_incident_contained_pair",
                condition=_reached_with_person("contained") | _RESOLVED_BY_ITSELF,
            ),
            models.CheckConstraint(
                name="incidents_incident_resolved_pair",
                condition=_reached_with_person("resolved") | _RESOLVED_BY_ITSELF,
            ),
            models.CheckConstraint(
                name="incidents_incident_reviewed_pair", condition=_reached_with_person("reviewed")
            ),
            models.CheckConstraint(
                name="incidents_incident_cause_pair", condition=_reached_with_person("cause_known")
            ),
            models.CheckConstraint(
                name="incidents_incident_milestones_in_order",
                condition=(
                    Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=F("detected_at"))
                )
                & (Q(contained_at__isnull=True) | Q(contained_at__gte=F("detected_at")))
                & (Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("detected_at"))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["severity", "detected_at"],
                name="incidents_incident_open",
                condition=Q(resolved_at__isnull=True),
            ),
            models.Index(fields=["-detected_at"], name="incidents_incident_newest"),
            models.Index(fields=["service", "-detected_at"], name="incidents_incident_service"),
            models.Index(
                fields=["detected_at"],
                name="incidents_incident_restricted",
                condition=Q(is_restricted=True),
            ),
            models.Index(
                fields=["-resolved_at", "-id"],
                name="incidents_incident_ended",
                condition=Q(resolved_at__isnull=False),
            ),
            models.Index(  # until when it hurt
                Coalesce("contained_at", "resolved_at"),
                name="incidents_incident_hurt",
                condition=Q(contained_at__isnull=False) | Q(resolved_at__isnull=False),
            ),
            GinIndex(  # what search asks; the words of a text, without an extension
                SearchVector("title", "summary", config="simple"), name="incidents_incident_words"
            ),
            *(_where_said(name) for name in SELDOM),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """What people call it: INC-12."""
        return f"INC-{self.pk}"

    @property
    def level(self) -> SeverityLevel:
        return SeverityLevel(self.severity)

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def is_left(self) -> bool:
        """Somebody had acknowledged it, and nobody is on it any more."""
        return self.first_acknowledged_at is not None and self.acknowledged_at is None

    @property
    def phase(self) -> Phase:
        """The last milestone reached."""
        if self.reviewed_at:
            return Phase.REVIEWED
        if self.resolved_at:
            return Phase.RESOLVED
        if self.contained_at:
            return Phase.CONTAINED
        return Phase.ACKNOWLEDGED if self.acknowledged_at else Phase.DETECTED


class AffectedService(models.Model):
    """One more service that an incident touches. Example: Checkout, in INC-12."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="affected_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "service"], name="incidents_affected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service} in {self.incident.reference}"


class RoleAssignment(models.Model):
    """Who plays a role in an incident, from when until when. Example: Amara commands INC-12."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(StakeholderRole, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    assumed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "role"],
                name="incidents_assignment_one_holder",
                condition=Q(released_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} is {self.role}"


class TimelineEntry(models.Model):
    """One thing that happened, as a kind and its parameters. Append-only."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, db_index=False, related_name="timeline"
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=EntryKind)
    params = models.JSONField(default=dict)
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name_plural = "timeline entries"
        indexes: ClassVar = [
            models.Index(fields=["incident", "-at", "-id"], name="incidents_timeline_newest"),
            models.Index(
                fields=["by"], name="incidents_timeline_by", condition=Q(by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class StatusUpdate(models.Model):
    """What readers were told: impact, what we know, what we do, and when they hear more."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField()
    impact = models.CharField(max_length=600)
    known = models.CharField("what we know", max_length=600)
    doing = models.CharField("what we are doing", max_length=600)
    next_update_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post_key = models.UUIDField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "number"], name="incidents_update_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Update {self.number}"

    @property
    def opening(self) -> str:
        """Its first sentence: what people notice. Example: "Bank transfers work again."."""
        return re.split(r"(?<=[.!?])\s+", self.impact, maxsplit=1)[0]


class Subscription(models.Model):
    """One person who wants to read each update of one incident. Example: Olivia follows INC-12."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="subscriptions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "person"], name="incidents_subscription_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.incident}"


class CallVerdict(models.Model):
    """Whether the incident was worth calling somebody, as somebody who was in it says."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="verdict")
    was_worth_it = models.BooleanField()
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return "Worth a call" if self.was_worth_it else "Not worth a call"


class IncidentKey(models.Model):
    """The key under which a source's alerts find their open incident. Gone when it is resolved.

    An incident has the key that opened it, and one for each group of alerts that joined it since.
    """

    source = models.ForeignKey(
        AlertSource, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    key = models.CharField(max_length=64)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="keys")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="incidents_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.source}"
