"""People and teams in the admin."""

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField

from rosters import models
from rosters.forms import ContactPointForm


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person is added without a password; whoever may sign in gets one on the next page."""

    class Meta:
        model = models.Person
        fields = ("full_name", "short_name", "email", "time_zone", "region", "may_sign_in")

    def clean(self) -> dict[str, object]:
        self.instance.set_unusable_password()
        return super().clean() or {}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    password = ReadOnlyPasswordHashField()

    class Meta:
        model = models.Person
        fields = (
            "full_name",
            "short_name",
            "email",
            "time_zone",
            "region",
            "left_at",
            "may_sign_in",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        )


class ContactPointInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ContactPoint
    form = ContactPointForm
    extra = 0
    readonly_fields = ("last_failed_at", "last_failure")


class ContactRuleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ContactRule
    extra = 0
    ordering = ("urgency", "order")
    autocomplete_fields = ("contact_point",)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Membership
    extra = 0
    autocomplete_fields = ("person", "team")


@admin.register(models.Person)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("full_name", "email", "time_zone", "region", "may_sign_in", "left_at")
    list_filter = (
        "may_sign_in",
        "is_staff",
        ("left_at", admin.EmptyFieldListFilter),
        "teams",
        "time_zone",
    )
    search_fields = ("full_name", "short_name", "email")
    ordering = ("full_name",)
    fieldsets = (
        (None, {"fields": ("full_name", "short_name", "email", "password")}),
        ("Where they are", {"fields": ("time_zone", "region", "left_at")}),
        (
            "What they may do",
            {"fields": ("may_sign_in", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
    )
    add_fieldsets = ((None, {"fields": NewPersonForm.Meta.fields}),)
    inlines = (ContactPointInline, ContactRuleInline, MembershipInline)

    def get_inlines(self, _request: object, obj: object) -> tuple[type, ...]:
        return self.inlines if obj else ()

    def has_delete_permission(self, _request: object, _obj: object = None) -> bool:
        """Leavers get a date; their history stays."""
        return False


@admin.register(models.ContactPoint)
class ContactPointAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ContactPointForm
    list_display = ("person", "channel", "address", "last_tested_at", "last_failed_at")
    list_filter = (
        "channel",
        ("last_tested_at", admin.EmptyFieldListFilter),
        ("last_failed_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("person",)
    search_fields = ("person__full_name", "address")
    autocomplete_fields = ("person",)
    readonly_fields = ("last_failed_at", "last_failure")


@admin.register(models.Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "time_zone")
    search_fields = ("name",)
    ordering = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    inlines = (MembershipInline,)
