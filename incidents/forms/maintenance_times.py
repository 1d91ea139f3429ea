"""Leaving out one time of planned work, or moving it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import PlainCharField
from incidents.forms.days import WallTimeInput, typed_instant
from incidents.logic.maintenance import Spell
from incidents.logic.maintenance_keeping import Mistake
from rosters.logic.reasons import in_one_line

LEAVE_OUT, MOVE = "leave_out", "move"


class TimeForm(forms.Form):
    """One of the coming times: left out, or at another time of the window's own zone."""

    on = forms.TypedChoiceField(
        label="Which time",
        coerce=date.fromisoformat,
        error_messages={
            "required": "Choose one of its times.",
            "invalid_choice": "Choose a time of the list. It may have begun meanwhile.",
        },
    )
    act = forms.ChoiceField(
        label="What becomes of it",
        choices=[(LEAVE_OUT, "Leave it out"), (MOVE, "Move it")],
        error_messages={"required": "Choose what becomes of it."},
    )
    starts_at = forms.CharField(label="Moved: from", required=False, widget=WallTimeInput)
    ends_at = forms.CharField(label="Moved: until", required=False, widget=WallTimeInput)
    reason = PlainCharField(
        label="Why", max_length=200, error_messages={"required": "Say why, in a few words."}
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        choices: Sequence[tuple[date, str]],
        zone: ZoneInfo,
    ) -> None:
        super().__init__(data, auto_id="time_%s")
        self.zone = zone
        field: Any = self.fields["on"]
        field.choices = [(on.isoformat(), words) for on, words in choices]

    def clean_reason(self) -> str:
        return in_one_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("act") == MOVE:
            for name, missing in (("starts_at", "Say from when."), ("ends_at", "Say until when.")):
                cleaned[name] = self._instant(name, cleaned.get(name, ""), missing)
        return cleaned

    def _instant(self, name: str, text: str, missing: str) -> datetime | None:
        if not text.strip():
            self.add_error(name, missing)
            return None
        try:
            return typed_instant(text.strip(), self.zone, is_end=name == "ends_at")
        except ValidationError as error:
            self.add_error(name, error)
            return None

    @property
    def to(self) -> Spell | None:
        """Where it is moved, for a form that is valid; None: it is left out."""
        asked = self.cleaned_data
        return Spell(asked["starts_at"], asked["ends_at"]) if asked["act"] == MOVE else None

    def refuse(self, mistakes: Sequence[Mistake]) -> None:
        """Each mistake stands next to its field."""
        for one in mistakes:
            self.add_error(one.field if one.field in self.fields else None, one.text)
