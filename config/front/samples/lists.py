"""Lists, tables and figures."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import django_tables2 as tables

from config.front.samples.sample import Sample
from config.portal.sentences import sentence


class _Table(tables.Table):  # type: ignore[misc]  # published without types
    service = tables.Column()
    incidents = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    median = tables.Column(verbose_name="Median to contain", orderable=False)

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
    figure = SimpleNamespace(
        name="Action items done on time",
        number=14,
        total=18,
        sentence=sentence("Two are overdue. The oldest is {n} days overdue.", n=3),
    )
    return [
        Sample(
            "Summary list",
            "components/summary.html",
            {"": {"rows": [("Owner", "Payments"), ("If it breaks", "Customers cannot pay.")]}},
        ),
        Sample("Table", "components/table.html", {"": {"table": _Table(rows)}}, is_wide=True),
        Sample(
            "Rail list",
            "components/rail_list.html",
            {
                "": {
                    "items": [
                        {
                            "name": "Payments",
                            "detail": "Jonas Weber, backup Mei Tan",
                            "end": "until 18:00",
                            "url": "#main",
                        }
                    ]
                }
            },
        ),
        Sample("Due list", "components/due_list.html", {"": {"deadlines": deadlines}}),
        Sample(
            "Gap note",
            "components/gap_note.html",
            {
                "": {
                    "strong": "Nobody is on call for Data warehouse until 18:00.",
                    "text": "We skip that step and call the next person at once.",
                    "url": "#main",
                    "act": "Find cover",
                }
            },
        ),
        Sample(
            "Disclosure",
            "components/disclosure.html",
            {
                "": {
                    "summary": "How we count",
                    "body": "components/summary.html",
                    "fold_id": "sample-fold",
                    "rows": [("Median", "Half were faster.")],
                }
            },
        ),
        Sample("Figure", "components/figure.html", {"": {"figure": figure}}),
        Sample(
            "Empty",
            "components/empty.html",
            {"": {"text": "No roster yet.", "url": "#main", "act": "Add the first"}},
        ),
    ]
