"""Services and the contact matrix in the admin."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, ClassVar

import pghistory
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.portal import clock, words
from config.portal.admin import PlainAdmin, Pointing, page_of, pointing, said
from rosters import models
from rosters.admin.filters import CellState, ImpactKnown
from rosters.admin.grid import GridPages
from rosters.admin.sentences import cell_sentences
from rosters.forms.asking import WHY_MISSING
from rosters.forms.matrix import ContactsOfService, MatrixEntryForm, ServiceForm
from rosters.logic.reasons import in_one_line
from rosters.operations import matrix, roles
from rosters.queries import sayings

pointing(
    rosters_matrixentry=Pointing(
        "cell of the contact matrix names {it}",
        "cells of the contact matrix name {it}",
        "rosters_matrixentry",
        Q(),
    ),
    rosters_rotationmember=Pointing(
        "turn of a rotation is held by {it}",
        "turns of rotations are held by {it}",
        "rosters_rotation",
        Q(),
    ),
    rosters_service=Pointing("service needs {it}", "services need {it}", "rosters_service", Q()),
    rosters_roster=Pointing("roster belongs to {it}", "rosters belong to {it}", "rosters_roster"),
    rosters_membership=Pointing(
        "team has {it} as a member", "teams have {it} as a member", "rosters_team", Q()
    ),
    rosters_override=Pointing(
        "change for a while names {it}", "changes for a while name {it}", "rosters_override"
    ),
)


@contextmanager
def because(form: Any) -> Iterator[None]:  # noqa: ANN401  # any of Django's forms
    """What is written inside has the form's reason in its history."""
    reason = form.cleaned_data.get("reason", "")
    with pghistory.context(reason=reason) if reason else nullcontext():
        yield


class DependencyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ServiceDependency
    fk_name = "service"
    extra = 0
    autocomplete_fields = ("needs",)


class MatrixInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.MatrixEntry
    formset = ContactsOfService
    fields = ("role", "severity", "person", "backup", "roster", "confirmed_at")
    readonly_fields = ("confirmed_at",)
    extra = 0
    autocomplete_fields = ("role", "person", "backup", "roster")


