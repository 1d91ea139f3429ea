"""Planning a drill, and writing down what it showed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BoundField, formset_factory
from django.http import QueryDict

from config.portal.fields import PlainCharField
from config.portal.refusals import Refused
from reviews.enums import DrillKind
from reviews.forms.lines import INCOMPLETE
from reviews.logic import drills as rules
from reviews.operations.drills import CannotDrill, FindingDraft
from rosters.models import Person, Service

LINES = 30
EMPTY_LINES = 3
SHORTER = "Use {} characters or fewer."


def _people(people: Sequence[Person]) -> list[tuple[object, str]]:
    return [("", "Choose one person"), *((person.pk, person.full_name) for person in people)]


class PlanForm(forms.Form):
    """What is rehearsed, for which service, who leads, and when. Wall time of the reader."""

    title = PlainCharField(
        label="What do you rehearse?",
        help_text="One line: Nobody answers at night.",
        max_length=rules.TITLE_LENGTH,
        error_messages={
            "required": "Say what you rehearse: Nobody answers at night.",
            "max_length": SHORTER.format(rules.TITLE_LENGTH),
        },
    )
    service = forms.ModelChoiceField(
        Service.objects.select_related("owner_team").order_by("name"),
        to_field_name="slug",
        label="For which service?",
        empty_label="Choose one service",
        error_messages={
            "required": "Choose the service.",
            "invalid_choice": "Choose one of the services in the list.",
        },
    )
    kind = forms.ChoiceField(
        label="How?",
        choices=DrillKind.choices,
        error_messages={"invalid_choice": "Choose how you rehearse it."},
    )
    leader = forms.TypedChoiceField(
        label="Who leads it?",
        help_text="Leads it and writes down the result.",
        coerce=int,
        error_messages={
            "required": "Choose who leads it.",
            "invalid_choice": "Choose one of the people in the list.",
        },
    )
    planned_at = forms.DateTimeField(
        label="When?",
        help_text="By day, where the people you need are.",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Say when.",
            "invalid": "Write the time like 2026-12-04 14:00.",
        },
    )

    def __init__(self, *args: Any, people: Sequence[Person], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.people = {person.pk: person for person in people}
        self.fields["leader"].choices = _people(people)  # type: ignore[attr-defined]

    def clean_planned_at(self) -> datetime:
        typed: datetime = self.cleaned_data["planned_at"]
        return typed.replace(tzinfo=self.zone)

    def clean_leader(self) -> Person:
        return self.people[self.cleaned_data["leader"]]

    def refuse(self, refused: Refused) -> None:
        """The refusal stands next to the field that it is about."""
        field = refused.field if isinstance(refused, CannotDrill) else None
        self.add_error(field, str(refused))


class ResultForm(forms.Form):
    """Whether it worked, who answered, and what was seen."""

    passed = forms.TypedChoiceField(
        label="Did it work?",
        choices=[("yes", "It worked"), ("no", "It did not work")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say whether it worked.",
            "invalid_choice": "Choose one of the two.",
        },
    )
    asked = forms.IntegerField(
        label="How many people were asked?",
        required=False,
        min_value=0,
        max_value=rules.MOST_PEOPLE,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Write a number from 0 to {rules.MOST_PEOPLE}."
        ),
    )
    answered = forms.IntegerField(
        label="How many answered?",
        required=False,
        min_value=0,
        max_value=rules.MOST_PEOPLE,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Write a number from 0 to {rules.MOST_PEOPLE}."
        ),
    )
    summary = PlainCharField(
        label="What did you see?",
        help_text="Who answered, how long it took, where it stopped. Things, not faults of people.",
        required=False,
        max_length=rules.SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": SHORTER.format(rules.SUMMARY_LENGTH)},
    )


class FindingForm(forms.Form):
    """One finding; a line without anything is none."""

    text = PlainCharField(
        label="What did you find?",
        max_length=rules.TEXT_LENGTH,
        error_messages={
            "required": "Say what you found.",
            "max_length": SHORTER.format(rules.TEXT_LENGTH),
        },
    )
    owner = forms.TypedChoiceField(
        label="Who deals with it?",
        coerce=int,
        error_messages={
            "required": "Choose one owner.",
            "invalid_choice": "Choose one of the people in the list.",
        },
    )
    due_date = forms.DateField(
        label="By when?",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the day by which it is done.",
            "invalid": "Write the day like 2026-12-04.",
        },
    )

    def __init__(self, *args: Any, people: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    def draft(self) -> FindingDraft:
        """What was typed. Only when it is valid and not an empty line."""
        data = self.cleaned_data
        return FindingDraft(data["text"], self.people[data["owner"]], data["due_date"])


FindingLines = formset_factory(
    FindingForm, extra=EMPTY_LINES, max_num=LINES, absolute_max=2 * LINES, validate_max=True
)


class ResultEntry:
    """The result and its findings, read and judged together, as one form."""

    def __init__(self, *, people: Sequence[Person], data: QueryDict | None = None) -> None:
        self.result = ResultForm(data)
        self.findings = FindingLines(
            data, prefix="findings", error_messages=INCOMPLETE, form_kwargs={"people": people}
        )

    def is_valid(self) -> bool:
        return all([self.result.is_valid(), self.findings.is_valid()])

    def drafts(self) -> list[FindingDraft]:
        """The findings that were typed. Only after `is_valid`."""
        return [line.draft() for line in self.findings if line.cleaned_data]

    def refuse(self, refused: Refused) -> None:
        """The refusal stands where it belongs: next to a field, or above all."""
        draft = refused.draft if isinstance(refused, CannotDrill) else None
        field = refused.field if isinstance(refused, CannotDrill) else None
        for line in self.findings:
            if draft and line.cleaned_data and line.draft() == draft:
                line.add_error(field, str(refused))
                return
        self.result.add_error(field, str(refused))

    # What the error summary asks of a form

    @property
    def errors(self) -> bool:
        return self.result.is_bound and not self.is_valid()

    def non_field_errors(self) -> list[str]:
        own = chain(self.result.non_field_errors(), self.findings.non_form_errors())
        return [str(one) for one in own]

    def __iter__(self) -> Iterator[BoundField]:
        lines = (line.visible_fields() for line in self.findings)
        return chain(self.result.visible_fields(), *lines)
