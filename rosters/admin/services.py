"""Services and the contact matrix in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal import clock
from rosters import models


class DependencyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ServiceDependency
    fk_name = "service"
    extra = 0
    autocomplete_fields = ("needs",)


class MatrixInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.MatrixEntry
    fields = ("role", "severity", "person", "backup", "roster", "confirmed_at")
    readonly_fields = ("confirmed_at",)
    extra = 0
    autocomplete_fields = ("role", "person", "backup", "roster")


@admin.register(models.Service)
class ServiceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "tier", "owner_team", "customer_impact")
    list_filter = ("tier", "owner_team")
    list_select_related = ("owner_team",)
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("owner_team",)
    inlines = (MatrixInline, DependencyInline)


@admin.register(models.StakeholderRole)
class StakeholderRoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "description")
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(models.MatrixEntry)
class MatrixEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (
        "role",
        "service",
        "team",
        "severity",
        "person",
        "backup",
        "roster",
        "confirmed_at",
    )
    list_filter = (
        "role",
        "service",
        "team",
        "severity",
        ("confirmed_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("role", "service", "team", "person", "backup", "roster")
    search_fields = ("role__name", "service__name", "team__name", "person__full_name")
    autocomplete_fields = ("role", "service", "team", "person", "backup", "roster")
    readonly_fields = ("confirmed_at", "confirmed_by")
    actions = ("confirm",)

    @admin.action(description="Confirm: I checked that these are right")
    def confirm(self, request: HttpRequest, chosen: QuerySet[models.MatrixEntry]) -> None:
        count = chosen.update(confirmed_at=clock.act_now(), confirmed_by=request.user)
        self.message_user(request, f"{count} confirmed.")
