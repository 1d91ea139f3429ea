"""The register of holds and detours, and as CSV."""

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.register import Row

HEADINGS = (
    "About",
    "Title",
    "What",
    "Who",
    "Why",
    "From (UTC)",
    "Until (UTC)",
    "Ended (UTC)",
    "Ended by",
)


class RegisterTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One decision a row."""

    about = FragmentColumn(template_name="incidents/acts/_cell_about.html", verbose_name="About")
    does = tables.Column(verbose_name="What")
    who = FragmentColumn(template_name="incidents/acts/_cell_who.html", verbose_name="Who and why")
    until = FragmentColumn(template_name="incidents/acts/_cell_until.html", verbose_name="Until")

    class Meta:
        empty_text = "Nothing matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards", "caption": "Holds and detours, one a row"}


def register_csv(rows: Sequence[Row]) -> HttpResponse:
    """The narrowed register as CSV."""
    found = (
        (
            one.about,
            one.title,
            one.does,
            one.who,
            one.reason,
            one.starts_at,
            one.until,
            one.ended_at,
            one.ended_by,
        )
        for one in rows
    )
    return table_file("holds", CSV, Page("Holds and detours", HEADINGS, found))
