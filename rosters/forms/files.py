"""The form that takes a file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rosters.enums import ImportSubject
from rosters.intake.files import MOST_BYTES, too_large


class UploadForm(forms.Form):
    """A file, and what it brings in."""

    subject = forms.ChoiceField(
        label="What does it bring in?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what the file brings in.",
            "invalid_choice": "Choose one of these.",
        },
    )
    file = forms.FileField(
        label="The file",
        help_text="CSV or XLSX, up to 10 MB and 20,000 rows.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "invalid": "Choose a file.",
            "max_length": "The name of the file is too long. Shorten it.",
        },
        max_length=200,
    )

    def __init__(self, *args: Any, subjects: Sequence[ImportSubject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, str(one.label)) for one in subjects]
        field = self.fields["subject"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
            lists = " and ".join(name.lower() for _, name in choices)
            field.error_messages["invalid_choice"] = (
                f"You can bring in: {lists}. An administrator can bring in the rest."
            )
        if len(choices) == 1:
            field.initial = choices[0][0]

    def clean_file(self) -> Any:  # noqa: ANN401  # Django's uploaded file
        """One that is not too large to be read."""
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise ValidationError(too_large(sent.size))
        return sent
