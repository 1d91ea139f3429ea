"""Rooms that rules tell beside people, in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from config.portal.admin import PlainAdmin
from incidents import models


@admin.register(models.Room)
class RoomAdmin(PlainAdmin):
    lead = "Chat channels and mailing lists that steps of rules tell beside people."
    list_display = ("name", "of", "channel", "account", "told_by", "is_active")
    list_filter = ("channel", "is_active", "team")
    list_select_related = ("team", "account")
    search_fields = ("name", "address", "team__name")
    autocomplete_fields = ("team",)
    ordering = ("name",)
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "team", "is_active")}),
        ("How it is told", {"fields": ("channel", "address", "account")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Room]:
        found: QuerySet[models.Room] = super().get_queryset(request)
        return found.annotate(steps=Count("targets"))

    @admin.display(description="Whose", ordering="team__name")
    def of(self, room: models.Room) -> str:
        return str(room.team or "The whole company")

    @admin.display(description="Told by", ordering="steps")
    def told_by(self, room: models.Room) -> str:
        count = getattr(room, "steps", 0)
        return f"{count} {'step' if count == 1 else 'steps'}" if count else "No step yet"
