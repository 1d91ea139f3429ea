"""Forms of rotations and absences, and another time than now."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from config.portal.fields import PlainCharField
from rosters.forms.days import FIRST_DAY, LAST_DAY, WallTimeInput, typed_instant
from rosters.logic.reasons import in_one_line
from rosters.models import Absence, Layer, Roster, Rotation
from rosters.operations.absences import Window

RUNS = "This roster is published. Set it up on its own page, which keeps what has been as it was."


class LayerRowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A layer of a draft; a published roster is set up on its own page."""

    class Meta:
        model = Layer
        fields = ("roster", "name", "priority", "time_zone", "is_shadow")

    def clean_roster(self) -> Roster:
        roster: Roster = self.cleaned_data["roster"]
        if not roster.is_draft:
            raise ValidationError(RUNS)
        return roster


class RotationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rotation
        fields = (
            "layer",
            "starts_on",
            "handover_at",
            "ends_on",
            "unit",
            "length",
        )

    def clean_layer(self) -> Layer:
        layer: Layer = self.cleaned_data["layer"]
        if not layer.roster.is_draft:
            raise ValidationError(RUNS)
        return layer

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if not FIRST_DAY <= starts_on <= LAST_DAY:
            raise ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return starts_on

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on <= starts_on:
            self.add_error("ends_on", "It must end after it starts.")
        return cleaned


class WhenForm(forms.Form):
    """Another time than now, as wall time in the reader's zone."""

    at = forms.CharField(required=False, widget=forms.TextInput({"type": "datetime-local"}))

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime | None:
        text = str(self.cleaned_data["at"]).strip()
        return typed_instant(text, self.zone) if text else None


class AbsenceForm(forms.Form):
    """From when until when somebody is away, as wall time in the reader's zone, and why."""

    starts_at = forms.CharField(
        label="From",
        widget=WallTimeInput,
        error_messages={"required": "Say from when."},
    )
    ends_at = forms.CharField(
        label="Until",
        widget=WallTimeInput,
        error_messages={"required": "Say until when."},
    )
    reason = PlainCharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="Only those who keep absences read it.",
    )

    def __init__(
        self, *args: Any, zone: ZoneInfo, held: Absence | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.held = held

    def clean_starts_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["starts_at"]).strip(), self.zone)

    def clean_ends_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["ends_at"]).strip(), self.zone, is_end=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It must end after it starts.")
        return cleaned

    def window(self) -> Window:
        """The answers, for the operation."""
        answers = dict(self.cleaned_data)
        for name in {"starts_at", "ends_at"} - set(self.changed_data):
            if self.held:  # of two equal wall times, the one that it was
                answers[name] = getattr(self.held, name)
        return Window(answers["starts_at"], answers["ends_at"], in_one_line(answers["reason"]))
