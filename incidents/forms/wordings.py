"""Writing the words of a message."""

from django import forms

from config.portal.fields import PlainCharField
from incidents.operations.wordings import WHY_LENGTH


class WordingForm(forms.Form):
    """The words, and why they change. What they must hold is said by the operation."""

    text = PlainCharField(
        label="Words",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
        error_messages={"required": "Write the words."},
    )
    why = PlainCharField(
        label="Why",
        max_length=WHY_LENGTH,
        help_text="It stands in the list of versions.",
        error_messages={
            "required": "Say why: it stands in the list of versions.",
            "max_length": f"Use {WHY_LENGTH} characters or fewer.",
        },
    )
