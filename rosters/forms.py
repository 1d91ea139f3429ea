"""Forms of rosters; each refuses with a sentence."""

import re
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.portal import clock
from config.portal.fields import PlainCharField
from rosters.enums import Channel
from rosters.logic.cells import Known, problems
from rosters.logic.reasons import in_one_line
from rosters.logic.walltime import instant
from rosters.models import ContactPoint, MatrixEntry, Person, Rotation
from rosters.operations.preferences import Preferences
from rosters.queries import cells

PHONE_NUMBER = re.compile(r"\+[1-9][0-9 ().-]{4,}[0-9]")
AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905
)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class ContactPointForm(forms.ModelForm):  # type: ignore[type-arg]
    """The address must suit its channel: a typing error is found here, not at three at night.

    A new address begins untested, whatever was known of the old one.
    """

    class Meta:
        model = ContactPoint
        fields = ("person", "channel", "address", "label")

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        address = str(cleaned.get("address") or "")
        why_not = why_not_address(str(cleaned.get("channel") or ""), address)
        if address and why_not:
            self.add_error("address", why_not)
        if {"person", "channel", "address"} & set(self.changed_data):
            point = self.instance
            point.verified_at = point.last_tested_at = point.last_failed_at = None
            point.last_failure = ""
        return cleaned


def why_not_address(channel: str, address: str) -> str | None:
    """Whether an address suits its channel."""
    if channel == Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            return f"“{address}” is not an e-mail address."
    elif channel and not PHONE_NUMBER.fullmatch(address):
        return "Write the number with its country code, such as +49 30 901820."
    return None


class MatrixEntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """One cell of the contact matrix, held to the same rules as the grid and a file."""

    class Meta:
        model = MatrixEntry
        fields = (
            "role",
            "service",
            "team",
            "severity",
            "and_worse",
            "hours",
            "person",
            "backup",
            "roster",
            "valid_from",
            "valid_to",
        )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if self.errors or not cleaned.get("role"):
            return cleaned
        entry = self.instance
        for name in set(self.Meta.fields) & set(cleaned):
            setattr(entry, name, cleaned[name])
        now = clock.act_now()
        spec = cells.spec_of(entry, cells.named_hours({entry.hours_id} - {None}))
        known = {
            one.pk: Known(one.full_name, None if one.pk in self._named_before() else one.left_at)
            for one in (entry.person, entry.backup)
            if one
        }
        beside = cells.beside(entry, now=now)
        for problem in problems(spec, others=beside, people=known, at=now, today=now.date()):
            self.add_error(problem.field if problem.field in self.fields else None, problem.text)
        return cleaned

    def _named_before(self) -> set[object]:
        """Whom it names already: that somebody has left does not stop a change of another field."""
        return {self.initial.get("person"), self.initial.get("backup")}


class RotationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Rotation
        fields = ("layer", "starts_on", "handover_at", "ends_on", "unit", "length")

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
        if not text:
            return None
        try:
            wall = datetime.fromisoformat(text)
        except ValueError:
            raise ValidationError(
                f"“{text[:30]}” is not a day and a time. Write it as 2026-11-24 03:00."
            ) from None
        if not FIRST_DAY <= wall.date() <= LAST_DAY:
            raise ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return wall.astimezone(UTC) if wall.tzinfo else instant(wall, self.zone)


class ReasonForm(forms.Form):
    """Why somebody wants to see the numbers of somebody else."""

    reason = PlainCharField(
        max_length=200,
        error_messages={"required": "Say why you need the number. One line is enough."},
    )

    def clean_reason(self) -> str:
        """One line that says something."""
        line = in_one_line(self.cleaned_data["reason"])
        if not line:
            raise forms.ValidationError(
                self.fields["reason"].error_messages["required"], code="required"
            )
        return line


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the reader wants to read Muster."""

    class Meta:
        model = Person
        fields = ("time_zone", "theme", "uses_shortcuts")
        widgets: ClassVar = {"theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone",
            choices=_zones(self.instance.time_zone),
            error_messages={"invalid_choice": "Choose one of the time zones."},
        )

    def wanted(self) -> Preferences:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Preferences(answers["time_zone"], answers["theme"], answers["uses_shortcuts"])


def _zones(own: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by continent; the reader's own is among them even when it is an alias."""
    by_area: dict[str, list[tuple[str, str]]] = {"Other": [("UTC", "UTC")]}
    for name in sorted(available_timezones() | {own}):
        area, _, city = name.partition("/")
        if area in AREAS and city:
            by_area.setdefault(area, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return list(by_area.items())
