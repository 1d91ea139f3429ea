"""The list of escalation policies."""

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.policy_list import Row

HEADINGS = ("Policy", "Version in force", "Since (UTC)", "Published by", "Why", "Holds for")


class PolicyTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One policy a row."""

    name = FragmentColumn(template_name="incidents/policies/_cell_name.html", verbose_name="Policy")
    published_at = FragmentColumn(
        template_name="incidents/policies/_cell_version.html",
        verbose_name="In force",
        attrs={"td": {"class": "wrap"}},
        empty_values=(),
    )
    holds_for = tables.Column(
        verbose_name="Holds for",
        order_by=("is_for_all", "services"),
        attrs={"td": {"class": "wrap"}},
    )

    class Meta:
        empty_text = "No policy matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards", "caption": "Policies, one a row"}


def policies_csv(rows: Sequence[Row]) -> HttpResponse:
    """The narrowed list as CSV."""
    found = (
        (
            one.name,
            one.version.number if one.version else None,
            one.published_at,
            one.version.published_by if one.version else None,
            one.version.rationale if one.version else None,
            one.holds_for,
        )
        for one in rows
    )
    return table_file("policies", CSV, Page("Policies", HEADINGS, found))
