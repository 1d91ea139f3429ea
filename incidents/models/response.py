"""How bad things are named, and what the company promises about each."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from config.portal.words import duration
from incidents.enums import Promise, TargetUnit
from rosters.enums import SeverityLevel, Tier
from rosters.models import StakeholderRole


class Severity(models.Model):
    """The plain meaning of one severity level. Example: SEV1, customers cannot work."""

    level = models.PositiveSmallIntegerField(primary_key=True, choices=SeverityLevel)
    description = models.CharField(max_length=200)
    examples = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "severities"

    def __str__(self) -> str:
        return self.get_level_display()


class ImpactClass(models.Model):
    """What kind of harm an incident does, and what follows from that at once.

    An incident of a restricted class is read only by those with a part in it; `told_role` is told
    when one opens; `usual_severity` holds where nobody says how bad it is. Example: performance.
    """

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(unique=True)
    description = models.CharField(max_length=200, blank=True)
    is_customer_facing = models.BooleanField(
        "customers notice",
        default=False,
        help_text="Otherwise it stands on no status page, and health stays “partly failing”.",
    )
    is_restricted = models.BooleanField(
        "only for those with a part in it",
        default=False,
        help_text="Its incidents vanish from the lists, searches and exports of everybody else.",
    )
    told_role = models.ForeignKey(
        StakeholderRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name="who is told at once",
        related_name="+",
        help_text="They are told when such an incident opens, beside the calls of its rule.",
    )
    usual_severity = models.PositiveSmallIntegerField(
        "usually this bad",
        choices=SeverityLevel,
        null=True,
        blank=True,
        help_text="Where neither a person, nor the rule, nor the sender says how bad it is.",
    )
    statutory_hours = models.PositiveSmallIntegerField(
        "hours to tell an authority",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="As a law sets them: 72 under the GDPR. Empty: no authority must be told.",
    )
    authority = models.CharField(
        "the authority",
        max_length=120,
        blank=True,
        db_default="",
        help_text="As read after “tell”: the data protection authority",
    )

    class Meta:
        verbose_name_plural = "impact classes"

    def __str__(self) -> str:
        return self.name


class ResponseTarget(models.Model):
    """How long a promise may take at one severity, for services of one tier or of any.

    Example: acknowledge a SEV1 on a tier 1 service within 5 minutes.
    """

    promise = models.CharField(max_length=12, choices=Promise)
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel)
    tier = models.PositiveSmallIntegerField(
        choices=Tier, null=True, blank=True, help_text="Empty: services of every tier."
    )
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=TargetUnit, default=TargetUnit.MINUTES)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["promise", "severity", "tier"],
                name="incidents_responsetarget_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="incidents_responsetarget_amount_positive", condition=Q(amount__gte=1)
            ),
        ]

    def __str__(self) -> str:
        severity = SeverityLevel(self.severity).code
        is_minutes = self.unit == TargetUnit.MINUTES
        span = duration(self.amount) if is_minutes else f"{self.amount} {self.get_unit_display()}"
        return f"{self.get_promise_display()} {severity} within {span}"
