"""Services, what they need, and whom we call about them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.portal.validators import validate_region
from rosters.enums import SeverityLevel, Tier
from rosters.models.people import Person, Team


class Service(models.Model):
    """Something customers or colleagues use. Example: Payments, tier 1, owned by Payments."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(unique=True)
    owner_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")
    tier = models.PositiveSmallIntegerField(choices=Tier, default=Tier.IMPORTANT)
    customer_impact = models.CharField(
        "what customers notice when it breaks",
        max_length=300,
        blank=True,
        help_text="One plain sentence: Customers cannot pay by card.",
    )
    backup_owner = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="backs_up_services",
        help_text="Who answers for it when the lead of the owner team cannot.",
    )
    region = models.CharField(
        max_length=6,
        blank=True,
        validators=[validate_region],
        help_text="Where its customers are (ISO 3166): DE, US-NY. Empty: everywhere.",
    )
    operating_hours = models.CharField(
        max_length=80, blank=True, help_text="In words: Monday to Friday, 08:00 to 18:00 Berlin."
    )
    vendor_contacts = models.TextField(
        blank=True,
        max_length=1000,
        help_text="Suppliers and contracts that matter when it breaks, one a line.",
    )
    needs = models.ManyToManyField(
        "self", through="ServiceDependency", symmetrical=False, related_name="needed_by"
    )

    def __str__(self) -> str:
        return self.name


class ServiceDependency(models.Model):
    """One service needs another. Example: Checkout needs Payments."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="dependencies")
    needs = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="dependents")

    class Meta:
        verbose_name_plural = "service dependencies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "needs"], name="rosters_dependency_once"),
            models.CheckConstraint(
                name="rosters_dependency_not_itself", condition=~Q(service=models.F("needs"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} needs {self.needs}"


class StakeholderRole(models.Model):
    """A part somebody plays when things break. Example: incident commander."""

    name = models.CharField(
        max_length=80, unique=True, help_text="As read after “the”: incident commander"
    )
    slug = models.SlugField(unique=True)
    description = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class MatrixEntry(models.Model):
    """One cell of the contact matrix: who fills a role for a service or a team.

    A named person with a named backup, or a roster. Without service and team it holds for the whole
    company. Half-open: valid from `valid_from` (inclusive) until `valid_to` (exclusive), in UTC.
    Example: engineering lead of Payments is Jonas Weber, backup Mei Tan.
    """

    role = models.ForeignKey(StakeholderRole, on_delete=models.CASCADE, related_name="entries")
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, null=True, blank=True, related_name="matrix_entries"
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="matrix_entries"
    )
    severity = models.PositiveSmallIntegerField(
        choices=SeverityLevel, null=True, blank=True, help_text="Empty: at every severity."
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="matrix_entries"
    )
    backup = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="matrix_backups"
    )
    roster = models.ForeignKey(
        "rosters.Roster",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="matrix_entries",
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "contact matrix entry"
        verbose_name_plural = "contact matrix"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rosters_matrixentry_person_or_roster",
                condition=Q(person__isnull=False, roster__isnull=True)
                | Q(person__isnull=True, backup__isnull=True, roster__isnull=False),
                violation_error_message="Name a person and a backup, or choose a roster; not both.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_service_or_team",
                condition=Q(service__isnull=True) | Q(team__isnull=True),
                violation_error_message="Choose a service or a team, not both.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_backup_is_another",
                condition=Q(backup__isnull=True) | ~Q(backup=models.F("person")),
                violation_error_message="The backup must be somebody else.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_valid_period",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                violation_error_message="It must end after it starts.",
            ),
            models.CheckConstraint(
                name="rosters_matrixentry_confirmed_pair",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                violation_error_message="Say when and by whom it was confirmed.",
            ),
        ]

    def __str__(self) -> str:
        about = self.service or self.team or "everything"
        return f"{self.role} for {about}"
