"""The list of people: columns, filters in the address, files; the contact matrix as a file."""

from collections.abc import Iterable
from typing import ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import Page, table_file
from rosters.logic.standing import WORDS, Fault
from rosters.models import Person, Team
from rosters.queries import contacts
from rosters.queries.contact_audit import HEADINGS, Audit
from rosters.queries.people import Row

CSV_HEADINGS = ("Name", "Teams", "Called now for", "Time zone", "Region", "Can be called")
AUDIT_HEADINGS = ("Kind", "What", "Detail", "Who mends it", "Until")
MATRIX_HEADINGS = (
    "Service",
    "Team",
    "Role",
    "Person",
    "Backup",
    "Roster",
    "Inherited from",
    "Confirmed",
    "Needs attention",
)


class PeopleFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the list of people can be narrowed to. `attention` needs the rows: the view."""

    q = django_filters.CharFilter(method="search", label="Search")
    team = django_filters.ModelChoiceFilter(
        field_name="teams",
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        label="Team",
        empty_label="All",
    )
    attention = django_filters.BooleanFilter(
        method="unchanged", label="Needs attention", widget=forms.CheckboxInput
    )

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Person], _name: str, text: str) -> QuerySet[Person]:
        text = text.replace("\0", "")
        teams = Q(pk__in=Person.objects.filter(teams__name__icontains=text).values("pk"))
        return rows.filter(Q(full_name__icontains=text) | Q(short_name__icontains=text) | teams)

    def unchanged(self, rows: QuerySet[Person], _name: str, _is_on: bool) -> QuerySet[Person]:  # noqa: FBT001  # django-filter's call
        return rows


class PeopleTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One person a row."""

    name = FragmentColumn(
        template_name="rosters/_cell_person.html",
        accessor="person__full_name",
        verbose_name="Person",
    )
    duties = FragmentColumn(
        template_name="rosters/_cell_duties.html",
        orderable=False,
        empty_values=(),
        verbose_name="Called now for",
    )
    teams = FragmentColumn(
        template_name="rosters/_cell_teams.html",
        orderable=False,
        empty_values=(),
        verbose_name="Teams",
    )
    zone = FragmentColumn(
        template_name="rosters/_cell_zone.html",
        accessor="person__time_zone",
        verbose_name="Local time",
    )
    readiness = FragmentColumn(
        template_name="rosters/_cell_readiness.html",
        accessor="readiness__rank",
        verbose_name="Can be called",
        attrs={"td": {"class": "full"}},
    )

    class Meta:
        order_by = "name"
        empty_text = "Nobody matches."
        attrs: ClassVar = {"caption": "People"}


def as_file(rows: Iterable[Row], kind: str) -> HttpResponse:
    """These people as CSV or XLSX, without numbers; no cell can be taken for a formula."""
    return table_file("people", kind, Page("People", CSV_HEADINGS, (_cells(row) for row in rows)))


def matrix_as_file(rows: Iterable[contacts.Row], kind: str) -> HttpResponse:
    """Every square of these services as CSV or XLSX, vacancies too, without numbers."""
    squares = (_square_cells(square) for row in rows for square in row.squares)
    return table_file("contacts", kind, Page("Contacts", MATRIX_HEADINGS, squares))


def audit_as_file(audit: Audit, kind: str) -> HttpResponse:
    """What is to be mended as CSV or XLSX, without numbers."""
    cells = (
        [HEADINGS[one.kind], one.title, one.detail, str(one.owner or ""), f"{one.due_on:%Y-%m-%d}"]
        for one in audit.findings
    )
    return table_file("contact-audit", kind, Page("Audit", AUDIT_HEADINGS, cells))


def _square_cells(square: contacts.Square) -> list[str]:
    entry = square.entry
    service = square.service
    return [
        service.name if service else "",
        service.owner_team.name if service else "",
        square.role.name,
        str(entry.person or "") if entry else "",
        str(entry.backup or "") if entry else "",
        str(entry.roster or "") if entry else "",
        square.inherited_from or "",
        f"{entry.confirmed_at:%Y-%m-%d}" if entry and entry.confirmed_at else "",
        ", ".join(WORDS[fault] for fault in Fault if fault in square.faults),
    ]


def _cells(row: Row) -> list[str]:
    return [
        row.person.full_name,
        ", ".join(row.teams),
        ", ".join(row.duties),
        row.person.time_zone,
        row.person.region,
        row.readiness.word,
    ]
