"""The list of runbooks: columns, and filters in the address."""

from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet

from config.portal.columns import FragmentColumn
from config.portal.fields import UNKNOWN_CHOICE
from rosters.models import Service
from runbooks import queries
from runbooks.models import Runbook


class RunbookFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the list can be narrowed to."""

    q = django_filters.CharFilter(method="search", label="Search")
    service = django_filters.ModelChoiceFilter(
        queryset=Service.objects.order_by("name"),
        to_field_name="slug",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )

    class Meta:
        model = Runbook
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Runbook], _name: str, text: str) -> QuerySet[Runbook]:
        return queries.matching(rows, text.replace("\0", ""))


def _cell(name: str, heading: str, **options: Any) -> FragmentColumn:
    return FragmentColumn(
        template_name=f"runbooks/_cell_{name}.html", verbose_name=heading, **options
    )


class RunbookTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One runbook a row."""

    title = _cell("title", "What to do")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    steps = _cell("steps", "Steps", order_by="steps_total")
    published = _cell("published", "Published", order_by="published_at")

    class Meta:
        order_by = "title"
        empty_text = "No runbook matches. Clear the filters."
        attrs: ClassVar = {"caption": "Runbooks"}
