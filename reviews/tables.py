"""The lists of this app as tables, and scorecards as CSV."""

import csv
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.spreadsheets import plain
from reviews.logic.scoring import Score, Timing
from reviews.logic.service_score import Timed
from reviews.models import ActionItem, Drill, Review
from reviews.queries.scorecards import Line
from reviews.queries.service_card import ServiceCard
from rosters.enums import SeverityLevel


def _cell(name: str, heading: str, **options: Any) -> FragmentColumn:
    options.setdefault("orderable", False)
    return FragmentColumn(
        template_name=f"reviews/_cell_{name}.html", verbose_name=heading, **options
    )


def _time_cell(heading: str, accessor: str) -> FragmentColumn:
    """One of the three times. A phone leaves them to the service's own scorecard."""
    return _cell("timing", heading, accessor=accessor, attrs={"td": {"class": "drop"}})


class ReviewTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One review a row."""

    incident = _cell("incident", "Incident")
    severity = _cell(
        "severity",
        "Severity",
        order_by=("incident__severity", "-incident__detected_at"),
        orderable=True,
    )
    service = tables.Column(
        accessor="incident__service__name", default="Not known", verbose_name="Service"
    )
    state = _cell("state", "State", order_by=("published_at", "due_at"), orderable=True)
    due_at = _cell("due", "Due or published", orderable=True)
    facilitator = tables.Column(
        accessor="facilitator__full_name", default="Nobody yet", verbose_name="Led by"
    )
    actions = _cell("actions", "Actions", order_by=("actions_open", "pk"), orderable=True)

    class Meta:
        empty_text = "No review matches. Clear the filters."
        attrs: ClassVar = {"caption": "Reviews"}


class ActionTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One action item a row, with its button."""

    title = _cell("action", "What we will do")
    owner = tables.Column(accessor="owner__full_name", verbose_name="Owner")
    service = tables.Column(
        accessor="review__incident__service__name", default="Not known", verbose_name="Service"
    )
    due_date = _cell("action_due", "Due", orderable=True)
    act = _cell("act", "Done", attrs={"td": {"class": "full"}})

    class Meta:
        empty_text = "No action matches. Clear the filters."
        attrs: ClassVar = {"caption": "Action items"}


class ScoreTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One service a row."""

    name = _cell("service", "Service", order_by="name", orderable=True)
    promises = _cell(
        "promises", "Promises met", accessor="score__promises", order_by="missed", orderable=True
    )
    incidents = _cell("incidents", "Incidents", order_by="score__incidents", orderable=True)
    acknowledge = _time_cell("Half acknowledged within", "score__acknowledge")
    contain = _time_cell("Half contained within", "score__contain")
    resolve = _time_cell("Half resolved within", "score__resolve")
    after = _cell("after", "Reviews and actions", empty_values=())

    class Meta:
        empty_text = "No services yet. Add the first in the admin."
        attrs: ClassVar = {"caption": "One line for each service"}


class DrillTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One drill that is over a row."""

    title = _cell("drill", "Drill")
    service = tables.Column(accessor="service__name", verbose_name="Service")
    result = _cell("drill_result", "Result", empty_values=())
    answered = _cell("drill_answered", "Answered", empty_values=())
    findings = _cell("drill_findings", "Findings", empty_values=())
    leader = tables.Column(accessor="leader__full_name", verbose_name="Led by")
    planned_at = _cell("drill_day", "Day", orderable=True)

    class Meta:
        empty_text = "No drill matches. Clear the filters."
        attrs: ClassVar = {"caption": "Past drills"}


STEPS = ("acknowledge", "contain", "resolve")
CSV_HEADINGS = (
    "Service",
    "Owner team",
    "Days",
    "Incidents",
    *(level.code for level in SeverityLevel),
    "Promises met",
    "Promises that came due",
    "Promises met before",
    "Promises that came due before",
    "Escalated",
    *(
        f"{heading} {step}"
        for step in STEPS
        for heading in ("Typical minutes to", "Incidents with a time to", "In time to", "Judged to")
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


def reviews_csv(rows: QuerySet[Review]) -> HttpResponse:
    """Every review of the narrowed list."""
    headings = ("Incident", "Title", "Severity", "Service", "Led by", "Due (UTC)")
    return csv_file(
        "reviews",
        (*headings, "Published (UTC)", "Published by", "Actions", "Actions open"),
        (
            [
                review.incident.reference,
                review.incident.title,
                f"SEV{review.incident.severity}",
                review.incident.service or "",
                review.facilitator or "",
                review.due_at,
                review.published_at or "",
                review.published_by or "",
                getattr(review, "actions_total", ""),
                getattr(review, "actions_open", ""),
            ]
            for review in rows
        ),
    )


ACTION_HEADINGS = (
    "Action",
    "It helps us",
    "Owner",
    "Due",
    "Done (UTC)",
    "Done by",
    "How we know",
    "Incident",
    "Service",
)


def actions_csv(rows: QuerySet[ActionItem]) -> HttpResponse:
    """Every action item of the narrowed list."""
    return csv_file(
        "actions",
        ACTION_HEADINGS,
        (
            [
                action.title,
                action.get_kind_display(),
                action.owner,
                action.due_date,
                action.done_at or "",
                action.done_by or "",
                action.evidence,
                action.review.incident.reference,
                action.review.incident.service or "",
            ]
            for action in rows
        ),
    )


def drills_csv(rows: QuerySet[Drill]) -> HttpResponse:
    """Every past drill of the narrowed list."""
    headings = ("Drill", "Kind", "Service", "Led by", "Planned (UTC)", "Result", "Asked")
    return csv_file(
        "drills",
        (*headings, "Answered", "Findings", "Findings open", "What we saw"),
        (
            [
                drill.title,
                drill.get_kind_display(),
                drill.service,
                drill.leader,
                drill.planned_at,
                _result(drill),
                "" if drill.asked is None else drill.asked,
                "" if drill.answered is None else drill.answered,
                getattr(drill, "findings_total", ""),
                getattr(drill, "findings_open", ""),
                drill.summary,
            ]
            for drill in rows
        ),
    )


def _result(drill: Drill) -> str:
    if drill.passed is None:
        return "called off"
    return "worked" if drill.passed else "did not work"


SERVICE_HEADINGS = (
    "Incident",
    "Title",
    "Severity",
    "Detected (UTC)",
    "Had happened before",
    *(
        f"{what} to {step}"
        for step in STEPS
        for what in ("Minutes", "Target minutes", "Missed the target")
    ),
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
            *(cell for step in STEPS for cell in _step(one, step)),
        ]
        for one in card.incidents
    )
    return csv_file(f"scorecard-{card.service.slug}-{card.days}-days", SERVICE_HEADINGS, rows)


def _step(one: Timed, step: str) -> list[object]:
    """What it took, what was promised, and whether that counts as missed; empty: not counted."""
    target = one.target.get(step)
    is_counted = target is not None and (not one.is_open(step) or one.is_late(step))
    verdict = ("yes" if one.is_late(step) else "no") if is_counted else ""
    return [_minutes(one.took.get(step)), _minutes(target), verdict]


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
        *_promises(score),
        *_promises(line.before),
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


def _promises(score: Score | None) -> list[object]:
    return [score.promises.in_time, score.promises.judged] if score else ["", ""]
