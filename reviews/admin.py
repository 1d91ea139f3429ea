"""Reviews and action items are only read here; their pages change them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.portal.read_only import ReadOnlyAdmin
from reviews import models


class FactorInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.Factor
    extra = 0
    can_delete = False

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False


def _link(review_id: int) -> SafeString:
    address = reverse("reviews:detail", args=[review_id])
    return format_html('<a href="{}">Open its page</a>', address)


@admin.register(models.Review)
class ReviewAdmin(ReadOnlyAdmin):
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
class ActionItemAdmin(ReadOnlyAdmin):
    list_display = ("title", "owner", "due_date", "done_at", "review", "on_site")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("owner", "review__incident")
    search_fields = ("title", "owner__full_name")
    date_hierarchy = "due_date"

    @admin.display(description="Page")
    def on_site(self, action: models.ActionItem) -> SafeString:
        return _link(action.review_id)
