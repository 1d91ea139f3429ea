"""What people decide during an incident: to wait, to call somebody else, to ask, to agree."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from incidents.enums import ApprovalAnswer, HoldKind
from incidents.models.incident import Incident
from incidents.models.policy import EscalationPolicy
from incidents.models.rights import DecisionKind
from rosters.models import Person, Roster, Service, StakeholderRole


class Hold(models.Model):
    """The calls about an incident wait until an instant, because somebody said so and why.

    It ends by itself at `until`, or before when somebody ends it. At `until` calls go on.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=6, choices=HoldKind)
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "kind"],
                name="incidents_hold_one_open",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="incidents_hold_ends_later", condition=Q(until__gt=F("starts_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["until"], name="incidents_hold_open", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.incident.reference}"


class RoutingOverride(models.Model):
    """For a while, calls about one service or one incident go somewhere else, and why.

    Half-open: from `starts_at` to `until`, or to `ended_at` when somebody ends it before.
    Example: until Friday 18:00 calls about Payments go to Mei Tan.
    """

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="routing_overrides"
    )
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, null=True, blank=True, related_name="routing_overrides"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    policy = models.ForeignKey(
        EscalationPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_override_of_one",
                condition=Q(service__isnull=False, incident__isnull=True)
                | Q(service__isnull=True, incident__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_override_to_one",
                condition=Q(person__isnull=False, roster__isnull=True, policy__isnull=True)
                | Q(person__isnull=True, roster__isnull=False, policy__isnull=True)
                | Q(person__isnull=True, roster__isnull=True, policy__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_override_ends_later", condition=Q(until__gt=F("starts_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["until"], name="incidents_override_open", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.incident} to {self.person or self.roster or self.policy}"


class Approval(models.Model):
    """Somebody asks a role to agree before it is done. Example: may I shut Checkout down?"""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="approvals")
    decision = models.ForeignKey(DecisionKind, on_delete=models.PROTECT, related_name="+")
    detail = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ask_key = models.UUIDField(unique=True)
    approver = models.ForeignKey(StakeholderRole, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=ApprovalAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "decision"],
                name="incidents_approval_one_open",
                condition=Q(answer=""),
            ),
            models.CheckConstraint(
                name="incidents_approval_answered_whole",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision}, {self.incident.reference}"


class Decision(models.Model):
    """What was decided during an incident, by whom and when; with the approval it needed."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="decisions")
    decision = models.ForeignKey(
        DecisionKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.CharField("what was decided", max_length=300)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    decide_key = models.UUIDField(unique=True)
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="outcome"
    )

    def __str__(self) -> str:
        return self.text
