"""What may be decided during an incident, and who may, in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal.admin import PlainAdmin
from incidents import models


class DecisionRightInline(admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = models.DecisionRight
    extra = 1
    autocomplete_fields = ("role", "approver")
    verbose_name_plural = "who may"


@admin.register(models.DecisionKind)
class DecisionKindAdmin(PlainAdmin):
    lead = "What somebody may have to decide, and which roles may, alone or once another agrees."
    list_display = ("name", "description", "who_may", "order")
    search_fields = ("name", "description", "rights__role__name")
    ordering = ("order", "name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    inlines = (DecisionRightInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.DecisionKind]:
        found: QuerySet[models.DecisionKind] = super().get_queryset(request)
        return found.prefetch_related("rights__role", "rights__approver")

    @admin.display(description="Who may", empty_value="Nobody yet")
    def who_may(self, kind: models.DecisionKind) -> str | None:
        rights: list[Any] = sorted(kind.rights.all(), key=lambda right: right.pk)
        said = [
            f"{right.role}, if the {right.approver} agrees" if right.approver else f"{right.role}"
            for right in rights
        ]
        return "; ".join(said) or None


@admin.register(models.DecisionRight)
class DecisionRightAdmin(PlainAdmin):
    lead = "What one role may decide: alone, or once another agrees within so many minutes."
    list_display = ("decision", "role", "approver", "within_minutes")
    list_display_links = ("decision", "role")
    list_filter = ("decision", "role")
    list_select_related = ("decision", "role", "approver")
    search_fields = ("decision__name", "role__name", "approver__name")
    ordering = ("decision__order", "decision__name", "role__name")
    autocomplete_fields = ("decision", "role", "approver")
