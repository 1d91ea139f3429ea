"""The list of planned work, and as CSV."""

from collections.abc import Sequence
from typing import ClassVar
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django.http import HttpResponse

from config.portal import words
from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.planned_work import Planned

HEADINGS = (
    "Work",
    "About",
    "From (UTC)",
    "Until (UTC)",
    "When",
    "Time zone",
    "Alerts and calls",
    "What customers notice",
    "Why",
    "Who",
    "Called off (UTC)",
)


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


def work_csv(rows: Sequence[Planned]) -> HttpResponse:
    """The narrowed list as CSV: of each window the time that matters now."""
    found = (
        (
            one.title,
            ", ".join(one.about),
            one.starts_at,
            one.ends_at,
            " ".join(
                words.as_text(line, zone=ZoneInfo(one.row.time_zone), now=one.now)
                for line in one.words[:-1]
            ),
            one.row.time_zone,
            one.effect,
            one.customer_impact,
            one.row.reason,
            one.owner,
            one.row.called_off_at,
        )
        for one in rows
    )
    return table_file("maintenance", CSV, Page("Maintenance", HEADINGS, found))
