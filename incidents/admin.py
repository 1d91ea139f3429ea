"""Configuration is edited here; what has a life cycle is only read here."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from config.portal import clock
from config.portal.read_only import ReadOnlyAdmin
from config.portal.refusals import Refused
from incidents import models
from incidents.operations import policies, sources
from rosters.models import Person


def signed_in(request: HttpRequest) -> Person:
    """Who acts; the admin lets nobody in who is not a person."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


class StepTargetInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.StepTarget
    extra = 1
    autocomplete_fields = ("role", "roster", "person", "team")


class DraftOnly:
    """Steps of a published version are read-only."""

    def _version(self, obj: object) -> models.PolicyVersion | None:
        if isinstance(obj, models.EscalationStep):
            return obj.version
        return obj if isinstance(obj, models.PolicyVersion) else None

    def _is_published(self, obj: object) -> bool:
        version = self._version(obj)
        return version is not None and version.published_at is not None


class EscalationStepInline(DraftOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = models.EscalationStep
    extra = 1
    show_change_link = True
    ordering = ("clock", "order")

    def has_change_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)

    def has_delete_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)

    def has_add_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)


@admin.register(models.EscalationPolicy)
class EscalationPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}


@admin.register(models.PolicyVersion)
class PolicyVersionAdmin(DraftOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("policy", "number", "rationale", "published_at", "published_by")
    list_filter = ("policy", ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("policy", "published_by")
    search_fields = ("policy__name", "rationale")
    autocomplete_fields = ("policy",)
    inlines = (EscalationStepInline,)
    actions = ("publish", "draft_next")

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request) and not self._is_published(obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_delete_permission(request) and not self._is_published(obj)

    @admin.action(description="Publish: hold for incidents that open from now on")
    def publish(self, request: HttpRequest, chosen: QuerySet[models.PolicyVersion]) -> None:
        for version in chosen:
            try:
                policies.publish(version, by=signed_in(request), now=clock.act_now())
            except Refused as refused:
                self.message_user(request, f"{version}: {refused}", messages.ERROR)
            else:
                self.message_user(request, f"{version} holds now.", messages.SUCCESS)

    @admin.action(description="Copy to the next version, as a draft")
    def draft_next(self, request: HttpRequest, chosen: QuerySet[models.PolicyVersion]) -> None:
        for version in chosen.select_related("policy"):
            copy = policies.draft_next(version)
            self.message_user(request, f"{copy} is a draft now. Change it, then publish it.")


@admin.register(models.EscalationStep)
class EscalationStepAdmin(DraftOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("version", "clock", "order", "wait_minutes", "anchor", "urgency")
    list_filter = ("clock", "version__policy")
    list_select_related = ("version__policy",)
    search_fields = ("version__policy__name",)
    inlines = (StepTargetInline,)

    def formfield_for_foreignkey(
        self,
        db_field: Any,  # noqa: ANN401  # Django's signature
        request: HttpRequest,
        **kwargs: Any,
    ) -> Any:  # noqa: ANN401  # Django's signature
        """A step can only be added to a version that is still a draft."""
        if db_field.name == "version":
            kwargs["queryset"] = models.PolicyVersion.objects.filter(published_at__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request) and not self._is_published(obj)

    has_delete_permission = has_change_permission


@admin.register(models.Route)
class RouteAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "service", "severity", "impact", "policy")
    list_filter = ("severity", "impact", "policy")
    list_select_related = ("service", "impact", "policy")
    autocomplete_fields = ("service", "policy")


@admin.register(models.ResponseTarget)
class ResponseTargetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("__str__", "promise", "severity", "tier", "amount", "unit")
    list_filter = ("promise", "severity", "tier")
    list_editable = ("amount",)


@admin.register(models.Severity)
class SeverityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("level", "description", "examples")


@admin.register(models.ImpactClass)
class ImpactClassAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "description", "is_customer_facing")
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}


class SourceTokenInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.SourceToken
    extra = 0
    fields = ("hint", "created_at", "created_by", "revoked_at")
    readonly_fields = ("hint", "created_at", "created_by")

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        return False


@admin.register(models.AlertSource)
class AlertSourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "kind", "default_service", "default_severity", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("default_service",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    autocomplete_fields = ("default_service",)
    inlines = (SourceTokenInline,)
    actions = ("issue_token",)

    @admin.action(description="Make a new token")
    def issue_token(self, request: HttpRequest, chosen: QuerySet[models.AlertSource]) -> None:
        for source in chosen:
            token = sources.issue_token(source, by=signed_in(request), now=clock.act_now())
            self.message_user(
                request, f"Token for {source}, shown only now: {token}", messages.WARNING
            )


@admin.register(models.Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("reference", "title", "severity", "service", "detected_at", "resolved_at")
    list_filter = ("severity", "service")
    list_select_related = ("service",)
    search_fields = ("title",)
    date_hierarchy = "detected_at"


@admin.register(models.EscalationRun)
class EscalationRunAdmin(ReadOnlyAdmin):
    list_display = ("clock", "version", "position", "next_due_at", "finished_at", "finish_reason")
    list_filter = ("finish_reason", "clock__promise")
    list_select_related = ("clock__incident", "version__policy")


@admin.register(models.Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("incident", "person", "reason", "created_at", "answer")
    list_filter = ("answer",)
    list_select_related = ("incident", "person")
    date_hierarchy = "created_at"


@admin.register(models.RawReceipt)
class RawReceiptAdmin(ReadOnlyAdmin):
    list_display = ("source", "received_at", "idempotency_key")
    list_filter = ("source",)
    list_select_related = ("source",)
    date_hierarchy = "received_at"
