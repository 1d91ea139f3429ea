"""People and teams in the admin."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField, ReadOnlyPasswordHashWidget
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join

from config.portal import clock
from config.portal.admin import PlainAdmin, held_by, page_of
from config.portal.read_only import ReadOnlyAdmin
from config.portal.refusals import Refused
from rosters import models
from rosters.admin.filters import Reachable, Tested
from rosters.enums import Urgency
from rosters.forms.numbers import ContactPointForm
from rosters.logic.own_rules import OwnWay, why_not_ways
from rosters.operations import leaving, own_rules, testing

MOST_MEMBERS = 50
"""So many stand on the page of a team."""


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person is added without a password; whoever may sign in gets one on the next page."""

    class Meta:
        model = models.Person
        fields = (
            "full_name",
            "short_name",
            "email",
            "time_zone",
            "language",
            "region",
            "may_sign_in",
        )

    def clean(self) -> dict[str, object]:
        self.instance.set_unusable_password()
        return super().clean() or {}


class PasswordShown(ReadOnlyPasswordHashWidget):
    """Whether there is a password. How it is kept helps nobody who reads it."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401  # Django's signature
        context = super().get_context(name, value, attrs)
        is_set = bool(value) and is_password_usable(value)
        label = "There is a password." if is_set else "No password yet: they cannot sign in by one."
        button = "Set another password" if is_set else "Set a password"
        return {**context, "summary": [{"label": label}], "button_label": button}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    password = ReadOnlyPasswordHashField(widget=PasswordShown)

    class Meta:
        model = models.Person
        fields = (
            "full_name",
            "short_name",
            "email",
            "time_zone",
            "language",
            "region",
            "left_at",
            "quiet_from",
            "quiet_until",
            "rests_on_holidays",
            "may_sign_in",
            "is_staff",
            "is_superuser",
            "groups",
        )
        widgets: ClassVar = {"groups": forms.CheckboxSelectMultiple}
        labels: ClassVar = {"is_superuser": "Administrator", "groups": "What they are here"}
        help_texts: ClassVar = {
            "is_superuser": "May do everything, on the portal and in the admin.",
            "groups": "Each gives the rights that its name says. Without one they read the plain"
            " pages.",
        }


class ContactPointInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ContactPoint
    fk_name = "person"
    form = ContactPointForm
    extra = 0
    readonly_fields = ("verified_at", "last_tested_at", "last_failed_at", "last_failure")


class ContactRuleFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Held to the same rules as what people choose for themselves."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        may_wake = any(own_rules.is_waking(one) for one in self.instance.contact_points.all())
        urgent = [
            OwnWay(one["contact_point"].pk, one["contact_point"].channel, one["delay_minutes"])
            for one in sorted(kept, key=lambda one: (one["delay_minutes"], one["order"]))
            if one["urgency"] == Urgency.URGENT and one.get("contact_point")
        ]
        why_not = why_not_ways(urgent, is_urgent=True, may_wake=may_wake)
        if why_not:
            raise forms.ValidationError(why_not)


class ContactRuleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ContactRule
    formset = ContactRuleFormSet
    extra = 0
    ordering = ("urgency", "order")
    autocomplete_fields = ("contact_point",)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Membership
    extra = 0
    autocomplete_fields = ("person", "team")


class MembersFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The leads and the first by name; who else is a member is named on the list of people.

    A team of thousands is a page like any other. Who stands there stays who it is: a member goes
    and another comes. What is sent is found among all, so that nobody's press is lost.
    """

    def get_queryset(self) -> QuerySet[models.Membership]:
        found = super().get_queryset()
        if not hasattr(self, "first"):
            people = found.select_related("person", "team").order_by(
                "-is_lead", "person__full_name", "pk"
            )
            self.first = people if self.is_bound else people[:MOST_MEMBERS]
        return self.first

    @cached_property
    def unseen(self) -> int:
        """How many members are not on this page."""
        number = self.instance.memberships.count() if self.instance.pk else 0
        return max(0, number - MOST_MEMBERS)

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:  # type: ignore[type-arg]  # as Django calls it
        super().add_fields(form, index)
        if form.instance.pk and "person" in form.fields:
            person = form.instance.person
            form.fields["person"].widget = forms.Select(choices=[(person.pk, str(person))])


class MembersInline(MembershipInline):
    formset = MembersFormSet
    template = "admin/members.html"


