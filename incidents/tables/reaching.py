"""The figures of reach: one group a row."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.downloads import CSV, Page, table_file
from config.portal.words import span
from incidents.queries.reaching import Figures

MINUTE = timedelta(minutes=1)
NUMBER = {"td": {"class": "num"}, "th": {"class": "num"}}
HEADINGS = (
    "Attempted",
    "Handed over",
    "Delivered",
    "Did not arrive",
    "Answered",
    "Not sent on purpose",
    "Seconds to hand over",
    "Seconds to deliver",
    "Seconds to answer",
)


class TookColumn(tables.Column):  # type: ignore[misc]  # published untyped
    """A median as people read it; a dash where nothing was measured."""

    def render(self, value: timedelta) -> str:
        if value < timedelta(seconds=1):
            return "at once"
        return f"{int(value.total_seconds())} s" if value < MINUTE else str(span(value))


class ReachTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One channel, carrier, country or person a row, those with the most messages first."""

    name = tables.Column()
    attempted = tables.Column(verbose_name="Messages", attrs=NUMBER)
    handed_over = tables.Column(verbose_name="Handed over", attrs=NUMBER)
    delivered = tables.Column(verbose_name="Delivered", attrs=NUMBER)
    failed = tables.Column(verbose_name="Did not arrive", attrs=NUMBER)
    answered = tables.Column(verbose_name="Answered", attrs=NUMBER)
    withheld = tables.Column(verbose_name="Not sent on purpose", attrs=NUMBER)
    to_hand_over = TookColumn(verbose_name="Handed over in", orderable=False, attrs=NUMBER)
    to_deliver = TookColumn(verbose_name="Delivered in", orderable=False, attrs=NUMBER)
    to_answer = TookColumn(verbose_name="Answered in", orderable=False, attrs=NUMBER)

    class Meta:
        attrs = {"caption": "Messages and what became of them"}  # noqa: RUF012  # the library's form

    def __init__(self, *args: Any, heading: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns["name"].column.verbose_name = heading


def as_file(heading: str, rows: Iterable[Figures]) -> HttpResponse:
    """The same as CSV, the medians in seconds."""
    found = (
        (
            row.name,
            row.attempted,
            row.handed_over,
            row.delivered,
            row.failed,
            row.answered,
            row.withheld,
            *(
                "" if took is None else round(took.total_seconds(), 1)
                for took in (row.to_hand_over, row.to_deliver, row.to_answer)
            ),
        )
        for row in rows
    )
    return table_file("reach", CSV, Page("Reach", (heading, *HEADINGS), found))
