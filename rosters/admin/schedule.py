"""Rosters, their layers, overrides and absences in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from config.portal import clock
from config.portal.admin import PlainAdmin, page_of, said
from config.portal.places import PlaceForm, PlacesFormSet
from rosters import models
from rosters.admin.filters import OnCallNow
from rosters.admin.sentences import absence_sentence, duty_sentence, override_sentence
from rosters.forms.schedule import LayerRowForm, RotationForm
from rosters.queries.oncall import duty_of

RUNS = "Its roster is published. Set it up on its own page, which keeps what has been as it was."


class LayerInline(admin.TabularInline):  # type: ignore[type-arg]
    """The layers of a draft; those of a published roster are to read here."""

    model = models.Layer
    extra = 0
    ordering = ("priority", "pk")
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: models.Roster | None = None) -> bool:
        return _may(obj) and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: models.Roster | None = None) -> bool:
        return _may(obj) and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Roster | None = None) -> bool:
        return _may(obj) and bool(super().has_delete_permission(request, obj))


def _may(roster: models.Roster | None) -> bool:
    """Whether the layers of a roster are edited here: those of a draft, which calls nobody."""
    return roster is None or roster.is_draft


class DraftAdmin(PlainAdmin):
    """A row of a roster, changed here only while the roster is a draft."""

    why_fixed = RUNS

    def roster_of(self, row: object) -> models.Roster:
        """The roster that a row belongs to; every admin of such rows says which."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        may = obj is None or _may(self.roster_of(obj))
        return may and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        may = obj is None or _may(self.roster_of(obj))
        return may and bool(super().has_delete_permission(request, obj))


class OverrideInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Override
    extra = 0
    ordering = ("-starts_at",)
    autocomplete_fields = ("person", "instead_of")


@admin.register(models.Roster)
class RosterAdmin(PlainAdmin):
    lead = "Who answers when. Handovers happen at the wall time of the roster's own zone."
    view_on_site = staticmethod(page_of("rosters:roster", "slug"))
    list_display = ("name", "team", "time_zone")
    list_filter = (OnCallNow, "team", "time_zone")
    list_select_related = ("team",)
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("team",)
    readonly_fields = ("on_call_now", "is_draft")
    inlines = (LayerInline, OverrideInline)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Roster | None = None
    ) -> tuple[str, ...]:
        """The zone of a published roster moves on its own page, from then on."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if _may(obj) else (*fixed, "time_zone")

    @admin.display(description="On call now")
    def on_call_now(self, roster: models.Roster) -> str:
        """Who is on call now, in one sentence."""
        if roster._state.adding:  # noqa: SLF001  # Django's documented flag
            return "Save it, then add layers and people."
        return duty_sentence(duty_of(roster, now=clock.show_now()))

    def save_formset(
        self,
        request: HttpRequest,
        form: object,
        formset: object,
        change: bool,  # noqa: FBT001  # Django's signature
    ) -> None:
        for inline in formset.forms:  # type: ignore[attr-defined]  # a Django formset
            row = inline.instance
            if isinstance(row, models.Override) and row._state.adding:  # noqa: SLF001  # Django's flag
                row.created_by_id = request.user.pk
        super().save_formset(request, form, formset, change)


class RotationInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Rotation
    form = RotationForm
    extra = 0
    show_change_link = True


class RestrictionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Restriction
    extra = 0
    ordering = ("weekday", "starts_at")


@admin.register(models.Layer)
class LayerAdmin(DraftAdmin):
    form = LayerRowForm
    list_display = ("roster", "name", "priority")
    list_filter = ("roster",)
    list_select_related = ("roster",)
    search_fields = ("roster__name", "name")
    autocomplete_fields = ("roster",)
    inlines = (RotationInline, RestrictionInline)

    def roster_of(self, row: object) -> models.Roster:
        return row.roster  # type: ignore[attr-defined,no-any-return]  # a layer


class RotationMemberInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.RotationMember
    form = PlaceForm
    formset = PlacesFormSet
    extra = 0
    ordering = ("order",)
    autocomplete_fields = ("person",)


@admin.register(models.Rotation)
class RotationAdmin(DraftAdmin):
    form = RotationForm
    list_display = ("layer", "starts_on", "handover_at", "length", "unit")
    list_filter = ("layer__roster", "unit")
    list_select_related = ("layer__roster",)
    search_fields = ("layer__roster__name", "layer__name")
    autocomplete_fields = ("layer",)
    inlines = (RotationMemberInline,)

    def roster_of(self, row: object) -> models.Roster:
        return row.layer.roster  # type: ignore[attr-defined,no-any-return]  # a rotation


@admin.register(models.Override)
class OverrideAdmin(PlainAdmin):
    lead = "Somebody else for a while. It wins over the rotation."
    list_display = ("reads", "starts_at", "ends_at", "reason", "created_by")
    list_display_links = ("reads",)
    readonly_fields = ("reads", "created_by")
    list_filter = ("roster", "kind")
    list_select_related = ("roster", "person", "instead_of", "created_by")
    search_fields = ("roster__name", "person__full_name", "instead_of__full_name")
    autocomplete_fields = ("roster", "person", "instead_of")
    date_hierarchy = "starts_at"

    @admin.display(description="Reads", ordering="roster__name")
    def reads(self, override: models.Override) -> str:
        """What it means, in one sentence."""
        if override._state.adding:  # noqa: SLF001  # Django's documented flag
            return "Save it to read it as a sentence."
        return said(override_sentence(override))

    def save_model(
        self,
        request: HttpRequest,
        obj: models.Override,
        form: object,
        change: bool,  # noqa: FBT001  # Django's signature
    ) -> None:
        if not change and isinstance(request.user, models.Person):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(models.Absence)
class AbsenceAdmin(PlainAdmin):
    lead = "While somebody is away, the next person of their roster takes the calls."
    list_display = ("reads", "starts_at", "ends_at", "reason")
    list_filter = ("person__teams",)
    list_select_related = ("person",)
    search_fields = ("person__full_name",)
    autocomplete_fields = ("person",)
    date_hierarchy = "starts_at"

    @admin.display(description="Reads", ordering="person__full_name")
    def reads(self, absence: models.Absence) -> str:
        """What it means, in one sentence."""
        return said(absence_sentence(absence))
