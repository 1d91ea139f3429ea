"""The forms of one review: its texts, a factor, an action item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.forms import formset_factory

from config.portal.fields import PlainCharField
from reviews.enums import ActionKind
from reviews.forms.beside import Beside
from reviews.logic.actions import EVIDENCE_LENGTH, TITLE_LENGTH
from reviews.operations.actions import ActionDraft
from rosters.models import Person

LINES = 50
FACTOR_LENGTH = 500
INCOMPLETE_FORM = "This form arrived incomplete. Load the page again."
INCOMPLETE = {
    "missing_management_form": INCOMPLETE_FORM,
    "too_many_forms": f"Keep {LINES} lines or fewer.",
}


class TextField(PlainCharField):
    """A long text, which may stay empty for now; `needed_to` says for what it must not."""

    def __init__(self, *, needed_to: str = "", **more: Any) -> None:
        super().__init__(**more)
        self.needed_to = needed_to


def _text(label: str, prompt: str, *, most: int, rows: int, needed_to: str = "") -> TextField:
    return TextField(
        needed_to=needed_to,
        label=label,
        help_text=prompt,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": f"Use {most} characters or fewer."},
    )


class TextsForm(forms.Form):
    """The story and what surrounds it, with the revision that was read."""

    revision = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), INCOMPLETE_FORM),
    )
    story = _text(
        "Tell the story",
        "What did people see first, and what did it make them think? How did they find out how many"
        " customers it was? How did they know that it was over?",
        most=10000,
        rows=10,
        needed_to="publish",
    )
    went_well = _text(
        "What helped", "What made it shorter or smaller? Keep doing that.", most=5000, rows=4
    )
    was_lucky = _text(
        "Where we were lucky",
        "What could easily have made it longer or worse?",
        most=5000,
        rows=4,
    )
    escalation_look_back = _text(
        "What would have made it easier to ask for help earlier?",
        "Think of the screen, the rule and the hour. Not of the person.",
        most=5000,
        rows=4,
    )


class FactorForm(forms.Form):
    """One condition that contributed; an empty line is none."""

    text = PlainCharField(
        label="What made it possible",
        required=False,
        max_length=FACTOR_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"Use {FACTOR_LENGTH} characters or fewer."},
    )


class ActionForm(forms.Form):
    """One action item; a line without title, owner and date is none."""

    pk = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": INCOMPLETE_FORM}
    )
    title = PlainCharField(
        label="What we will do",
        max_length=TITLE_LENGTH,
        error_messages={
            "required": "Say what we will do, starting with a verb.",
            "max_length": f"Use {TITLE_LENGTH} characters or fewer to say what we will do.",
        },
    )
    owner = forms.TypedChoiceField(
        coerce=int,
        error_messages={
            "required": "Choose one owner.",
            "invalid_choice": "Choose one of the people in the list.",
        },
    )
    due_date = forms.DateField(
        label="Due",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the day by which it is done.",
            "invalid": "Write the day like 2026-12-04.",
        },
    )
    kind = forms.ChoiceField(
        label="It helps us",
        choices=ActionKind.choices,
        initial=ActionKind.PREVENT,
        error_messages={"invalid_choice": "Choose what it helps us with."},
    )

    def __init__(self, *args: Any, people: Sequence[Person], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        self.beside = Beside()
        names = [(person.pk, _name(person, now=now)) for person in people]
        self.fields["owner"].choices = [("", "Choose one person"), *names]  # type: ignore[attr-defined]

    def draft(self) -> ActionDraft:
        """What was typed. Only when it is valid and not an empty line."""
        data = self.cleaned_data
        owner = self.people[data["owner"]]
        return ActionDraft(data["title"], data["kind"], owner, data["due_date"], data["pk"])


def _name(person: Person, *, now: datetime) -> str:
    """Somebody who will leave is still here until then."""
    has_left = person.has_left(now)
    return f"{person.full_name} (has left)" if has_left else person.full_name


class EvidenceForm(forms.Form):
    """How we know that an action item is done."""

    evidence = PlainCharField(
        required=False,
        max_length=EVIDENCE_LENGTH,
        error_messages={"max_length": f"Use {EVIDENCE_LENGTH} characters or fewer."},
    )


FactorLines = formset_factory(
    FactorForm, extra=1, max_num=LINES, absolute_max=2 * LINES, validate_max=True
)
ActionLines = formset_factory(
    ActionForm, extra=1, max_num=LINES, absolute_max=2 * LINES, validate_max=True, can_delete=True
)
