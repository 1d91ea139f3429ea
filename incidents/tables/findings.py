"""The list of what the proof found."""

from typing import ClassVar

import django_tables2 as tables

from config.portal.columns import FragmentColumn

PLACE = "incidents/proof/"


class FindingTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One finding a row."""

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
        attrs: ClassVar = {"class": "tbl cards", "caption": "Findings, one a row"}
