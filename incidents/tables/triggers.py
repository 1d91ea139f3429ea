"""The list of trigger rules in the order in which they are tried, and as CSV."""

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.trigger_list import Ruled

HEADINGS = (
    "Place",
    "Rule",
    "Does",
    "What it says",
    "Owner",
    "Why",
    "Last fired (UTC)",
    "Alerts in 30 days",
    "Incidents in 30 days",
    "Worth a call",
    "Answers",
    "Look at it again on",
    "To look at",
)


class TriggerTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One rule a row. Their order is what counts, so no column sorts."""

    name = FragmentColumn(
        template_name="incidents/signals/_cell_rule.html",
        accessor="row__name",
        orderable=False,
        verbose_name="Rule",
        attrs={"td": {"class": "full"}},
    )
    does = FragmentColumn(
        template_name="incidents/signals/_cell_rule_mode.html",
        accessor="mode_word",
        orderable=False,
        verbose_name="Does",
    )
    month = FragmentColumn(
        template_name="incidents/signals/_cell_rule_month.html",
        accessor="alerts",
        orderable=False,
        verbose_name="In 30 days",
    )
    fired = FragmentColumn(
        template_name="incidents/signals/_cell_rule_fired.html",
        accessor="last_fired_at",
        empty_values=(),
        orderable=False,
        verbose_name="Last fired",
    )
    owner = FragmentColumn(
        template_name="incidents/signals/_cell_rule_owner.html",
        accessor="row__owner",
        orderable=False,
        verbose_name="Owner",
    )
    order = FragmentColumn(
        template_name="incidents/signals/_cell_rule_order.html",
        accessor="place",
        orderable=False,
        verbose_name="Order",
    )

    class Meta:
        empty_text = "No rule matches."
        attrs: ClassVar = {"caption": "Trigger rules in the order in which they are tried"}


def triggers_csv(rows: Sequence[Ruled]) -> HttpResponse:
    """The narrowed list as CSV."""
    found = (
        (
            one.place,
            one.row.name,
            one.mode_word,
            one.words,
            one.row.owner,
            one.row.reason,
            one.last_fired_at,
            one.alerts,
            one.incidents,
            one.worth,
            one.verdicts,
            one.row.review_on,
            " ".join(one.findings),
        )
        for one in rows
    )
    return table_file("trigger-rules", CSV, Page("Trigger rules", HEADINGS, found))
