"""The log of an incident's calls as a file."""

from datetime import timedelta

from django.http import HttpResponse

from config.portal.downloads import CSV, Page, table_file
from incidents.enums import Answer
from incidents.queries.escalation import EscalationLog

HEADINGS = (
    "Promise",
    "Step",
    "Round",
    "Due (UTC)",
    "Fired (UTC)",
    "Who",
    "Why they",
    "By",
    "Handed over (UTC)",
    "Delivered (UTC)",
    "Acknowledged (UTC)",
    "Answer",
    "Not sent",
    "Skipped because",
    "System delay in seconds",
    "Human delay in seconds",
)


def escalation_csv(log: EscalationLog) -> HttpResponse:
    """One line for each person a step told, or for a step that told nobody."""
    found = (
        (
            row.promise.label,
            row.number,
            row.round,
            row.due_at,
            row.fired_at,
            row.who,
            row.reason,
            row.channel,
            row.handed_over_at,
            row.delivered_at,
            row.acknowledged_at,
            Answer(row.answer).label if row.answer else "",
            row.failed,
            row.skipped,
            _seconds(row.system_delay),
            _seconds(row.human_delay),
        )
        for row in log.rows
    )
    name = f"{log.incident.reference.lower()}-calls"
    return table_file(name, CSV, Page(f"Calls of {log.incident.reference}", HEADINGS, found))


def _seconds(span: timedelta | None) -> str:
    return f"{span.total_seconds():.1f}" if span is not None else ""
