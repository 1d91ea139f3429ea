"""Incidents and the engine's rows in the admin: to read, never to change."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal.admin import page_of
from config.portal.read_only import ReadOnlyAdmin
from incidents import models
from incidents.admin.common import signed_in


class OfIncidentsAdmin(ReadOnlyAdmin):
    """Rows about incidents: those of a restricted one exist only for whoever has a part in it.

    `incident` is the way from a row to its incident; empty where the row is one.
    """

    incident = "incident"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        hidden = models.Incident.objects.hidden_from(signed_in(request))
        column = f"{self.incident}__in" if self.incident else "pk__in"
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(**{column: hidden.values("pk")})


@admin.register(models.Incident)
class IncidentAdmin(OfIncidentsAdmin):
    incident = ""
    lead = "To read here. Everything that changes an incident is on its own page."
    view_on_site = staticmethod(page_of("incidents:detail", "reference"))
    list_display = ("reference", "title", "severity", "service", "detected_at", "resolved_at")
    list_filter = ("severity", "service")
    list_select_related = ("service",)
    search_fields = ("title",)
    date_hierarchy = "detected_at"


@admin.register(models.EscalationRun)
class EscalationRunAdmin(OfIncidentsAdmin):
    incident = "clock__incident"
    list_display = ("clock", "version", "position", "next_due_at", "finished_at", "finish_reason")
    list_filter = ("finish_reason", "clock__promise")
    list_select_related = ("clock__incident", "version__policy")
    search_fields = ("clock__incident__title", "version__policy__name")
    date_hierarchy = "next_due_at"


@admin.register(models.Notification)
class NotificationAdmin(OfIncidentsAdmin):
    list_display = ("incident", "person", "reason", "created_at", "answer")
    list_filter = ("answer",)
    list_select_related = ("incident", "person")
    search_fields = ("person__full_name", "incident__title")
    date_hierarchy = "created_at"
