"""Severities, kinds of harm and promised times in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal.admin import PlainAdmin
from incidents import models
from rosters.enums import Tier


@admin.register(models.ResponseTarget)
class ResponseTargetAdmin(PlainAdmin):
    lead = "How long each promise may take. Every clock of every incident takes its time from here."
    search_fields = ("promise",)
    search_help_text = "Search for what is promised, a severity or a tier: acknowledge SEV1"
    list_display = ("reads", "severity", "of_tier", "amount", "unit")
    list_filter = ("promise", "severity", "tier")
    list_editable = ("amount",)
    ordering = ("promise", "severity", "tier")

    @admin.display(description="Promise", ordering="promise")
    def reads(self, target: models.ResponseTarget) -> str:
        """What is promised, within how long, as it is said."""
        return str(target)

    @admin.display(description="Which services", ordering="tier")
    def of_tier(self, target: models.ResponseTarget) -> str:
        return str(Tier(target.tier).label) if target.tier else "Services of every tier"

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002  # Django's signature
        queryset: QuerySet[models.ResponseTarget],
        search_term: str,
    ) -> tuple[QuerySet[models.ResponseTarget], bool]:
        """Every word is looked for in what people read: promise, severity, tier and time."""
        wanted = search_term.casefold().split()
        if not wanted:
            return queryset, False
        found = [
            one.pk
            for one in queryset
            if all(word in f"{one} {self.of_tier(one)}".casefold() for word in wanted)
        ]
        return queryset.filter(pk__in=found), False


@admin.register(models.Severity)
class SeverityAdmin(PlainAdmin):
    lead = "How bad is bad, in words that everybody reads."
    list_display = ("level", "description", "examples")
    search_fields = ("description", "examples")


@admin.register(models.ImpactClass)
class ImpactClassAdmin(PlainAdmin):
    lead = "What sort of harm an incident does, and what follows from that at once."
    list_display = (
        "name",
        "description",
        "is_customer_facing",
        "is_restricted",
        "told_role",
        "usual_severity",
        "statutory_hours",
    )
    list_filter = ("is_customer_facing", "is_restricted")
    list_select_related = ("told_role",)
    autocomplete_fields = ("told_role",)
    search_fields = ("name", "description")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
