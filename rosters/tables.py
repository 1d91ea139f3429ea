"""The list of people: columns, filters in the address, files; the contact matrix as a file."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import ClassVar

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from config.portal import words
from config.portal.columns import FragmentColumn
from config.portal.downloads import Page, table_file
from config.portal.fields import UNKNOWN_CHOICE
from rosters.enums import Channel, MessageState, Withheld
from rosters.logic.load import WORDS as KINDS
from rosters.logic.standing import WORDS, Fault
from rosters.models import Message, Person, Team
from rosters.queries import contacts, outbox
from rosters.queries.contact_audit import HEADINGS, Audit
from rosters.queries.gaps_ahead import Ahead
from rosters.queries.load import Figures, LoadPage
from rosters.queries.pay import Month
from rosters.queries.people import Row
from rosters.queries.shortfalls import HEADINGS as AHEAD

CSV_HEADINGS = ("Name", "Teams", "Called now for", "Time zone", "Region", "Can be called")
AHEAD_HEADINGS = ("Kind", "Roster", "From", "Until", "What", "Who mends it")
LOAD_HEADINGS = (
    "Person",
    "When",
    "Hours",
    "Nights",
    "Weekends",
    "Public holidays",
    "Backup hours",
    "Calls",
    "Calls at night",
)
PAY_HEADINGS = (
    "Person",
    "Month",
    "Roster",
    "Level",
    "Time zone",
    "Region",
    *KINDS.values(),
    "Total",
)
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
    """What the list of people can be narrowed to. `attention` and `left` are for the view."""

    q = django_filters.CharFilter(method="search", label="Search")
    team = django_filters.ModelChoiceFilter(
        field_name="teams",
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        label="Team",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    attention = django_filters.BooleanFilter(
        method="unchanged", label="Needs attention", widget=forms.CheckboxInput
    )

    left = django_filters.BooleanFilter(
        method="unchanged", label="Has left", widget=forms.CheckboxInput
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
        order_by="full_name",
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
        order_by="time_zone",
        verbose_name="Local time",
    )
    readiness = FragmentColumn(
        template_name="rosters/_cell_readiness.html",
        accessor="readiness__rank",
        order_by="rank",
        verbose_name="Can be called",
        attrs={"td": {"class": "full"}},
    )

    class Meta:
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


def ahead_as_file(ahead: Ahead, kind: str, *, zone: tzinfo, now: datetime) -> HttpResponse:
    """What the next 30 days need somebody for, as CSV or XLSX; times in `zone`."""
    cells = (
        [
            AHEAD[one.kind],
            one.roster.name,
            f"{one.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
            f"{one.ends_at.astimezone(zone):%Y-%m-%d %H:%M}",
            words.as_text([one.said, one.then], zone=zone, now=now),
            ", ".join(person.full_name for person in one.owners),
        ]
        for one in ahead.findings
    )
    return table_file("coverage", kind, Page("Coverage", AHEAD_HEADINGS, cells))


def load_as_file(page: LoadPage, kind: str) -> HttpResponse:
    """What the reader may see of a roster's load, as CSV or XLSX: rows, then the team's average."""
    past, coming = f"Last {page.weeks} weeks", f"Next {page.weeks} weeks"
    cells: list[list[object]] = []
    for row in page.rows:
        cells.append([row.person.full_name, past, *_figures(row.real)])
        cells.append([row.person.full_name, coming, *_figures(row.planned)[:-2], "", ""])
    real = {one.name: round(one.real.average, 1) for one in page.team}
    planned = {one.name: round(one.planned.average, 1) for one in page.team if one.planned}
    names = ("Hours", "Nights", "Weekends", "Holidays")
    average = "Average of the team"
    cells.append([average, past, *(real[one] for one in names), "", real["Calls"], ""])
    cells.append([average, coming, *(planned[one] for one in names), "", "", ""])
    return table_file(f"load-{page.roster.slug}", kind, Page("Load", LOAD_HEADINGS, cells))


def _figures(found: Figures) -> list[object]:
    first = found.first
    counts = [first.hours, first.nights, first.weekends, first.holidays]
    return [*counts, found.backup_hours, found.calls, found.night_calls]


def pay_as_file(month: Month, kind: str) -> HttpResponse:
    """The hours of a month by category, as CSV or XLSX."""
    cells = (
        [
            one.name,
            f"{month.first_day:%Y-%m}",
            one.roster,
            one.level_word,
            words.zone_words(one.person.time_zone),
            one.person.region_name,
            *(one.hours[category] for category in KINDS),
            one.total,
        ]
        for one in month.lines
    )
    page = Page("Hours", PAY_HEADINGS, cells)
    return table_file(f"on-call-hours-{month.first_day:%Y-%m}", kind, page)


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
        ", ".join(
            filter(None, (*(WORDS[one] for one in Fault if one in square.faults), square.not_asked))
        ),
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


OUTBOX_HEADINGS = ("Planned", "Person", "How", "Subject", "State", "Why", "Tries", "Handed over")
OUTBOX_MOST = 50_000


class OutboxFilter(django_filters.FilterSet):  # type: ignore[misc]  # published untyped
    """What the outbox can be narrowed to. `since` is for the view."""

    q = django_filters.CharFilter(method="search", label="Search")
    state = django_filters.ChoiceFilter(
        choices=MessageState.choices,
        label="State",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    why = django_filters.ChoiceFilter(
        field_name="withheld",
        choices=Withheld.choices,
        label="Held back, because",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    channel = django_filters.ChoiceFilter(
        field_name="contact_point__channel",
        choices=Channel.choices,
        label="How",
        empty_label="All",
        error_messages=UNKNOWN_CHOICE,
    )
    since = django_filters.ChoiceFilter(
        method="unchanged",
        choices=[("day", "The last day"), ("month", "The last 30 days"), ("all", "Always")],
        label="Since",
        empty_label="The last 7 days",
        error_messages=UNKNOWN_CHOICE,
    )

    class Meta:
        model = Message
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Message], _name: str, text: str) -> QuerySet[Message]:
        text = text.replace("\0", "")
        return rows.filter(Q(subject__icontains=text) | Q(person__full_name__icontains=text))

    def unchanged(self, rows: QuerySet[Message], _name: str, _chosen: str) -> QuerySet[Message]:
        return rows


class OutboxTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One message a row, the newest first."""

    subject = FragmentColumn(
        template_name="rosters/outbox/_cell_subject.html", verbose_name="Message"
    )
    person = FragmentColumn(
        template_name="rosters/outbox/_cell_person.html",
        order_by="person__full_name",
        verbose_name="To",
    )
    state = FragmentColumn(template_name="rosters/outbox/_cell_state.html", verbose_name="State")
    created_at = FragmentColumn(
        template_name="rosters/outbox/_cell_when.html", order_by="pk", verbose_name="When"
    )
    chosen = FragmentColumn(
        template_name="rosters/outbox/_cell_choose.html",
        empty_values=(),
        orderable=False,
        verbose_name="",
    )

    class Meta:
        order_by = "-created_at"


def outbox_file(rows: QuerySet[Message], kind: str) -> HttpResponse:
    """The messages as a file, without what they say."""
    found = (
        (
            one.created_at,
            one.person.full_name,
            one.contact_point.get_channel_display(),
            one.subject,
            one.stands,
            one.reason or one.get_withheld_display(),  # type: ignore[attr-defined]  # the query adds it
            one.attempts_made,
            one.sent_at,
        )
        for one in outbox.with_reason(rows)[:OUTBOX_MOST]
    )
    return table_file("messages", kind, Page("Messages", OUTBOX_HEADINGS, found))
