"""The list of incident templates."""

from typing import ClassVar

import django_tables2 as tables

from config.portal.columns import FragmentColumn


class TemplateTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One template a row."""

    name = FragmentColumn(
        template_name="incidents/templates/_cell_name.html", verbose_name="What happens"
    )
    service = tables.Column(
        accessor="service__name",
        default="Any service",
        verbose_name="Service",
        attrs={"td": {"class": "wrap"}},
    )
    severity = FragmentColumn(
        template_name="incidents/templates/_cell_severity.html", verbose_name="Usually"
    )
    used = tables.Column(verbose_name="Used")

    class Meta:
        empty_text = "No template matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards", "caption": "Incident templates, one a row"}

    def render_used(self, value: int) -> str:
        return {0: "Never", 1: "Once", 2: "Twice"}.get(value, f"{value} times")
