"""Runbooks are written here; a published version is followed, never changed."""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from config.portal.admin import PlainAdmin, Pointing, page_of, pointing
from runbooks import models

pointing(
    runbooks_runbook=Pointing(
        "runbook is about {it}", "runbooks are about {it}", "runbooks_runbook"
    ),
    runbooks_runbookversion=Pointing(
        "version of a runbook names {it}",
        "versions of runbooks name {it}",
        "runbooks_runbookversion",
    ),
)


class StepInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Step
    extra = 1
    ordering = ("order",)


@admin.register(models.Runbook)
class RunbookAdmin(PlainAdmin):
    lead = "What to do about one kind of trouble. Its steps stand in its versions."
    view_on_site = staticmethod(page_of("runbooks:detail", "slug"))
    list_display = ("title", "service", "when_to_use")
    list_filter = ("service",)
    list_select_related = ("service",)
    search_fields = ("title", "when_to_use", "service__name")
    autocomplete_fields = ("service",)
    prepopulated_fields: ClassVar = {"slug": ("title",)}


@admin.register(models.RunbookVersion)
class RunbookVersionAdmin(PlainAdmin):
    list_display = ("runbook", "number", "change_note", "published_at", "published_by")
    lead = "A published version is never changed. The next number follows it."
    why_fixed = "It is published, so it stays as it is. Write the next number to change it."
    date_hierarchy = "published_at"
    list_filter = ("runbook",)
    list_select_related = ("runbook", "published_by")
    search_fields = ("runbook__title", "change_note")
    autocomplete_fields = ("runbook", "published_by")
    inlines = (StepInline,)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A published version is followed by the next number, never changed."""
        return obj is None and super().has_change_permission(request)


@admin.register(models.GlossaryTerm)
class GlossaryTermAdmin(PlainAdmin):
    lead = "The words we use, each in one plain sentence."
    list_display = ("term", "meaning", "instead_of")
    search_fields = ("term", "meaning", "instead_of")
    prepopulated_fields: ClassVar = {"slug": ("term",)}
    ordering = ("term",)