@admin.register(models.Person)
class PersonAdmin(PlainAdmin, UserAdmin):  # type: ignore[type-arg]
    lead = "People are never deleted. Whoever leaves gets a date; their history stays."
    view_on_site = staticmethod(page_of("rosters:person", "pk"))
    list_per_page = 50
    actions = ("left_the_company",)
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("full_name", "email", "time_zone", "region", "may_sign_in", "works_here")
    list_filter = (Reachable, "teams", "may_sign_in", "is_staff", "groups", "time_zone")
    search_fields = ("full_name", "short_name", "email")
    filter_horizontal = ()
    ordering = ("full_name",)
    fieldsets = (
        (None, {"fields": ("full_name", "short_name", "email", "password")}),
        ("Where they are", {"fields": ("time_zone", "language", "region", "left_at")}),
        ("Quiet hours", {"fields": ("quiet_from", "quiet_until", "rests_on_holidays")}),
        (
            "What they may do",
            {"fields": ("may_sign_in", "is_staff", "is_superuser", "groups")},
        ),
    )
    add_fieldsets = ((None, {"fields": NewPersonForm.Meta.fields}),)
    inlines = (ContactPointInline, ContactRuleInline, MembershipInline)

    def get_fieldsets(self, request: HttpRequest, obj: models.Person | None = None) -> Any:  # noqa: ANN401  # Django's signature
        """How somebody's password is kept is nobody's business who may not give them a new one."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [
            (title, {**shown, "fields": [one for one in shown["fields"] if one != "password"]})
            for title, shown in found
        ]

    @admin.display(description="Works here", ordering="left_at")
    def works_here(self, person: models.Person) -> str:
        if person.left_at is None:
            return "Yes"
        word = "Left" if person.has_left(clock.show_now()) else "Yes, leaves"
        return f"{word} on {person.left_at:%-d %b %Y}"

    @admin.action(description="Left the company…", permissions=["change"])
    def left_the_company(
        self, request: HttpRequest, chosen: QuerySet[models.Person]
    ) -> HttpResponse | None:
        """Asks once, with what each still holds; then nobody calls them any more."""
        if request.POST.get("post") == "yes":
            for person in chosen:
                self._leave(request, person)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Note that they left the company?",
            "opts": self.opts,
            "leavers": [(person, held_by(person)) for person in chosen],
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/leave.html", context)

    def _leave(self, request: HttpRequest, person: models.Person) -> None:
        if not isinstance(request.user, models.Person):
            raise PermissionDenied
        try:
            leaving.leave(person, by=request.user, now=clock.act_now())
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        held = format_html_join(" ", "{}", ((one,) for one in held_by(person)))
        text = format_html("{} left. Nobody calls them now. {}", person.full_name, held)
        self.message_user(request, text, messages.WARNING if held else messages.SUCCESS)

    def get_inlines(self, _request: object, obj: object) -> tuple[type, ...]:
        return self.inlines if obj else ()

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  # Django's signature
    ) -> HttpResponse:
        """Nobody is deleted: the page of what names them comes instead, where others take over."""
        if request.method == "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        person = self.get_object(request, object_id) if object_id.isdecimal() else None
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        text = "People are never deleted: their history stays. Say here who takes over."
        self.message_user(request, text, messages.WARNING)
        return redirect("front:leaving", person.pk)

    def has_delete_permission(self, _request: object, _obj: object = None) -> bool:
        """Leavers get a date; their history stays."""
        return False


@admin.register(models.ContactPoint)
class ContactPointAdmin(PlainAdmin):
    lead = "How people are reached. A number that nobody tested for 90 days may be wrong."
    form = ContactPointForm
    list_display = ("person", "tested", "way", "failed")
    list_filter = (
        Tested,
        "channel",
        ("last_failed_at", admin.EmptyFieldListFilter),
        "person__teams",
    )
    date_hierarchy = "last_tested_at"
    list_select_related = ("person",)
    search_fields = ("person__full_name", "address")
    autocomplete_fields = ("person",)
    readonly_fields = ("verified_at", "last_tested_at", "last_failed_at", "last_failure")
    actions = ("tried",)

    @admin.display(description="How", ordering="channel")
    def way(self, point: models.ContactPoint) -> str:
        label = f", {point.label}" if point.label else ""
        return f"{point.get_channel_display()}{label}"

    @admin.display(description="Failed", ordering="last_failed_at", empty_value="Never")
    def failed(self, point: models.ContactPoint) -> Any:  # noqa: ANN401  # an instant or nothing
        return point.last_failed_at

    @admin.display(description="Tested", ordering="last_tested_at", empty_value="Never tested")
    def tested(self, point: models.ContactPoint) -> Any:  # noqa: ANN401  # an instant or nothing
        return point.last_tested_at

    @admin.action(description="Mark as tested: I tried these, and they answered")
    def tried(self, request: HttpRequest, chosen: QuerySet[models.ContactPoint]) -> None:
        if not isinstance(request.user, models.Person):
            raise PermissionDenied
        count = testing.vouch(list(chosen), by=request.user, now=clock.act_now())
        self.message_user(request, f"{count} marked as tested by you, just now.")


@admin.register(models.ContactView)
class ContactViewAdmin(ReadOnlyAdmin):
    lead = "Who saw whose numbers, and why. The audit log tells it too."
    list_display = ("__str__", "at", "reason")
    list_filter = ("at",)
    list_select_related = ("viewer", "person")
    search_fields = ("viewer__full_name", "person__full_name", "reason")
    date_hierarchy = "at"


@admin.register(models.Team)
class TeamAdmin(PlainAdmin):
    lead = "People who own services together."
    list_display = ("name", "time_zone")
    list_filter = ("time_zone",)
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    inlines = (MembersInline,)
