"""Noise by rule and by service, as tables and as CSV."""

from typing import ClassVar

import django_tables2 as tables
from django.http import HttpResponse

from config.portal.columns import FragmentColumn
from config.portal.downloads import CSV, Page, table_file
from incidents.queries.noise import Report

NUMBER: dict[str, dict[str, str]] = {"td": {"class": "num"}, "th": {"class": "num"}}
HEADINGS = (
    "By",
    "Name",
    "Alerts",
    "Incidents",
    "Calls at night",
    "Not worth a call",
    "Answers",
    "Nobody heard before",
    "To look at",
)


class NoiseTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One rule a row."""

    name = FragmentColumn(template_name="incidents/signals/_cell_noise.html", verbose_name="Rule")
    alerts = tables.Column(attrs=NUMBER, verbose_name="Alerts")
    incidents = tables.Column(attrs=NUMBER, verbose_name="Incidents")
    nights = tables.Column(attrs=NUMBER, verbose_name="Calls at night")
    share = FragmentColumn(
        template_name="incidents/signals/_cell_noise_worth.html",
        attrs=NUMBER,
        verbose_name="Not worth a call",
    )

    class Meta:
        empty_text = "No rule yet."
        order_by = ("-nights",)
        attrs: ClassVar = {"caption": "What each rule cost, one a row"}


class ServiceNoiseTable(NoiseTable):
    """One service a row."""

    name = FragmentColumn(
        template_name="incidents/signals/_cell_noise.html", verbose_name="Service"
    )
    silences = tables.Column(attrs=NUMBER, verbose_name="Nobody heard before")

    class Meta:
        empty_text = "No alert and no incident in this time."
        order_by = ("-nights",)
        attrs: ClassVar = {"caption": "What each service cost, one a row"}


def noise_csv(report: Report) -> HttpResponse:
    """Both as one file."""
    rows = [("rule", one) for one in report.rules] + [("service", one) for one in report.services]
    found = (
        (
            by,
            one.name,
            one.alerts,
            one.incidents,
            one.nights,
            one.wasted,
            one.answers,
            one.silences,
            one.retire,
        )
        for by, one in rows
    )
    return table_file(f"noise-{report.days}-days", CSV, Page("Noise", HEADINGS, found))
