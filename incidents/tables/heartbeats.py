"""The list of heartbeats."""

from typing import ClassVar

import django_tables2 as tables

from config.portal.columns import FragmentColumn


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
