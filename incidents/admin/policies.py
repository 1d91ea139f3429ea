"""Rules: policies, their versions and steps, and the routes that choose one."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest

from config.portal import clock, words
from config.portal.admin import PlainAdmin, Pointing, besides, pointing
from config.portal.places import PlaceForm, PlacesFormSet
from config.portal.refusals import Refused
from incidents import models
from incidents.admin import preview
from incidents.admin.common import signed_in
from incidents.operations import policies
from rosters.models import MatrixEntry

pointing(
    incidents_steptarget=Pointing(
        "step of a rule calls {it}", "steps of rules call {it}", "incidents_escalationstep", Q()
    ),
    incidents_route=Pointing("route leads to {it}", "routes lead to {it}", "incidents_route"),
    incidents_policyversion=Pointing(
        "version of {it} exists", "versions of {it} exist", "incidents_policyversion"
    ),
    incidents_escalationrun=Pointing("call-out followed {it}", "call-outs followed {it}"),
    incidents_incident=Pointing(
        "incident is about {it}", "incidents are about {it}", "incidents_incident"
    ),
    incidents_alertsource=Pointing(
        "alert source stands for {it}", "alert sources stand for {it}", "incidents_alertsource"
    ),
    incidents_change=Pointing("change is about {it}", "changes are about {it}", "incidents_change"),
    incidents_maintenancewindow=Pointing(
        "planned maintenance is owned by {it}",
        "planned maintenances are owned by {it}",
        "incidents_maintenancewindow",
    ),
)


def _rules_of_cell(cell: MatrixEntry) -> list[str]:
    """How many rules in force call the role of a cell of the contact matrix."""
    versions = models.PolicyVersion.objects.filter(published_at__isnull=False)
    newest = versions.order_by("policy", "-number").distinct("policy").values("pk")
    steps = models.StepTarget.objects.filter(role=cell.role_id, step__version__in=newest)
    number = steps.values("step__version").distinct().count()
    if not number:
        return []
    many = f"{number} rules call" if number > 1 else "1 rule calls"
    return [
        f"{many} the {cell.role}. Without this cell they reach whoever else fills it, or nobody."
    ]


besides("rosters_matrixentry", _rules_of_cell)


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
    form = PlaceForm
    formset = PlacesFormSet
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
class EscalationPolicyAdmin(PlainAdmin):
    lead = "Who is called, in which order. What it says stands in its versions."
    list_display = ("name", "in_force", "routes_to_it")
    search_fields = ("name", "routes__service__name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        published = Q(versions__published_at__isnull=False)
        newest = Max("versions__number", filter=published)
        rows: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(newest=newest, held=Count("routes", distinct=True))
        return annotated

    @admin.display(description="In force", ordering="newest", empty_value="Nothing yet")
    def in_force(self, policy: Any) -> str | None:  # noqa: ANN401  # annotated above
        return f"Version {policy.newest}" if policy.newest else None

    @admin.display(description="Holds for", ordering="held")
    def routes_to_it(self, policy: Any) -> str:  # noqa: ANN401  # annotated above
        return f"{policy.held} {'route' if policy.held == 1 else 'routes'}"


@admin.register(models.PolicyVersion)
class PolicyVersionAdmin(DraftOnly, PlainAdmin):
    lead = "A version is changed until it is published. Then the next one follows it."
    why_fixed = "It is published, so it stays as it is. Copy it to the next version in the list."
    ordering = ("policy__name", "-number")
    list_display = ("policy", "number", "state", "rationale", "published_at", "published_by")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "policy")
    list_select_related = ("policy", "published_by")
    search_fields = ("policy__name", "rationale")
    autocomplete_fields = ("policy",)
    readonly_fields = ("reads",)
    date_hierarchy = "published_at"
    fieldsets = (
        (None, {"fields": ("reads",)}),
        ("Which rule", {"fields": ("policy", "number", "rationale")}),
        (
            "When nobody answers",
            {"fields": ("repeats", "loop_minutes", "catch_all_minutes", "catch_all_rounds")},
        ),
    )
    inlines = (EscalationStepInline,)
    actions = ("publish", "draft_next")

    @admin.display(description="State", ordering="published_at")
    def state(self, version: models.PolicyVersion) -> str:
        return "Published" if version.published_at else "Draft"

    @admin.display(description="If it broke now")
    def reads(self, version: models.PolicyVersion) -> str:
        """Who would be called, as the planner foresees it."""
        return preview.of_version(version)

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
class EscalationStepAdmin(DraftOnly, PlainAdmin):
    lead = "One rung: after this wait, these are told."
    why_fixed = "Its version is published, so it stays as it is."
    ordering = ("version__policy__name", "-version__number", "clock", "order")
    list_display = ("version", "clock", "order", "wait", "tells", "urgency")
    list_display_links = ("version", "order")
    list_filter = (
        ("version__published_at", admin.EmptyFieldListFilter),
        "clock",
        "version__policy",
    )
    list_select_related = ("version__policy",)
    search_fields = ("version__policy__name", "targets__person__full_name", "targets__role__name")
    readonly_fields = ("reads",)
    fieldsets = (
        (None, {"fields": ("reads",)}),
        (None, {"fields": ("version", "clock", "order", "wait_minutes", "anchor", "urgency")}),
    )
    inlines = (StepTargetInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.EscalationStep]:
        told = ("targets__role", "targets__roster", "targets__person", "targets__team")
        return super().get_queryset(request).prefetch_related(*told)

    @admin.display(description="Wait", ordering="wait_minutes")
    def wait(self, step: models.EscalationStep) -> str:
        wait = words.duration(step.wait_minutes) if step.wait_minutes else "At once"
        return f"{wait} {step.get_anchor_display()}"

    @admin.display(description="Tells", empty_value="Nobody")
    def tells(self, step: models.EscalationStep) -> str | None:
        names = [str(target) for target in sorted(step.targets.all(), key=lambda one: one.pk)]
        return words.people(names) if names else None

    @admin.display(description="If it broke now")
    def reads(self, step: models.EscalationStep) -> str:
        """Who would be told by it, as the planner foresees it."""
        return preview.of_step(step)

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
class RouteAdmin(PlainAdmin):
    lead = "Which rule holds when. The most specific one wins."
    list_display = ("reads", "service", "severity", "impact", "policy")
    list_filter = ("severity", "impact", "policy", "service")
    list_select_related = ("service", "impact", "policy")
    search_fields = ("service__name", "policy__name")
    autocomplete_fields = ("service", "impact", "policy")
    readonly_fields = ("reads",)
    fieldsets = ((None, {"fields": ("reads", "service", "severity", "impact", "policy")}),)

    @admin.display(description="Reads", ordering="service__name")
    def reads(self, route: models.Route) -> str:
        """What it means, in plain words."""
        return preview.of_route(route)
