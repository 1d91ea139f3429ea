"""What may be decided during an incident, who may do so alone, and who must agree."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from rosters.models import StakeholderRole


class DecisionKind(models.Model):
    """One thing that somebody may have to decide. Example: shut the service down."""

    name = models.CharField(
        max_length=80, unique=True, help_text="As read after “may”: shut the service down"
    )
    slug = models.SlugField(unique=True)
    description = models.CharField(
        max_length=200, blank=True, help_text="What it means, in one plain sentence."
    )
    order = models.PositiveSmallIntegerField(default=100, help_text="Lower comes first.")

    def __str__(self) -> str:
        return self.name


class DecisionRight(models.Model):
    """What one role may decide: alone, or once another role agrees within so many minutes.

    Example: the incident commander may tell customers, if the executive sponsor agrees within 15.
    """

    role = models.ForeignKey(
        StakeholderRole, on_delete=models.CASCADE, related_name="decision_rights"
    )
    decision = models.ForeignKey(DecisionKind, on_delete=models.CASCADE, related_name="rights")
    approver = models.ForeignKey(
        StakeholderRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="who must agree",
        help_text="Empty: the role decides alone.",
    )
    within_minutes = models.PositiveSmallIntegerField(
        "minutes to answer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Then the backup of whoever must agree is asked too.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role", "decision"],
                name="incidents_right_once",
                violation_error_message="It is said already what this role may decide there.",
            ),
            models.CheckConstraint(
                name="incidents_right_agreed_in_time",
                condition=Q(approver__isnull=True, within_minutes__isnull=True)
                | Q(approver__isnull=False, within_minutes__gte=1),
                violation_error_message="Say who must agree and within how many minutes, or leave"
                " both empty.",
            ),
            models.CheckConstraint(
                name="incidents_right_agreed_by_another",
                condition=Q(approver__isnull=True) | ~Q(approver=F("role")),
                violation_error_message="Another role must agree: nobody agrees with themselves.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} may {self.decision}"
