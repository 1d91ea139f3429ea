"""The lists of this app as tables, and scorecards as CSV."""

import csv
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.spreadsheets import plain
from reviews.logic.scoring import Timing
from reviews.queries.scorecards import Line
from reviews.queries.service_card import ServiceCard
from rosters.enums import SeverityLevel

PAGE = {"per_page": 50}


def _cell(name: str, heading: str, **options: Any) -> FragmentColumn:
    options.setdefault("orderable", False)
    return FragmentColumn(
        template_name=f"reviews/_cell_{name}.html", verbose_name=heading, **options
    )


class ReviewTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One review a row."""

    incident = _cell("incident", "Incident")
    severity = _cell("severity", "Severity", order_by="incident__severity", orderable=True)
    service = tables.Column(
        accessor="incident__service__name", default="Not known", verbose_name="Service"
    )
    state = _cell("state", "State")
    due_at = _cell("due", "Due", orderable=True)
    facilitator = tables.Column(
        accessor="facilitator__full_name", default="Nobody yet", verbose_name="Led by"
    )
    actions = _cell("actions", "Actions")

    class Meta:
        empty_text = "No review matches."
        attrs: ClassVar = {"caption": "Reviews"}


class ActionTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One action item a row, with its button."""

    title = _cell("action", "What we will do")
    owner = tables.Column(accessor="owner__full_name", verbose_name="Owner")
    due_date = _cell("action_due", "Due", orderable=True)
    act = _cell("act", "Done", attrs={"td": {"class": "full"}})

    class Meta:
        empty_text = "No action matches."
        attrs: ClassVar = {"caption": "Action items"}


class ScoreTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One service a row."""

    name = _cell("service", "Service", order_by="name", orderable=True)
    incidents = _cell("incidents", "Incidents", order_by="score__incidents", orderable=True)
    acknowledge = _cell("timing", "To acknowledge", accessor="score__acknowledge")
    contain = _cell("timing", "To contain", accessor="score__contain")
    resolve = _cell("timing", "To resolve", accessor="score__resolve")
    reviews = _cell("kept", "Reviews in time", accessor="score__reviews")
    actions = _cell("action_count", "Actions", accessor="score__actions")

    class Meta:
        empty_text = "No services yet. Add the first in the admin."
        attrs: ClassVar = {"caption": "One line for each service"}


STEPS = ("acknowledge", "contain", "resolve")
CSV_HEADINGS = (
    "Service",
    "Owner team",
    "Days",
    "Incidents",
    *(level.code for level in SeverityLevel),
    "Escalated",
    *(
        f"{heading} {step}"
        for step in STEPS
        for heading in ("Median minutes to", "Incidents with a time to", "In time to", "Judged to")
    ),
    "Reviews in time",
    "Reviews judged",
    "Actions done",
    "Actions open",
    "Actions late",
)


def as_csv(lines: Iterable[Line], *, days: int) -> HttpResponse:
    """Every line as CSV; no cell can be taken for a formula."""
    rows = (_cells(line, days=days) for line in lines)
    return csv_file(f"scorecards-{days}-days", CSV_HEADINGS, rows)


def csv_file(name: str, headings: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A CSV file to keep; no cell can be taken for a formula."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(headings)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return response


SERVICE_HEADINGS = (
    "Incident",
    "Title",
    "Severity",
    "Detected (UTC)",
    "Had happened before",
    *(f"{what} to {step}" for step in STEPS for what in ("Minutes", "Target minutes")),
)


def service_csv(card: ServiceCard) -> HttpResponse:
    """Every incident of one service's scorecard."""
    rows = (
        [
            one.reference,
            one.title,
            f"SEV{one.severity}",
            one.detected_at,
            "yes" if one.is_repeat else "no",
            *(_minutes(spans.get(step)) for step in STEPS for spans in (one.took, one.target)),
        ]
        for one in card.incidents
    )
    return csv_file(f"scorecard-{card.service.slug}-{card.days}-days", SERVICE_HEADINGS, rows)


def _minutes(length: timedelta | None) -> object:
    return "" if length is None else round(length.total_seconds() / 60, 1)


def _cells(line: Line, *, days: int) -> list[object]:
    score = line.score
    return [
        line.name,
        line.service.owner_team.name if line.service else "",
        days,
        score.incidents,
        *(score.by_severity.get(level, 0) for level in SeverityLevel),
        score.escalated,
        *(cell for step in STEPS for cell in _timing(getattr(score, step))),
        score.reviews.in_time,
        score.reviews.judged,
        score.actions.done,
        score.actions.open,
        score.actions.late,
    ]


def _timing(timing: Timing) -> list[object]:
    return [_minutes(timing.median), timing.count, timing.kept.in_time, timing.kept.judged]
