"""Runbooks are written here; a published version is followed, never changed."""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from runbooks import models


class StepInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Step
    extra = 1
    ordering = ("order",)


@admin.register(models.Runbook)
class RunbookAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "service", "when_to_use")
    list_filter = ("service",)
    list_select_related = ("service",)
    search_fields = ("title", "when_to_use")
    autocomplete_fields = ("service",)
    prepopulated_fields: ClassVar = {"slug": ("title",)}


@admin.register(models.RunbookVersion)
class RunbookVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("runbook", "number", "change_note", "published_at", "published_by")
    list_filter = ("runbook",)
    list_select_related = ("runbook", "published_by")
    search_fields = ("runbook__title", "change_note")
    autocomplete_fields = ("runbook", "published_by")
    inlines = (StepInline,)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A published version is followed by the next number, never changed."""
        return obj is None and super().has_change_permission(request)
