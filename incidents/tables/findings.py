"""The list of what the proof found."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal import words
from config.portal.columns import FragmentColumn
from config.portal.downloads import Page, table_file
from incidents.queries.findings import Spoken

PLACE = "incidents/proof/"
HEADINGS = (
    "What",
    "What would happen",
    "Severities",
    "Service",
    "Team",
    "Who mends it",
    "First seen",
)


class FindingTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One cause a row, with every place where it shows."""

    said = FragmentColumn(
        template_name=PLACE + "_cell_said.html",
        accessor="row",
        orderable=False,
        verbose_name="What would happen",
        attrs={"td": {"class": "full wrap"}},
    )
    where = tables.Column(accessor="where", verbose_name="Service", attrs={"td": {"class": "wrap"}})
    owner = FragmentColumn(
        template_name=PLACE + "_cell_owner.html",
        accessor="row",
        order_by="owner_name",
        verbose_name="Who mends it",
        attrs={"td": {"class": "wrap"}},
    )
    since = FragmentColumn(
        template_name=PLACE + "_cell_since.html",
        accessor="row",
        order_by="row__first_seen_at",
        verbose_name="First seen",
    )

    class Meta:
        attrs: ClassVar = {"class": "tbl cards", "caption": "What is to be mended, one cause a row"}


def as_file(found: Iterable[Spoken], kind: str, *, zone: tzinfo, now: datetime) -> HttpResponse:
    """Every finding as CSV or XLSX, one a row; times in `zone`."""
    cells = (
        [
            one.row.get_kind_display(),
            words.as_text([one.said], zone=zone, now=now),
            " ".join(f"SEV{level}" for level in one.row.severities),
            one.where,
            one.row.service.owner_team.name if one.row.service else "",
            one.row.owner.full_name if one.row.owner else "",
            f"{one.row.first_seen_at.astimezone(zone):%Y-%m-%d %H:%M}",
        ]
        for one in found
    )
    return table_file("proof", kind, Page("Proof", HEADINGS, cells))
