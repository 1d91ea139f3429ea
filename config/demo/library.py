"""Writes the runbooks of the demo organisation, version by version."""

from datetime import timedelta

from config.demo.books import BOOKS, Book, Text
from config.demo.cast import Cast, slug
from runbooks.models import Runbook, RunbookVersion, Step


def build(cast: Cast) -> None:
    """Every runbook is there with all its versions."""
    for book in BOOKS:
        _write(cast, book)


def _write(cast: Cast, book: Book) -> None:
    runbook = Runbook.objects.create(
        title=book.title,
        slug=slug(book.title)[:50],
        service=cast.services[book.service],
        when_to_use=book.when,
    )
    for number, text in enumerate(book.texts, start=1):
        _publish(cast, runbook, number, text)


def _publish(cast: Cast, runbook: Runbook, number: int, text: Text) -> None:
    version = RunbookVersion.objects.create(
        runbook=runbook,
        number=number,
        change_note=text.note,
        published_at=cast.made_at - timedelta(days=text.days_ago),
        published_by=cast.people[text.by],
    )
    Step.objects.bulk_create(
        Step(
            version=version,
            order=order,
            kind=line.kind,
            text=line.text,
            expected=line.expected,
            command=line.command,
            undo=line.undo,
        )
        for order, line in enumerate(text.lines, start=1)
    )
