"""What is supposed when somebody asks what would happen; all of it stands in the address."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.portal.fields import UNKNOWN_CHOICE
from incidents.forms import ServiceField
from incidents.forms.days import PlainWallInput, typed_instant
from incidents.models import PolicyVersion
from incidents.queries.what_if import CHANNELS, Question
from rosters.enums import SeverityLevel
from rosters.models import Person
from rosters.queries import naming

ANSWERS = (
    ("0", _("Nobody answers")),
    ("1", _("The first person called")),
    ("2", _("The second person called")),
    ("3", _("The third person called")),
)
MOST = 120
MORE = ("answers", "after", "personal_data", "down", "away", "version")
"""What is folded away until it is asked for."""


class WhatIfForm(forms.Form):
    """A service, how bad, when, who answers, and what else is so."""

    service = ServiceField(label=_("Service"), error_messages={"required": _("Choose a service.")})
    severity = forms.TypedChoiceField(
        label=_("How bad"),
        choices=[
            (str(one.value), format_lazy("{} {}", one.code, _(one.word))) for one in SeverityLevel
        ],
        coerce=int,
        required=False,
        empty_value="1",
        error_messages=UNKNOWN_CHOICE,
    )
    at = forms.CharField(
        label=_("Starting at"),
        required=False,
        widget=PlainWallInput,
        help_text=_("A day and a time, like 2026-11-24 22:00. Empty: now."),
    )
    answers = forms.TypedChoiceField(
        label=_("And then"),
        choices=ANSWERS,
        coerce=int,
        required=False,
        empty_value="0",
        error_messages=UNKNOWN_CHOICE,
    )
    after = forms.IntegerField(
        label=_("Minutes after their call"),
        required=False,
        min_value=0,
        max_value=600,
        error_messages={
            "invalid": _("Write whole minutes."),
            "max_value": _("Use 600 minutes or fewer."),
            "min_value": _("Write 0 or more."),
        },
    )
    personal_data = forms.BooleanField(label=_("Personal data may be at risk"), required=False)
    down = forms.ChoiceField(
        label=_("What does not work"),
        choices=[("", _("All works")), *((key, _(name)) for key, name in CHANNELS.items())],
        required=False,
        error_messages=UNKNOWN_CHOICE,
    )
    away = forms.CharField(label=_("Who is away"), required=False, max_length=MOST)
    version = forms.TypedChoiceField(
        label=_("Beside it"),
        coerce=int,
        required=False,
        empty_value=None,
        error_messages=UNKNOWN_CHOICE,
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        zone: ZoneInfo,
        now: datetime,
        versions: Iterable[PolicyVersion] = (),
    ) -> None:
        typed = {
            name: (data or {}).get(name, "").replace("\0", "").strip()[:MOST]
            for name in self.base_fields
        }
        super().__init__(typed if data else None, auto_id="try_%s", use_required_attribute=False)
        self.zone, self.now = zone, now
        self.versions = {one.pk: one for one in versions}
        choices = [(str(one.pk), _said(one)) for one in versions]
        self.fields["version"].choices = [("", _("Nothing")), *choices]  # type: ignore[attr-defined]  # a choice

    def clean_at(self) -> datetime:
        typed = self.cleaned_data["at"].strip()
        return typed_instant(typed, self.zone) if typed else self.now

    def clean_away(self) -> Person | None:
        typed = self.cleaned_data["away"].strip()
        if not typed:
            return None
        meant = naming.person_meant(typed, now=self.now)
        if meant.person is None:
            raise ValidationError(meant.why_not)
        return meant.person

    @property
    def has_more(self) -> bool:
        """Whether anything beside the service, the severity and the time is supposed."""
        return any(str(self.data.get(name, "") or "0") != "0" for name in MORE)

    @property
    def question(self) -> Question:
        """What a valid form asks."""
        said: dict[str, Any] = self.cleaned_data
        return Question(
            said["service"],
            int(said["severity"]),
            said["at"],
            int(said["answers"]),
            timedelta(minutes=said["after"] or 0),
            said["personal_data"],
            said["down"],
            said["away"],
        )

    @property
    def chosen(self) -> PolicyVersion | None:
        """The version that stands beside the one in force."""
        return self.versions.get(self.cleaned_data.get("version") or 0)


def _said(version: PolicyVersion) -> str:
    words = _("Version {n}") if version.published_at else _("Version {n}, a draft")
    return words.format(n=version.number)
