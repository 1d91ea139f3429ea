"""The list of services: columns, filters in the URL, files."""

from collections.abc import Iterable
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from config.front.queries.services import Glance, Line, known_labels
from config.portal.columns import FragmentColumn
from config.portal.downloads import Page, table_file
from config.portal.fields import UNKNOWN_CHOICE
from incidents.logic.health import HealthState
from rosters.enums import Tier
from rosters.models import Service, Team

NOT_ON_PHONES = {"td": {"class": "drop"}}
HEALTH = [(state.value, state.label) for state in HealthState]
ATTENTION = [("yes", "Needs attention"), ("no", "Ready and working")]
CSV_HEADINGS = (
    "Service",
    "If it breaks",
    "Tier",
    "Owner team",
    "Labels",
    "Health",
    "On call now",
    "Rule",
    "Checks done",
    "Checks",
    "Still to do",
)


class ServiceFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the list can be narrowed to; an unknown value is named next to its field."""

    q = django_filters.CharFilter(method="search", label="Search")
    team = django_filters.ModelChoiceFilter(
        field_name="owner_team",
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    tier = django_filters.ChoiceFilter(
        choices=[(str(tier.value), f"Tier {tier.value}") for tier in Tier],
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    label = django_filters.ChoiceFilter(
        choices=known_labels,
        method="labelled",
        label="Label",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    health = django_filters.ChoiceFilter(
        choices=HEALTH,
        method="later",
        label="Health",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    attention = django_filters.ChoiceFilter(
        choices=ATTENTION,
        method="later",
        label="To do",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )

    class Meta:
        model = Service
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Service], _name: str, text: str) -> QuerySet[Service]:
        text = text.replace("\0", "")
        return rows.filter(
            Q(name__icontains=text)
            | Q(customer_impact__icontains=text)
            | Q(owner_team__name__icontains=text)
            | Q(labels__icontains=text)
        )

    def labelled(self, rows: QuerySet[Service], _name: str, text: str) -> QuerySet[Service]:
        return rows.filter(labels__contains=[text])

    def later(self, rows: QuerySet[Service], _name: str, _value: str) -> QuerySet[Service]:
        """Health and readiness are judged, not stored: `narrowed` asks the lines."""
        return rows

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the search is chosen."""
        return any(self.data.get(name) for name in self.filters if name != "q")

    def narrowed(self, lines: Iterable[Glance]) -> list[Glance]:
        """The lines whose health and readiness fit."""
        chosen = self.form.cleaned_data if self.is_valid() else {}
        health, attention = chosen.get("health"), chosen.get("attention")
        return [
            line
            for line in lines
            if (not health or line.health.state == health)
            and (not attention or line.needs_attention == (attention == "yes"))
        ]


def _cell(name: str, heading: str, **options: Any) -> FragmentColumn:
    options.setdefault("orderable", False)
    return FragmentColumn(
        template_name=f"front/_cell_service_{name}.html", verbose_name=heading, **options
    )


class ServiceTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One service a row."""

    name = _cell("name", "Service", orderable=True)
    tier = tables.Column(
        accessor="service__tier", order_by="tier", verbose_name="Tier", attrs=NOT_ON_PHONES
    )
    team = tables.Column(
        accessor="service__owner_team__name", order_by="team", verbose_name="Owner"
    )
    health = _cell("health", "Health", order_by="health_order", orderable=True)
    on_call = _cell("on_call", "On call now", accessor="service")
    rule = _cell(
        "rule",
        "Rule",
        accessor="cover__policy_name",
        order_by="rule",
        orderable=True,
        attrs=NOT_ON_PHONES,
    )
    readiness = _cell("readiness", "Ready", order_by="readiness_order", orderable=True)

    class Meta:
        order_by = "health"
        empty_text = "No service matches."
        attrs: ClassVar = {"caption": "Services"}


def as_file(lines: Iterable[Line], kind: str) -> HttpResponse:
    """Every line as CSV or XLSX; no cell can be taken for a formula."""
    page = Page("Services", CSV_HEADINGS, (_cells(line) for line in lines))
    return table_file("services", kind, page)


def _cells(line: Line) -> list[object]:
    ready = line.readiness
    return [
        line.service.name,
        line.service.customer_impact,
        line.service.tier,
        line.service.owner_team.name,
        ", ".join(line.service.labels),
        line.health.state.label,
        ", ".join(person.full_name for person in line.cover.on_call) or "Nobody",
        line.cover.policy_name or "None",
        ready.done,
        ready.total,
        "; ".join(check.label for check in ready.missing),
    ]
