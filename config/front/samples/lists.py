"""Lists, tables and figures."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import django_tables2 as tables
from django.utils.html import format_html

from config.front.samples.sample import Sample, drawn
from config.portal.sentences import sentence
from reviews.logic.figures import Compared, Figure
from reviews.logic.verdict import Trend


class _Table(tables.Table):  # type: ignore[misc]  # published without types
    service = tables.Column()
    incidents = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    median = tables.Column(verbose_name="Typical time to contain", orderable=False)

    class Meta:
        attrs = {"caption": "Incidents of each service"}  # noqa: RUF012  # django-tables2 reads it
        order_by = ("-incidents",)
        prefix = "sample-"


def lists(now: datetime) -> list[Sample]:
    deadlines = [
        SimpleNamespace(
            at=now + timedelta(minutes=minutes),
            sentence=sentence(words, reference="INC-2481"),
            url="#main",
            owner=owner,
        )
        for minutes, words, owner in (
            (9, "Status update, {reference}", "Mei Tan"),
            (224, "Contain {reference}", ""),
        )
    ]
    rows = [
        {"service": "Notifications", "incidents": 14, "median": "1 h 12"},
        {"service": "Payments", "incidents": 11, "median": "48 min"},
    ]
    late = sentence("Two are late. The oldest is {n} days late.", n=3)
    done = Figure("Action items done on time", 14, 18, late)
    figure = Compared(done, Trend("up", 11, 17))
    return [
        Sample(
            "Summary list",
            "components/summary.html",
            {
                "": {
                    "body": drawn("fact", term="Owner", body="Payments")
                    + drawn("fact", term="If it breaks", body="Customers cannot pay.")
                }
            },
        ),
        Sample("Table", "components/table.html", {"": {"table": _Table(rows)}}, is_wide=True),
        Sample(
            "Rail list",
            "components/rail_list.html",
            {
                "": {
                    "body": drawn(
                        "rail_item",
                        body="Payments",
                        detail="Jonas Weber, backup Mei Tan",
                        end="until 18:00",
                        url="#main",
                    )
                }
            },
        ),
        Sample("Due list", "components/due_list.html", {"": {"deadlines": deadlines}}),
        Sample(
            "Gap note",
            "components/gap_note.html",
            {
                "": {
                    "body": format_html(
                        "<b>{}</b> {}",
                        "Nobody is on call for Data warehouse until 18:00.",
                        "We skip that step and call the next person at once.",
                    )
                }
            },
        ),
        Sample(
            "Disclosure",
            "components/disclosure.html",
            {
                "": {
                    "summary": "How we count",
                    "fold_id": "sample-fold",
                    "body": "From the first call to the first answer. Drills do not count.",
                }
            },
        ),
        Sample("Figure", "components/figure.html", {"": {"one": figure}}),
        Sample(
            "Empty",
            "components/empty.html",
            {
                "": {
                    "body": "No roster yet.",
                    "act": drawn(
                        "button",
                        text="Add the first",
                        look="",
                        symbol="",
                        url="#main",
                        button_id="",
                    ),
                }
            },
        ),
    ]
