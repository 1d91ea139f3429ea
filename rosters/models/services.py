"""Services, and what they need."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from config.portal.validators import validate_region
from rosters.enums import Tier
from rosters.logic import holidays, labels
from rosters.logic.service_addresses import why_not_address
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
    labels = ArrayField(
        models.CharField(max_length=40),
        blank=True,
        default=list,
        db_default=[],
        help_text="Words to find it by, with commas between them: pci, region:eu.",
    )
    needs = models.ManyToManyField(
        "self", through="ServiceDependency", symmetrical=False, related_name="needed_by"
    )

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["labels"], name="rosters_service_labels")]

    def __str__(self) -> str:
        return self.name

    @property
    def region_name(self) -> str:
        """ "Germany, Berlin"."""
        return holidays.region_name(self.region)

    @property
    def labels_in_words(self) -> list[tuple[str, str]]:
        """Each label as it is kept, and as people read it."""
        return labels.each_in_words(self.labels)

    def clean(self) -> None:
        why_not = why_not_address(self.slug)
        if why_not:
            raise ValidationError({"slug": why_not})


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
