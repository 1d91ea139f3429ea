"""Who may send alerts, and what arrived."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from config.portal import clock
from config.portal.admin import PlainAdmin
from config.portal.read_only import ReadOnlyAdmin
from incidents import models
from incidents.admin.common import signed_in
from incidents.operations import sources


class SourceTokenInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.SourceToken
    extra = 0
    fields = ("hint", "created_at", "created_by", "revoked_at")
    readonly_fields = ("hint", "created_at", "created_by")

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(models.AlertSource)
class AlertSourceAdmin(PlainAdmin):
    lead = "Who may send alerts. A token is shown once, when it is made."
    list_display = ("name", "kind", "default_service", "default_severity", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("default_service",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("default_service",)
    inlines = (SourceTokenInline,)
    actions = ("issue_token",)
    readonly_fields = ("page",)

    @admin.display(description="Set up, tried and looked at")
    def page(self, source: models.AlertSource | None) -> str:
        """Where the source is set up; a new one has no page yet."""
        if source is None or not source.slug:
            return "After you have saved it."
        address = reverse("incidents:source", args=[source.slug])
        return format_html('<a href="{}">The page of {}</a>', address, source)

    @admin.action(description="Make a new token")
    def issue_token(self, request: HttpRequest, chosen: QuerySet[models.AlertSource]) -> None:
        for source in chosen:
            token = sources.issue_token(source, by=signed_in(request), now=clock.act_now())
            self.message_user(
                request, f"Token for {source}, shown only now: {token}", messages.WARNING
            )


@admin.register(models.RawReceipt)
class RawReceiptAdmin(ReadOnlyAdmin):
    lead = "Each request as it arrived, kept for a while."
    search_fields = ("source__name", "idempotency_key")
    list_display = ("source", "received_at", "status", "idempotency_key")
    list_filter = ("status", "source")
    list_select_related = ("source",)
    fields = ("source", "received_at", "status", "answer", "replayed_at", "replayed_by", "page")
    readonly_fields = ("page",)
    date_hierarchy = "received_at"

    @admin.display(description="What it held")
    def page(self, receipt: models.RawReceipt) -> str:
        """Its page shows the body to those who keep the source: it may hold personal data."""
        address = reverse("incidents:receipt", args=[receipt.pk])
        return format_html('<a href="{}">The request</a>', address)
