"""The list of planned work."""

from typing import ClassVar

import django_tables2 as tables

from config.portal.columns import FragmentColumn


class WorkTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One window a row, with the time that matters now."""

    title = FragmentColumn(template_name="incidents/signals/_cell_work.html", verbose_name="Work")
    starts_at = FragmentColumn(
        template_name="incidents/signals/_cell_work_when.html", verbose_name="When"
    )
    effect = FragmentColumn(
        template_name="incidents/signals/_cell_work_effect.html",
        orderable=False,
        verbose_name="Alerts and calls",
    )
    owner = tables.Column(accessor="owner__full_name", orderable=False, verbose_name="Who")

    class Meta:
        empty_text = "No planned work matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards", "caption": "Planned work, one window a row"}
