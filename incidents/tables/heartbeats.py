"""The list of heartbeats, and as CSV."""

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.heartbeat_list import Held

HEADINGS = (
    "Heartbeat",
    "Short name",
    "State",
    "Called in (UTC)",
    "Every minutes",
    "May be late by minutes",
    "Service",
    "Team",
    "Who",
    "Muted until (UTC)",
    "Why muted",
)


class HeartbeatTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One heartbeat a row."""

    name = FragmentColumn(
        template_name="incidents/signals/_cell_beat.html",
        accessor="row__name",
        order_by="name",
        verbose_name="Heartbeat",
    )
    state = FragmentColumn(
        template_name="incidents/signals/_cell_beat_state.html",
        order_by="rank",
        verbose_name="State",
    )
    seen_at = FragmentColumn(
        template_name="incidents/signals/_cell_beat_seen.html",
        order_by="seen_at",
        verbose_name="Called in",
    )
    service = tables.Column(
        accessor="row__service__name", default="None", orderable=False, verbose_name="Service"
    )
    owner = tables.Column(accessor="row__owner__full_name", orderable=False, verbose_name="Who")

    class Meta:
        empty_text = "No heartbeat matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards", "caption": "Heartbeats, one a row"}


def heartbeats_csv(rows: Sequence[Held]) -> HttpResponse:
    """The narrowed list as CSV, without a token in it."""
    found = (
        (
            one.name,
            one.row.slug,
            one.state.label,
            one.row.last_seen_at,
            one.row.every_minutes,
            one.row.grace_minutes,
            one.row.service,
            one.row.service.owner_team if one.row.service else None,
            one.row.owner,
            one.row.muted_until,
            one.row.mute_reason,
        )
        for one in rows
    )
    return table_file("heartbeats", CSV, Page("Heartbeats", HEADINGS, found))
