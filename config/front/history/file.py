"""The audit log as CSV, for whoever must hand it over."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo

from django.http import StreamingHttpResponse

from config.front.history import Line
from config.front.queries.audit_rows import Entry
from config.portal import words
from config.portal.sentences import Sentence
from config.portal.spreadsheets import plain

HEADINGS = ("When (UTC)", "Who", "What", "Kind", "Before", "After", "Page", "Request")
MOST = 10_000


def as_csv(rows: Iterable[Entry], *, now: datetime) -> StreamingHttpResponse:
    """Each change as a line, instants in UTC; no cell can be taken for a formula."""
    response = StreamingHttpResponse(
        _lines(rows, now=now),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[Entry], *, now: datetime) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(HEADINGS)
    for entry in rows:
        cells = (
            entry.at.astimezone(UTC),
            entry.who,
            words.as_text(entry.sentence, zone=UTC, now=now),
            entry.plural,
            "; ".join(_said(line, line.before, zone=UTC, now=now) for line in entry.lines),
            "; ".join(_said(line, line.after, zone=UTC, now=now) for line in entry.lines),
            entry.page,
            entry.request,
        )
        yield writer.writerow([plain(cell) for cell in cells])


def _said(line: Line, value: Sentence | None, *, zone: tzinfo, now: datetime) -> str:
    text = words.as_text(value, zone=zone, now=now) if value else "nothing"
    return f"{line.label}: {text}"
