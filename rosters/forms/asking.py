"""Forms that ask why, once and in one line."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.portal.fields import PlainCharField
from rosters.logic.reasons import in_one_line

WHY_MISSING = "Say why in one line. Whoever reads the history will want to know."


class WhyField(PlainCharField):
    """One line that says why, for the history; without a word in it there is none."""

    def __init__(self, **options: Any) -> None:
        merged: dict[str, Any] = {
            "label": "Why?",
            "max_length": 200,
            "help_text": "It stands in the history, behind “because”.",
            "error_messages": {"required": WHY_MISSING},
        } | options
        super().__init__(**merged)

    def clean(self, value: object) -> str:
        line = in_one_line(super().clean(value))
        if self.required and not line:
            raise ValidationError(WHY_MISSING, code="required")
        return line


def expecting(form: forms.Form, revision: str) -> None:
    """The form, sent once more, writes over what stands now; its reader has seen that."""
    sending(form, "was", revision)


def sending(form: forms.Form, name: str, value: str) -> None:
    """The form, sent once more, says this; its reader has seen what it means."""
    sent: Any = form.data
    sent = sent.copy()
    sent[name] = value
    form.data = sent


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


class WhyForm(ReasonForm):
    """Why a file is applied: it stands in the history of everything that it changes."""

    reason = PlainCharField(
        label="Why?",
        max_length=200,
        help_text="One line. It stands in the history of everything the file changes.",
        error_messages={"required": "Say in one line why."},
    )
