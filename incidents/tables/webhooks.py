"""The lists of who hears of incidents, and of what they were told."""

from typing import Any, ClassVar

import django_filters
import django_tables2 as tables

from config.portal.columns import FragmentColumn
from config.portal.fields import UNKNOWN_CHOICE
from incidents.enums import DeliveryState, IncidentEvent
from incidents.models import WebhookDelivery


class EndpointTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One endpoint a row, by name."""

    name = FragmentColumn(
        template_name="incidents/signals/_cell_endpoint.html",
        accessor="endpoint__name",
        verbose_name="Endpoint",
    )
    state = FragmentColumn(
        template_name="incidents/signals/_cell_endpoint_state.html",
        orderable=False,
        verbose_name="State",
    )
    waiting = tables.Column(verbose_name="Waiting", attrs={"td": {"class": "num"}})
    dead = tables.Column(verbose_name="Given up", attrs={"td": {"class": "num"}})

    class Meta:
        order_by = "name"


class DeliveryFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """How far the carriage came, and of what it tells."""

    state = django_filters.ChoiceFilter(
        choices=DeliveryState.choices,
        label="State",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    event = django_filters.ChoiceFilter(
        choices=IncidentEvent.choices,
        label="Event",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )

    class Meta:
        model = WebhookDelivery
        fields: ClassVar[list[str]] = []


class DeliveryTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One event a row, the newest first."""

    planned_at = FragmentColumn(
        template_name="incidents/signals/_cell_delivery_when.html", verbose_name="When"
    )
    event = FragmentColumn(
        template_name="incidents/signals/_cell_delivery_event.html", verbose_name="Event"
    )
    state = FragmentColumn(
        template_name="incidents/signals/_cell_delivery_state.html", verbose_name="State"
    )
    attempts = tables.Column(verbose_name="Tries", attrs={"td": {"class": "num"}})
    again = FragmentColumn(
        template_name="incidents/signals/_cell_delivery_again.html",
        empty_values=(),
        orderable=False,
        verbose_name="",
    )

    class Meta:
        order_by = "-planned_at"

    def __init__(self, *args: Any, may_send: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_send:
            self.columns.hide("again")
