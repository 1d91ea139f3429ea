"""Reviews and action items are only read here; their pages change them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.portal.admin import Pointing, page_of, pointing
from config.portal.read_only import ReadOnlyAdmin
from incidents.models import Incident
from reviews import models
from rosters.models import Person

pointing(
    reviews_actionitem=Pointing(
        "open action belongs to {it}",
        "open actions belong to {it}",
        "reviews_actionitem",
        Q(done_at__isnull=True),
    ),
    reviews_drill=Pointing("drill is about {it}", "drills are about {it}", "reviews_drill"),
)


class ReadInline(admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False


class OfReviewsAdmin(ReadOnlyAdmin):
    """Rows about reviews: those of a restricted incident exist only for whoever has a part in it.

    `incident` is the way from a row to its incident.
    """

    incident = "incident"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        if not isinstance(request.user, Person):
            raise PermissionDenied
        hidden = Incident.objects.hidden_from(request.user)
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(**{f"{self.incident}__in": hidden.values("pk")})


class FactorInline(ReadInline):
    model = models.Factor


def _link(review_id: int) -> SafeString:
    address = reverse("reviews:detail", args=[review_id])
    return format_html('<a href="{}">Open its page</a>', address)


@admin.register(models.Review)
class ReviewAdmin(OfReviewsAdmin):
    lead = "To read here. People write a review on its own page."
    view_on_site = staticmethod(page_of("reviews:detail", "pk"))
    list_display = ("incident", "due_at", "facilitator", "published_at", "on_site")
    list_filter = (("published_at", admin.EmptyFieldListFilter),)
    list_select_related = ("incident", "facilitator")
    search_fields = ("incident__title", "story")
    date_hierarchy = "due_at"
    inlines = (FactorInline,)

    @admin.display(description="Page")
    def on_site(self, review: models.Review) -> SafeString:
        return _link(review.pk)


@admin.register(models.ActionItem)
class ActionItemAdmin(OfReviewsAdmin):
    incident = "review__incident"
    lead = "To read here. An action is closed on the page of actions."
    view_on_site = staticmethod(page_of("reviews:detail", "review_id"))
    list_display = ("title", "owner", "due_date", "done_at", "review", "on_site")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("owner", "review__incident")
    search_fields = ("title", "owner__full_name")
    date_hierarchy = "due_date"

    @admin.display(description="Page")
    def on_site(self, action: models.ActionItem) -> SafeString:
        return _link(action.review_id)


class FindingInline(ReadInline):
    model = models.DrillFinding
    verbose_name_plural = "what it showed"


@admin.register(models.Drill)
class DrillAdmin(ReadOnlyAdmin):
    lead = "To read here. Drills are planned and written up on their own page."
    view_on_site = staticmethod(page_of("reviews:drill", "pk"))
    list_display = ("title", "kind", "service", "planned_at", "passed", "leader")
    list_filter = ("kind", "passed", "service")
    list_select_related = ("service", "leader")
    search_fields = ("title", "service__name", "leader__full_name", "summary")
    date_hierarchy = "planned_at"
    inlines = (FindingInline,)
