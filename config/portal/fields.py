"""Form fields that several apps share."""

from django import forms

UNKNOWN_CHOICE = {
    "invalid_choice": "We do not know this one, so nothing is left out. Choose one of the list."
}
"""What a filter says of a value in the address that is none of its own."""


class PlainCharField(forms.CharField):
    """Text as PostgreSQL can keep it: one kind of line end, no NUL, no lone surrogates."""

    def to_python(self, value: object) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def clean(self, value: object) -> str:
        text: str = super().clean(value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise forms.ValidationError("Remove the characters that cannot be read.")
        return text