@admin.register(models.Service)
class ServiceAdmin(PlainAdmin):
    lead = "Whatever customers or colleagues use, who owns it and what it needs."
    view_on_site = staticmethod(page_of("front:service", "slug"))
    form = ServiceForm
    list_display = ("name", "tier", "owner_team", "backup_owner", "customer_impact")
    list_filter = (ImpactKnown, "tier", "owner_team", ("backup_owner", admin.EmptyFieldListFilter))
    list_select_related = ("owner_team", "backup_owner")
    search_fields = ("name", "labels")
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("owner_team", "backup_owner")
    inlines = (MatrixInline, DependencyInline)
    fieldsets = (
        (None, {"fields": ("name", "slug", "owner_team", "backup_owner", "tier")}),
        ("What people read", {"fields": ("customer_impact", "region", "operating_hours")}),
        ("Who else counts", {"fields": ("vendor_contacts", "labels")}),
        ("For the history", {"fields": ("reason",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401  # Django's signature
        """Who only reads is not asked why."""
        found = super().get_fieldsets(request, obj)
        may = self.has_change_permission(request, obj) if obj else True
        return found if may else found[:-1]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:  # noqa: ANN401  # Django's signature
        """Changed contacts carry the reason into their history."""
        with because(form):
            super().save_formset(request, form, formset, change)


@admin.register(models.StakeholderRole)
class StakeholderRoleAdmin(PlainAdmin):
    lead = "The parts people play when something breaks."
    stays_while_named = True
    list_display = ("name", "description", "is_needed", "order")
    list_filter = ("is_needed",)
    search_fields = ("name", "description")
    ordering = ("order", "name")
    fields = ("name", "slug", "description", "actions", "is_needed", "order")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401, ARG002  # Django's signature
        """As the operation has it: never with what names it."""
        roles.remove([obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:  # noqa: ANN401, ARG002  # as above
        """As one alone, all or nothing."""
        roles.remove(queryset)


class SpanInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.NamedHoursSpan
    extra = 0


@admin.register(models.NamedHours)
class NamedHoursAdmin(PlainAdmin):
    lead = "Hours of the week by a name, for cells of the contact matrix that hold only then."
    list_display = ("name", "time_zone")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (SpanInline,)


@admin.register(models.MatrixEntry)
class MatrixEntryAdmin(GridPages):
    form = MatrixEntryForm
    one_is_called = "contact"
    lead = "Who fills which role, for a service, a team or the whole company."
    list_display = ("cell", "names", "stands_in", "at_severity", "confirmed")
    list_display_links = ("cell",)
    list_filter = (CellState, "role", "service", "team", "severity", "hours")
    list_select_related = (
        "role",
        "service",
        "team",
        "person",
        "backup",
        "roster",
        "hours",
        "confirmed_by",
    )
    search_fields = (
        "role__name",
        "service__name",
        "team__name",
        "person__full_name",
        "backup__full_name",
        "roster__name",
    )
    autocomplete_fields = ("role", "service", "team", "hours", "person", "backup", "roster")
    readonly_fields = ("reads", "confirmed_at", "confirmed_by")
    date_hierarchy = "confirmed_at"
    actions = ("confirm", "ask")
    asks_why = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401  # Django's signature
        """Who only reads is not asked why."""
        found = super().get_fieldsets(request, obj)
        may = self.has_change_permission(request, obj) if obj else True
        return found if may else found[:-1]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It goes with a reason, or stays."""
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        reason = in_one_line(request.POST.get("reason", ""))
        if not reason:
            self.message_user(request, WHY_MISSING, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        with pghistory.context(reason=reason):
            return super().delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ANN401  # Django's signature
        """The reason stands in the history, as the grid has it."""
        with because(form):
            super().save_model(request, obj, form, change)

    fieldsets = (
        (None, {"fields": ("reads",)}),
        ("Which role", {"fields": ("role", "service", "team")}),
        ("Who fills it", {"fields": ("person", "backup", "roster")}),
        (
            "When it holds",
            {
                "fields": (
                    "severity",
                    "and_worse",
                    "hours",
                    "valid_from",
                    "valid_to",
                    "confirmed_at",
                    "confirmed_by",
                )
            },
        ),
        ("For the history", {"fields": ("reason",)}),
    )

    @admin.display(description="Role", ordering="role__name")
    def cell(self, entry: models.MatrixEntry) -> str:
        text = str(entry)
        return text[:1].upper() + text[1:]

    @admin.display(description="Who", ordering="person__full_name")
    def names(self, entry: models.MatrixEntry) -> str:
        if entry.roster:
            return f"Whoever is on call: {entry.roster}"
        left = " (left)" if entry.person and entry.person.has_left(clock.show_now()) else ""
        return f"{entry.person or 'Nobody'}{left}"

    @admin.display(description="Stands in", ordering="backup__full_name", empty_value="Nobody")
    def stands_in(self, entry: models.MatrixEntry) -> str | None:
        if entry.roster:
            return "The next on call"
        left = " (left)" if entry.backup and entry.backup.has_left(clock.show_now()) else ""
        return f"{entry.backup}{left}" if entry.backup else None

    @admin.display(description="At", ordering="severity", empty_value="Always")
    def at_severity(self, entry: models.MatrixEntry) -> str | None:
        return sayings.condition(entry) or None

    @admin.display(description="Confirmed", ordering="confirmed_at", empty_value="Never")
    def confirmed(self, entry: models.MatrixEntry) -> str | None:
        return f"{entry.confirmed_at:%-d %b %Y}" if entry.confirmed_at else None

    @admin.display(description="Reads")
    def reads(self, entry: models.MatrixEntry) -> str:
        """What it means, in plain words."""
        if entry._state.adding:  # noqa: SLF001  # Django's documented flag
            return "Save it to read it as a sentence."
        return said(cell_sentences(entry, now=clock.show_now()))

    @admin.action(description="Mark as confirmed: I checked that these are right")
    def confirm(self, request: HttpRequest, chosen: QuerySet[models.MatrixEntry]) -> None:
        count = matrix.confirm(list(chosen), by=_person(request), now=clock.act_now())
        self.message_user(request, f"{count} confirmed.")

    @admin.action(description="Ask to confirm: e-mail those who are named")
    def ask(self, request: HttpRequest, chosen: QuerySet[models.MatrixEntry]) -> None:
        rows = list(chosen.select_related("role", "service", "team", "person"))
        asked, mute = matrix.ask_to_confirm(rows, by=_person(request), now=clock.act_now())
        if asked:
            names = words.people([person.full_name for person in asked])
            self.message_user(request, f"{names}: asked by e-mail.", messages.SUCCESS)
        if mute:
            names = words.people([person.full_name for person in mute])
            text = f"{names}: no e-mail address that we could ask."
            self.message_user(request, text, messages.WARNING)
        if not asked and not mute:
            text = "Nobody is named in these. A roster needs no confirmation by e-mail."
            self.message_user(request, text, messages.WARNING)


def _person(request: HttpRequest) -> models.Person:
    if not isinstance(request.user, models.Person):
        raise PermissionDenied
    return request.user
