"""The list of alert sources: columns, and what it can be narrowed to."""

from collections.abc import Sequence
from typing import ClassVar

import django_tables2 as tables
from django import forms

from config.portal.columns import FragmentColumn
from config.portal.fields import UNKNOWN_CHOICE
from incidents.intake.kinds import choices
from incidents.logic.source_state import SourceState
from incidents.queries.signal_sources import SourceRow

STATES = [
    ("", "All"),
    (SourceState.REFUSED.value, "Refused"),
    (SourceState.SILENT.value, "Fell silent"),
    (SourceState.NEW.value, "Not heard yet"),
    (SourceState.WELL.value, "Reports"),
    (SourceState.OFF.value, "Switched off"),
]


class SourceFilter(forms.Form):
    """A few dozen rows that are read already, so they are narrowed as they stand."""

    q = forms.CharField(required=False, label="Search")
    state = forms.ChoiceField(
        choices=STATES, required=False, label="State", error_messages=UNKNOWN_CHOICE
    )
    kind = forms.ChoiceField(required=False, label="Tool", error_messages=UNKNOWN_CHOICE)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["kind"].choices = [("", "All"), *choices()]  # type: ignore[attr-defined]

    def narrowed(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        """The rows that fit; all of them while the form cannot be read."""
        if not self.is_valid():
            return list(rows)
        asked = self.cleaned_data
        words = asked["q"].casefold()
        return [
            row
            for row in rows
            if words in _text(row)
            and asked["state"] in ("", row.state)
            and asked["kind"] in ("", row.source.kind)
        ]


def _text(row: SourceRow) -> str:
    kind = row.kind.name if row.kind else row.source.kind
    return f"{row.source.name} {kind} {row.source.owner_team or ''}".casefold()


class SourceTable(tables.Table):  # type: ignore[misc]  # published untyped
    """One source a row, those in trouble first."""

    name = FragmentColumn(
        template_name="incidents/signals/_cell_name.html",
        accessor="source__name",
        verbose_name="Source",
    )
    state = FragmentColumn(
        template_name="incidents/signals/_cell_state.html", orderable=False, verbose_name="State"
    )
    said = FragmentColumn(
        template_name="incidents/signals/_cell_said.html",
        empty_values=(),
        orderable=False,
        verbose_name="What it said last",
        attrs={"td": {"class": "full"}},
    )
    requests = FragmentColumn(
        template_name="incidents/signals/_cell_requests.html", verbose_name="Requests in 24 h"
    )
    apart = FragmentColumn(
        template_name="incidents/signals/_cell_apart.html",
        empty_values=(),
        orderable=False,
        verbose_name="Alerts without an incident",
    )

    class Meta:
        empty_text = "No source matches."
        attrs: ClassVar = {"caption": "Alert sources, one a row"}
