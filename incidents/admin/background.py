"""Planned work and changes that were made."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.portal import clock
from config.portal.admin import PlainAdmin, said
from config.portal.sentences import sentence
from incidents import models
from incidents.admin.common import signed_in
from incidents.enums import MaintenanceMode
from incidents.logic.maintenance_words import SHORT
from incidents.operations import maintenance


class WhenPlanned(admin.SimpleListFilter):
    """Whether it is still to come."""

    title = "when"
    parameter_name = "when"

    def lookups(self, _request: HttpRequest, _admin: object) -> list[tuple[str, str]]:
        return [("ahead", "To come or going on"), ("over", "Over")]

    def queryset(self, _request: HttpRequest, rows: Any) -> Any:  # noqa: ANN401  # Django's signature
        now = clock.show_now()
        if self.value() == "ahead":
            return rows.filter(ends_at__gt=now)
        return rows.filter(ends_at__lte=now) if self.value() == "over" else rows


@admin.register(models.MaintenanceWindow)
class MaintenanceWindowAdmin(PlainAdmin):
    lead = "Planned work. What it does to alerts and calls is set on its page, under Maintenance."
    list_display = ("title", "reads", "owner")
    list_filter = (WhenPlanned, "services", "owner")
    list_select_related = ("owner",)
    search_fields = ("title", "customer_impact", "services__name", "owner__full_name")
    autocomplete_fields = ("services", "owner")
    date_hierarchy = "starts_at"
    readonly_fields = ("reads", "mode", "recurrence", "time_zone", "until", "called_off_at")
    fieldsets = (
        (None, {"fields": ("reads", "title", "customer_impact", "services")}),
        ("When and who", {"fields": ("starts_at", "ends_at", "owner")}),
        ("Alerts and calls", {"fields": readonly_fields[1:]}),
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:  # noqa: ANN401  # Django's signature
        super().save_related(request, form, formsets, change)
        maintenance.settle(form.instance, now=clock.act_now())

    @admin.display(description="Reads", ordering="starts_at")
    def reads(self, window: models.MaintenanceWindow) -> SafeString | str:
        """When, and what customers notice, in plain words."""
        if window._state.adding:  # noqa: SLF001  # Django's documented flag
            return "Save it to read it as a sentence."
        impact = window.customer_impact or "Customers notice nothing."
        when = sentence(
            "From {from_at} until {until_at}. {impact} {effect}",
            from_at=window.starts_at,
            until_at=window.ends_at,
            impact=impact,
            effect=SHORT[MaintenanceMode(window.mode)],
        )
        return said(when)


@admin.register(models.Change)
class ChangeAdmin(PlainAdmin):
    lead = "What was changed, and may explain what breaks next."
    list_display = ("title", "kind", "service", "made_at", "made_by")
    list_filter = ("kind", "service")
    list_select_related = ("service", "made_by")
    search_fields = ("title", "service__name", "made_by__full_name")
    autocomplete_fields = ("service", "made_by")
    date_hierarchy = "made_at"
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Now, by whoever writes it down, unless the address says otherwise."""
        usual = {"made_at": clock.show_now(), "made_by": signed_in(request).pk}
        return {**usual, **super().get_changeform_initial_data(request)}
