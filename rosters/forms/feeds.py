"""Calendars: out to other programs, and in from them."""

from typing import Any

from django import forms

from config.portal.fields import PlainCharField
from rosters.logic.reasons import in_one_line
from rosters.models import Roster


class CalendarForm(forms.Form):
    """A new calendar address: of the reader's own shifts, or of one roster."""

    roster = forms.ModelChoiceField(
        Roster.objects.none(),
        label="Which shifts",
        required=False,
        empty_label="All my shifts",
        to_field_name="slug",
        error_messages={"invalid_choice": "Choose one of the rosters."},
    )
    name = PlainCharField(
        label="Where you will use it",
        required=False,
        max_length=60,
        help_text="So that you know later which one to end: my phone.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roster"].queryset = Roster.objects.order_by("name")  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return in_one_line(self.cleaned_data["name"])
