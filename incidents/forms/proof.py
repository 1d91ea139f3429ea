"""What the findings of the proof are narrowed to, and why one may be quiet until when."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from incidents.enums import FindingKind
from incidents.forms.days import WallTimeInput, typed_instant
from incidents.forms.narrowing import NarrowedByService
from incidents.queries.findings import Asked
from rosters.enums import SeverityLevel

STATES = (("open", "Open"), ("silenced", "Silenced"), ("gone", "Mended"))
SEVERITIES = [("", "All"), *((str(one.value), one.label) for one in SeverityLevel)]


class FindingFilter(NarrowedByService):
    """What the list is narrowed to, kept in the address."""

    severity = forms.ChoiceField(
        label="Severity", required=False, choices=SEVERITIES, error_messages=UNKNOWN_CHOICE
    )
    kind = forms.ChoiceField(
        label="What",
        required=False,
        choices=[("", "All"), *FindingKind.choices],
        error_messages=UNKNOWN_CHOICE,
    )
    field_order = ("q", "service", "team", "severity", "kind")

    def asked(self, state: str) -> Asked:
        """What can be asked for, in one state."""
        return Asked(
            state,
            self.given("team"),
            self.given("service"),
            int(self.given("severity") or 0),
            self.given("kind"),
            self.given("q"),
        )


class SilenceForm(forms.Form):
    """Why a finding may stay, and until when."""

    reason = PlainCharField(
        label="Why may it stay so?",
        max_length=300,
        help_text="Everybody who looks at it reads this.",
        error_messages={"required": "Say why, in a few words."},
    )
    until = forms.CharField(
        label="Until",
        widget=WallTimeInput,
        help_text="Then we show it again, and sooner if it gets worse.",
        error_messages={"required": "Say until when."},
    )

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(data, **more)
        self.zone = zone

    def clean_until(self) -> datetime:
        return typed_instant(self.cleaned_data["until"].strip(), self.zone)
