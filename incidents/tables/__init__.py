"""The list of incidents: columns, filters in the URL, CSV."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _

from config.portal.columns import FragmentColumn
from config.portal.fields import UNKNOWN_CHOICE
from config.portal.spreadsheets import plain
from incidents.models import Incident
from rosters.enums import SeverityLevel, Tier
from rosters.models import Service, Team

STATES = [
    ("open", "Open"),
    ("all", "All"),
    ("resolved", "Resolved"),
    ("unreviewed", "Waits for its review"),
    ("reviewed", "Reviewed"),
]
LOOKS = frozenset({"page", "format", "sort"})
"""What an address says of one look only; without anything else the list shows what is open."""

CSV_HEADINGS = (
    "Incident",
    "Title",
    "Severity",
    "Service",
    "State",
    "Detected (UTC)",
    "Acknowledged (UTC)",
    "Contained (UTC)",
    "Resolved (UTC)",
)


class IncidentFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the list can be narrowed to; an unknown value is named next to its field."""

    q = django_filters.CharFilter(method="search", label="Search")
    state = django_filters.ChoiceFilter(
        choices=STATES,
        method="by_state",
        label="State",
        empty_label=None,
        error_messages=UNKNOWN_CHOICE,
    )
    severity = django_filters.ChoiceFilter(
        choices=[(str(level.value), level.label) for level in SeverityLevel],
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    service = django_filters.ModelChoiceFilter(
        queryset=Service.objects.order_by("name"),
        to_field_name="slug",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    team = django_filters.ModelChoiceFilter(
        field_name="service__owner_team",
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        label="Team",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    month = django_filters.DateFilter(
        method="by_month",
        label="Month",
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month", "placeholder": "2026-11"}, format="%Y-%m"),
        error_messages={"invalid": "Write the month like 2026-11."},
    )
    mine = django_filters.BooleanFilter(
        method="only_mine", label="Only mine", widget=forms.CheckboxInput
    )

    class Meta:
        model = Incident
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Incident], _name: str, text: str) -> QuerySet[Incident]:
        text = text.replace("\0", "")
        digits = text.upper().removeprefix("INC-")
        found = Q(title__icontains=text)
        if digits.isascii() and digits.isdigit() and len(digits) <= 12:
            found |= Q(pk=int(digits))
        return rows.filter(found)

    def by_state(self, rows: QuerySet[Incident], _name: str, state: str) -> QuerySet[Incident]:
        if state == "all":
            return rows
        if state == "open":
            return rows.filter(resolved_at__isnull=True)
        found = rows.filter(resolved_at__isnull=False)
        if state == "unreviewed":
            return found.filter(reviewed_at__isnull=True, severity__lt=SeverityLevel.SMALL)
        return found.filter(reviewed_at__isnull=False) if state == "reviewed" else found

    def by_month(self, rows: QuerySet[Incident], _name: str, first: date) -> QuerySet[Incident]:
        """Detected in this month, as the reader's zone has it."""
        zone = ZoneInfo(self.request.user.time_zone)
        starts_at = datetime(first.year, first.month, 1, tzinfo=zone)
        following = (starts_at + timedelta(days=32)).replace(day=1)
        return rows.filter(detected_at__gte=starts_at, detected_at__lt=following)

    def only_mine(self, rows: QuerySet[Incident], _name: str, is_on: bool) -> QuerySet[Incident]:  # noqa: FBT001  # django-filter's call
        if not is_on:
            return rows
        me = self.request.user
        mine = Incident.objects.filter(
            Q(notifications__person=me) | Q(assignments__person=me) | Q(acknowledged_by=me)
        )
        return rows.filter(pk__in=mine.values("pk"))


def asked_for(address: QueryDict) -> QueryDict:
    """The filters of an address, with the state that is meant where none is named.

    Nothing chosen means the open ones; whoever searches without a state means all.
    """
    chosen = address.copy()
    if not chosen.get("state"):
        chosen["state"] = "all" if set(address) - LOOKS else "open"
    return chosen


class IncidentTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One incident a row. The template draws the cells; CSV takes the plain values."""

    title = FragmentColumn(
        template_name="incidents/_cell_title.html", orderable=False, verbose_name="Incident"
    )
    severity = FragmentColumn(template_name="incidents/_cell_severity.html")
    service = tables.Column(accessor="service__name", default="Not known", verbose_name="Service")
    detected_at = FragmentColumn(
        template_name="incidents/_cell_detected.html", verbose_name="Started"
    )
    acknowledge_took = FragmentColumn(
        template_name="incidents/_cell_took.html",
        extra_context={"name": "acknowledge_took"},
        verbose_name="Acknowledged after",
    )
    contain_took = FragmentColumn(
        template_name="incidents/_cell_took.html",
        extra_context={"name": "contain_took"},
        verbose_name="Contained after",
    )
    phase = FragmentColumn(
        template_name="incidents/_cell_state.html", orderable=False, verbose_name="State"
    )

    class Meta:
        order_by = "-detected_at"
        empty_text = "No incident matches. Clear the filters."
        attrs: ClassVar = {"class": "tbl cards"}


class RuleFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the list of rules can be narrowed to. `gaps` needs the rules themselves: the view."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    tier = django_filters.ChoiceFilter(
        choices=[(str(tier.value), _(tier.label.split(":")[0])) for tier in Tier],
        label=_("Tier"),
        empty_label=_("All"),
        error_messages=UNKNOWN_CHOICE,
    )
    team = django_filters.ModelChoiceFilter(
        field_name="owner_team",
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        label=_("Team"),
        empty_label=_("All"),
        error_messages=UNKNOWN_CHOICE,
    )
    gaps = django_filters.BooleanFilter(
        method="unchanged", label=_("Only with gaps"), widget=forms.CheckboxInput
    )

    class Meta:
        model = Service
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Service], _name: str, text: str) -> QuerySet[Service]:
        text = text.replace("\0", "")
        return rows.filter(Q(name__icontains=text) | Q(owner_team__name__icontains=text))

    def unchanged(self, rows: QuerySet[Service], _name: str, _is_on: bool) -> QuerySet[Service]:  # noqa: FBT001  # django-filter's call
        return rows


class RuleTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One service a row, with its rule in one line."""

    service = FragmentColumn(
        template_name="incidents/_cell_rule_service.html",
        order_by="name",
        verbose_name=_("Service"),
    )
    tier = tables.Column(accessor="service__tier", order_by="tier", verbose_name=_("Tier"))
    team = tables.Column(
        accessor="service__owner_team__name", order_by="team", verbose_name=_("Team")
    )
    summary = FragmentColumn(
        template_name="incidents/_cell_rule.html",
        accessor="service",
        orderable=False,
        verbose_name=_("At SEV1"),
        attrs={"td": {"class": "full"}},
    )
    gaps = FragmentColumn(
        template_name="incidents/_cell_rule_gaps.html",
        accessor="empty_steps",
        verbose_name=_("Gaps"),
        empty_values=(),
    )

    class Meta:
        empty_text = _("No service matches.")
        attrs: ClassVar = {"caption": _("Rules, one service a row")}


def as_csv(rows: Iterable[Incident]) -> StreamingHttpResponse:
    """The filtered incidents as CSV, every row, instants in UTC."""
    response = StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="incidents.csv"'},
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[Incident]) -> Iterable[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(CSV_HEADINGS)
    for incident in rows:
        yield writer.writerow([plain(cell) for cell in _cells(incident)])


def _cells(incident: Incident) -> list[Any]:
    return [
        incident.reference,
        incident.title,
        incident.level.code,
        incident.service or "",
        incident.phase.label,
        incident.detected_at,
        incident.acknowledged_at,
        incident.contained_at,
        incident.resolved_at,
    ]
