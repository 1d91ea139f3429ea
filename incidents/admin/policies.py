"""Rules: policies, their versions and steps, and the routes that choose one."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Max, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.portal import clock, words
from config.portal.admin import PlainAdmin, Pointing, besides, pointing
from config.portal.refusals import Refused
from incidents import models
from incidents.admin import preview, trying
from incidents.admin.common import signed_in
from incidents.admin.step_forms import StepForm, StepsFormSet, Summed, named
from incidents.enums import Promise
from incidents.models.policy import NAMED
from incidents.operations import agreeing, policies
from incidents.queries import policy_texts
from rosters.models import MatrixEntry

pointing(
    incidents_steptarget=Pointing(
        "step of a rule calls {it}", "steps of rules call {it}", "incidents_escalationstep", Q()
    ),
    incidents_room=Pointing("room belongs to {it}", "rooms belong to {it}", "incidents_room"),
    incidents_roompost=Pointing("message to {it} is kept", "messages to {it} are kept"),
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
    incidents_alert=Pointing("alert is about {it}", "alerts are about {it}"),
    incidents_heartbeat=Pointing("heartbeat watches {it}", "heartbeats watch {it}"),
    incidents_triggerrule=Pointing(
        "rule for new alerts names {it}", "rules for new alerts name {it}"
    ),
    incidents_incidenttemplate=Pointing(
        "incident template names {it}", "incident templates name {it}"
    ),
    incidents_incidenttemplate_stakeholders=Pointing(
        "incident template tells {it}", "incident templates tell {it}"
    ),
    incidents_affectedservice=Pointing("incident also hit {it}", "incidents also hit {it}"),
    incidents_impactclass=Pointing(
        "kind of harm tells {it}", "kinds of harm tell {it}", "incidents_impactclass"
    ),
    incidents_decisionright=Pointing(
        "decision right names {it}", "decision rights name {it}", "incidents_decisionright"
    ),
    incidents_roleassignment=Pointing(
        "time it was filled in an incident is kept",
        "times it was filled in incidents are kept",
    ),
    incidents_approval=Pointing("approval waits for {it}", "approvals name {it}"),
    incidents_responseclock=Pointing(
        "clock of an incident watches {it}", "clocks of incidents watch {it}"
    ),
    incidents_routingoverride=Pointing("detour leads to {it}", "detours lead to {it}"),
    incidents_hold=Pointing("pause of a call-out names {it}", "pauses of call-outs name {it}"),
    incidents_escalationstep=Pointing(
        "step of a rule names {it}", "steps of rules name {it}", "incidents_escalationstep"
    ),
    incidents_stepfiring=Pointing("call-out took {it}", "call-outs took {it}"),
    incidents_notification=Pointing(
        "message in an incident names {it}", "messages in incidents name {it}"
    ),
    incidents_timelineentry=Pointing(
        "entry of a timeline names {it}", "entries of timelines name {it}"
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
    autocomplete_fields = NAMED

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # noqa: ANN401  # Django's signature
        """One at least: a step that tells nobody cannot be saved."""
        return super().get_formset(request, obj, min_num=1, validate_min=True, **kwargs)


IN_TURN = Case(
    *(When(clock=clock.value, then=Value(place)) for place, clock in enumerate(Promise)),
    default=Value(len(Promise)),
)
"""Steps stand by their clock, as an incident goes through them, and then by time."""
MOVES = {"up": policies.UP, "down": policies.DOWN}


class DraftOnly:
    """Steps of a published version are read-only."""

    def _version(self, obj: object) -> models.PolicyVersion | None:
        if isinstance(obj, models.EscalationStep):
            return obj.version
        return obj if isinstance(obj, models.PolicyVersion) else None

    def _is_published(self, obj: object) -> bool:
        """Whether it stays as it is: it holds, or waits for a second person to agree."""
        version = self._version(obj)
        return version is not None and bool(version.published_at or version.asked_at)


class EscalationStepInline(DraftOnly, admin.StackedInline):  # type: ignore[type-arg]  # generic for mypy only
    """The steps of a draft to write, those of a published version to read."""

    model = models.EscalationStep
    form = StepForm
    formset = StepsFormSet
    template = "admin/steps.html"
    extra = 0
    show_change_link = True
    ordering = (IN_TURN, "anchor", "wait_minutes", "order")
    readonly_fields = ("tells", "place")
    autocomplete_fields = ("impact", "hours")
    filter_horizontal = ("decisions",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.EscalationStep]:
        told = tuple(f"targets__{name}" for name in (*NAMED, "room__team"))
        found = super().get_queryset(request).prefetch_related(*told, "decisions")
        return policy_texts.numbered(found)

    def get_fieldsets(self, _request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401  # Django's signature
        is_fixed = self._is_published(obj)
        whom = ("tells",) if is_fixed else (("kind", "choose"), named(""))
        more = (("kind_2", "choose_2"), named("_2"), ("kind_3", "choose_3"), named("_3"))
        also = () if is_fixed else (("Also tells", {"classes": ("collapse",), "fields": more}),)
        place = () if is_fixed else ("place",)
        return (
            (None, {"fields": (("clock", "order", *place), ("wait_minutes", "anchor"), *whom)}),
            *also,
            (
                "Only when",
                {
                    "classes": ("collapse",),
                    "fields": (
                        ("mildest_severity", "impact"),
                        ("hours", "hours_read_in"),
                        ("least_alerts", "alerts_within_minutes"),
                    ),
                },
            ),
            (
                "Acknowledging and deciding",
                {"classes": ("collapse",), "fields": (("ack_mode", "urgency"), "decisions")},
            ),
        )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # noqa: ANN401  # Django's signature
        if self._is_published(obj):
            kwargs["form"] = Summed
        found: Any = super().get_formset(request, obj, **kwargs)
        found.refusal = getattr(request, "refused_version", None)
        return found

    @admin.display(description="Tells", empty_value="Nobody")
    def tells(self, step: models.EscalationStep) -> str | None:
        return _tells(step)

    @admin.display(description="When it is told", empty_value="Last, until you save")
    def place(self, step: models.EscalationStep) -> SafeString | None:
        """Two buttons, each of which saves the draft first."""
        if not step.pk:
            return None
        return format_html(
            '<span class="btns"><button type="submit" class="btn s" name="_move" value="up:{0}">'
            'Sooner<span class="vh">: {1}</span></button><button type="submit" class="btn s"'
            ' name="_move" value="down:{0}">Later<span class="vh">: {1}</span></button></span>',
            step.pk,
            str(step),
        )

    def has_change_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)

    def has_delete_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)

    def has_add_permission(self, _request: HttpRequest, obj: object = None) -> bool:
        return not self._is_published(obj)


def _tells(step: models.EscalationStep) -> str | None:
    names = [
        policy_texts.told(target) for target in sorted(step.targets.all(), key=lambda one: one.pk)
    ]
    return words.people(names) if names else None


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
    why_fixed = (
        "It is published, or waits for a second person to agree, so it stays as it is. Copy it to"
        " the next version in the list, or take it back on the page of its policy."
    )
    change_form_template = "admin/policy_version.html"
    ordering = ("policy__name", "-number")
    list_display = ("policy", "number", "state", "rationale", "published_at", "published_by")
    list_filter = (("published_at", admin.EmptyFieldListFilter), "policy")
    list_select_related = ("policy", "published_by")
    search_fields = ("policy__name", "rationale")
    autocomplete_fields = ("policy",)
    date_hierarchy = "published_at"
    fieldsets = (
        ("Which rule", {"fields": ("policy", "number", "rationale")}),
        (
            "When nobody answers",
            {
                "fields": (
                    ("repeats", "until_acknowledged"),
                    ("repeat_from", "loop_minutes"),
                    ("catch_all_minutes", "catch_all_rounds"),
                )
            },
        ),
    )
    inlines = (EscalationStepInline,)
    actions = ("publish", "draft_next", "copy_to_new")

    def get_urls(self) -> list[Any]:
        """With what reads the form while it is typed."""
        watched = self.admin_site.admin_view(self.preview_view)
        name = "incidents_policyversion_preview"
        return [
            path("preview/", watched, name=f"{name}_new"),
            path("<int:pk>/preview/", watched, name=name),
            path(
                "<int:pk>/next/",
                self.admin_site.admin_view(self.next_view),
                name="incidents_policyversion_next",
            ),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form as it is typed, read as sentences. Nothing is kept."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        shown = trying.tried(lambda: self._written(request, pk))
        return render(request, "admin/_policy_trial.html", {"trial": shown})

    def next_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next version of the policy, as a draft to write; the one that waits, if one does."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        version = get_object_or_404(self.get_queryset(request), pk=pk)
        waiting = version.policy.versions.filter(published_at=None).order_by("-number").first()
        draft = waiting or policies.draft_next(version)
        said = "waits already" if waiting else "is a draft now"
        self.message_user(request, f"{draft} {said}. Change it, then publish it.")
        return HttpResponseRedirect(self._page(draft))

    def _page(self, version: models.PolicyVersion) -> str:
        return reverse("admin:incidents_policyversion_change", args=[version.pk])

    def response_change(self, request: HttpRequest, obj: models.PolicyVersion) -> HttpResponse:
        """Saved; then published, or a step moved, where that button was pressed."""
        if "_publish" in request.POST:
            self.publish(request, self.get_queryset(request).filter(pk=obj.pk))
            return HttpResponseRedirect(self._page(obj))
        way, _colon, pk = request.POST.get("_move", "").partition(":")
        step = obj.steps.filter(pk=pk).first() if way in MOVES and pk.isdecimal() else None
        if step is None:
            return super().response_change(request, obj)
        self._move(request, step, way)
        return HttpResponseRedirect(f"{self._page(obj)}#steps-group")

    def _move(self, request: HttpRequest, step: models.EscalationStep, way: str) -> None:
        try:
            moved = policies.move_step(step, places=MOVES[way], now=clock.act_now())
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        step.refresh_from_db()
        said = "is told when its neighbour was" if moved else "has no neighbour there"
        self.message_user(request, f"Saved. “{step}” {said}.")

    def _written(self, request: HttpRequest, pk: int | None) -> models.PolicyVersion | None:
        """The version as typed, written in the caller's transaction; None where it is incomplete.

        Also None where it is gone, or published meanwhile.
        """
        drafts = self.get_queryset(request).filter(published_at=None, asked_at=None)
        version = drafts.filter(pk=pk).first()
        if pk is not None and version is None:
            return None
        typed = request.POST.copy()
        if not typed.get("rationale", "").strip():
            typed["rationale"] = "Not said yet."  # it reads as sentences before it has a reason
        form = self.get_form(request, version, change=version is not None)(typed, instance=version)
        if not form.is_valid():
            return None
        fresh = form.save(commit=False)
        make: Any = self._create_formsets  # type: ignore[attr-defined]  # Django's own
        formsets, _inlines = make(request, fresh, change=version is not None)
        if not all(one.is_valid() for one in formsets):
            return None
        fresh.save()
        self.save_related(request, form, formsets, change=version is not None)
        written: models.PolicyVersion = fresh
        return written

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form with how it reads; what could end with nobody is not saved."""
        pk = int(object_id) if object_id and object_id.isdecimal() else None
        version = self.get_queryset(request).filter(pk=pk).first() if pk else None
        if request.method == "POST" and self.has_change_permission(request, version):
            shown = trying.tried(lambda: self._written(request, pk))
            request.refused_version = shown.refusal  # type: ignore[attr-defined]  # for the formset
        else:
            shown = trying.of_version(version) if version else trying.Trial(is_incomplete=True)
        context = {"trial": shown, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, FBT001  # Django's signature
        """The steps, and whom each tells."""
        super().save_formset(request, form, formset, change)
        for one in formset.forms:
            is_gone = one in formset.deleted_forms
            if isinstance(one, StepForm) and one.has_changed() and one.instance.pk and not is_gone:
                one.save_targets()

    @admin.display(description="State", ordering="published_at")
    def state(self, version: models.PolicyVersion) -> str:
        if version.published_at:
            return "Published"
        return "Waits for a second person" if version.asked_at else "Draft"

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_change_permission(request) and not self._is_published(obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return super().has_delete_permission(request) and not self._is_published(obj)

    @admin.action(description="Publish: hold for incidents that open from now on")
    def publish(self, request: HttpRequest, chosen: QuerySet[models.PolicyVersion]) -> None:
        for version in chosen:
            try:
                done = agreeing.publish_or_ask(version, by=signed_in(request), now=clock.act_now())
            except Refused as refused:
                self.message_user(request, f"{version}: {refused}", messages.ERROR)
            else:
                said = "holds now" if done.published_at else "waits until a second person agrees"
                self.message_user(request, f"{version} {said}.", messages.SUCCESS)

    @admin.action(description="Copy to the next version, as a draft")
    def draft_next(self, request: HttpRequest, chosen: QuerySet[models.PolicyVersion]) -> None:
        for version in chosen.select_related("policy"):
            copy = policies.draft_next(version)
            self.message_user(request, f"{copy} is a draft now. Change it, then publish it.")

    @admin.action(description="Copy to a policy of its own, as a draft")
    def copy_to_new(self, request: HttpRequest, chosen: QuerySet[models.PolicyVersion]) -> None:
        for version in chosen.select_related("policy"):
            try:
                name = policies.free_name(version.policy.name)
                copy = policies.copy_to_new(version, name=name, by=signed_in(request))
            except Refused as refused:
                self.message_user(request, f"{version}: {refused}", messages.ERROR)
            else:
                said = f"{copy} is a draft now. Give the policy its name, and a route to it."
                self.message_user(request, said)


@admin.register(models.EscalationStep)
class EscalationStepAdmin(DraftOnly, PlainAdmin):
    lead = "One rung: after this wait, these are told."
    why_fixed = "Its version is published, so it stays as it is."
    ordering = (
        "version__policy__name",
        "-version__number",
        "clock",
        "anchor",
        "wait_minutes",
        "order",
    )
    list_display = ("version", "clock", "number", "wait", "tells", "urgency")
    list_display_links = ("version", "number")
    list_filter = (
        ("version__published_at", admin.EmptyFieldListFilter),
        "clock",
        "version__policy",
    )
    list_select_related = ("version__policy",)
    search_fields = ("version__policy__name", "targets__person__full_name", "targets__role__name")
    readonly_fields = ("reads",)
    autocomplete_fields = ("impact", "hours")
    filter_horizontal = ("decisions",)
    fieldsets = (
        (None, {"fields": ("reads",)}),
        (None, {"fields": ("version", "clock", "order", "wait_minutes", "anchor", "urgency")}),
        (
            "Only when",
            {
                "fields": (
                    "mildest_severity",
                    "impact",
                    "hours",
                    "hours_read_in",
                    "least_alerts",
                    "alerts_within_minutes",
                )
            },
        ),
        ("Acknowledging and deciding", {"fields": ("ack_mode", "decisions")}),
    )
    inlines = (StepTargetInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.EscalationStep]:
        told = tuple(f"targets__{name}" for name in (*NAMED, "room__team"))
        return policy_texts.numbered(super().get_queryset(request).prefetch_related(*told))

    @admin.display(description="Step", ordering="number")
    def number(self, step: models.EscalationStep) -> int:
        """Counted within its clock, as on every page."""
        return cast("int", cast("Any", step).number)

    @admin.display(description="Wait", ordering="wait_minutes")
    def wait(self, step: models.EscalationStep) -> str:
        wait = words.duration(step.wait_minutes) if step.wait_minutes else "At once"
        return f"{wait} {step.get_anchor_display()}"

    @admin.display(description="Tells", empty_value="Nobody")
    def tells(self, step: models.EscalationStep) -> str | None:
        return _tells(step)

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
            kwargs["queryset"] = models.PolicyVersion.objects.filter(
                published_at__isnull=True, asked_at__isnull=True
            )
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
