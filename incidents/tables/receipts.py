"""The list of what arrived at one source's door."""

from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet

from config.portal.columns import FragmentColumn
from config.portal.fields import UNKNOWN_CHOICE
from incidents.logic.source_state import REFUSED_FROM
from incidents.models import RawReceipt
from incidents.queries import receipts

WHAT = [("taken", "Taken"), ("refused", "Refused"), ("again", "Sent again")]


class ReceiptFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """Taken or refused, and the day, in the reader's own zone."""

    what = django_filters.ChoiceFilter(
        choices=WHAT,
        method="by_what",
        label="Answer",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    day = django_filters.DateFilter(
        method="by_day",
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day like 2026-11-21."},
    )

    class Meta:
        model = RawReceipt
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def by_what(self, rows: QuerySet[RawReceipt], _name: str, what: str) -> QuerySet[RawReceipt]:
        if what == "again":
            return rows.filter(replayed_at__isnull=False)
        if what == "refused":
            return rows.filter(status__gte=REFUSED_FROM)
        return rows.filter(status__lt=REFUSED_FROM)

    def by_day(self, rows: QuerySet[RawReceipt], _name: str, day: date) -> QuerySet[RawReceipt]:
        return receipts.on_day(rows, day, zone=self.zone)


class ReceiptTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One request a row, the newest first."""

    received_at = FragmentColumn(
        template_name="incidents/signals/_cell_received.html", verbose_name="Arrived"
    )
    said = FragmentColumn(
        template_name="incidents/signals/_cell_answer.html",
        empty_values=(),
        orderable=False,
        verbose_name="What Muster answered",
        attrs={"td": {"class": "full"}},
    )
    alerts = FragmentColumn(
        template_name="incidents/signals/_cell_alerts.html",
        empty_values=(),
        orderable=False,
        verbose_name="Alerts",
        attrs={"td": {"class": "num"}},
    )

    class Meta:
        order_by = "-received_at"
        empty_text = "Nothing matches."
        attrs: ClassVar = {"caption": "What arrived, one request a row"}
