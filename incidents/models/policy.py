"""Escalation policies: immutable versions of steps, and the routes that choose one."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from incidents.enums import Choose, Promise, StepAnchor, TargetKind
from incidents.models.response import ImpactClass
from rosters.enums import SeverityLevel, Urgency
from rosters.models import Person, Roster, Service, StakeholderRole, Team


class EscalationPolicy(models.Model):
    """Who is told, in which order, when a service breaks. Example: Payments, critical."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)

    class Meta:
        verbose_name_plural = "escalation policies"

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One text of a policy. Changed only until it is published; then followed by the next number.

    The steps of the acknowledge clock repeat `repeats` times, `loop_minutes` apart; after that the
    last step is told again every `catch_all_minutes`, at most `catch_all_rounds` times.
    """

    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    rationale = models.CharField("why it is so", max_length=300)
    repeats = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(9)])
    loop_minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])
    catch_all_minutes = models.PositiveSmallIntegerField(
        default=15, validators=[MinValueValidator(1)]
    )
    catch_all_rounds = models.PositiveSmallIntegerField(default=96)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy", "number"], name="incidents_version_number_once"
            ),
            models.CheckConstraint(
                name="incidents_version_published_pair",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="incidents_version_loops_take_time",
                condition=Q(loop_minutes__gte=1, catch_all_minutes__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class EscalationStep(models.Model):
    """One rung: after this wait on this clock, tell these targets."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="steps")
    clock = models.CharField(max_length=12, choices=Promise, default=Promise.ACKNOWLEDGE)
    order = models.PositiveSmallIntegerField()
    wait_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(43200)])
    anchor = models.CharField(max_length=6, choices=StepAnchor, default=StepAnchor.START)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.URGENT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "clock", "order"],
                name="incidents_step_order_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()}, step {self.order}"


class StepTarget(models.Model):
    """Whom one step tells: a role of the matrix, a roster, a person or a team."""

    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=8, choices=TargetKind)
    choose = models.CharField(max_length=8, choices=Choose, default=Choose.ON_CALL)
    role = models.ForeignKey(
        StakeholderRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="incidents_target_names_its_kind",
                condition=Q(
                    kind=TargetKind.ROLE, role__isnull=False, roster=None, person=None, team=None
                )
                | Q(kind=TargetKind.ROSTER, role=None, roster__isnull=False, person=None, team=None)
                | Q(kind=TargetKind.PERSON, role=None, roster=None, person__isnull=False, team=None)
                | Q(kind=TargetKind.TEAM, role=None, roster=None, person=None, team__isnull=False),
                violation_error_message="Fill in the one field that the kind of target names.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.role or self.roster or self.person or self.team)


class Route(models.Model):
    """Which policy holds. The most specific one wins: service, then severity, then impact.

    A route without service, severity and impact is the company's catch-all.
    """

    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="routes"
    )
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, null=True, blank=True)
    impact = models.ForeignKey(
        ImpactClass, on_delete=models.CASCADE, null=True, blank=True, related_name="routes"
    )
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.PROTECT, related_name="routes")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "severity", "impact"],
                name="incidents_route_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or 'Every service'} uses {self.policy}"
