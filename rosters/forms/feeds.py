"""Calendars: out to other programs, and in from them."""

from typing import Any

from django import forms

from config.portal.fields import PlainCharField
from rosters.logic.reasons import in_one_line
from rosters.models import Roster
from rosters.operations.calendars_in import Source


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


class SourceForm(forms.Form):
    """A calendar elsewhere that fills a layer. Changing the address leaves name and order alone."""

    use_required_attribute = False

    name = PlainCharField(
        label="What the layer is called",
        max_length=60,
        initial="Calendar",
        error_messages={"required": "Give the layer a name."},
    )
    priority = forms.TypedChoiceField(
        label="When it is asked",
        coerce=int,
        choices=[(1, "First"), (2, "Second, as the backup"), (3, "Third"), (4, "Fourth")],
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    address = PlainCharField(
        label="Its secret address",
        max_length=2000,
        help_text="Begins with https:// and often ends with .ics. We keep it encrypted.",
        error_messages={"required": "Paste the address of the calendar."},
    )
    reason = PlainCharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="It stands in the history.",
        error_messages={"required": "Say why in one line. It stands in the history."},
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason

    def clean_name(self) -> str:
        return in_one_line(self.cleaned_data["name"])

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).strip()

    def source(self) -> Source:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Source(answers["name"], answers["priority"], answers["address"])
