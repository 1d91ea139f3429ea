"""Severities, kinds of harm and promised times in the admin."""

from typing import ClassVar

from django.contrib import admin

from config.portal.admin import PlainAdmin
from incidents import models


@admin.register(models.ResponseTarget)
class ResponseTargetAdmin(PlainAdmin):
    lead = "How long each promise may take. Every clock of every incident takes its time from here."
    search_fields = ("promise",)
    list_display = ("__str__", "promise", "severity", "tier", "amount", "unit")
    list_filter = ("promise", "severity", "tier")
    list_editable = ("amount",)


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
