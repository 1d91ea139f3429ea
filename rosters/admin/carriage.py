"""Messages and the engine's pulse in the admin: to read, never to change."""

from django.contrib import admin
from django.http import HttpRequest

from config.portal.read_only import ReadOnlyAdmin
from rosters import models


class AttemptInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.DeliveryAttempt
    extra = 0
    can_delete = False
    ordering = ("number",)

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(models.Message)
class MessageAdmin(ReadOnlyAdmin):
    lead = "What was sent to whom, and what waits. Nothing is changed here."
    list_display = ("person", "subject", "contact_point", "state", "not_before", "sent_at")
    list_filter = ("state", "lane", "contact_point__channel")
    list_select_related = ("person", "contact_point__person")
    search_fields = ("person__full_name", "subject", "subject_key")
    date_hierarchy = "created_at"
    inlines = (AttemptInline,)


@admin.register(models.DeliveryAttempt)
class DeliveryAttemptAdmin(ReadOnlyAdmin):
    list_display = ("message", "number", "outcome", "detail", "started_at", "finished_at")
    list_filter = ("outcome", "message__contact_point__channel")
    list_select_related = ("message__person",)
    search_fields = ("message__person__full_name", "detail", "provider_reference")
    date_hierarchy = "started_at"


@admin.register(models.Pulse)
class PulseAdmin(ReadOnlyAdmin):
    lead = "When each part of the engine ran last."
    list_filter = ("is_clean",)
    search_fields = ("name", "runner")
    list_display = ("name", "at", "runner", "is_clean")
