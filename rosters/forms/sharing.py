"""Forms of shifts that change hands."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.enums import OverrideKind
from rosters.forms.days import WallTimeInput, typed_instant
from rosters.logic.reasons import in_lines, in_one_line
from rosters.logic.spans import Span
from rosters.models import Person, Roster
from rosters.operations.overriding import Wanted
from rosters.operations.swapping import Gift
from rosters.queries import sharing

NOBODY_LIKE_THIS = "Choose somebody of the list."


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of this roster or its team."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid_choice": NOBODY_LIKE_THIS, "required": "Choose who."}
        super().__init__(Person.objects.none(), error_messages=messages, **kwargs)

    def label_from_instance(self, person: Person) -> str:
        return str(person.full_name)


class MeOrAnother(PersonChoice):
    """The reader, who stands first as "Me", or somebody of this roster or its team."""

    reader: Person

    def offer(self, people: QuerySet[Person], *, reader: Person) -> None:
        self.reader = reader
        self.queryset = people.exclude(pk=reader.pk)

    def to_python(self, value: object) -> Person | None:
        chosen = None if str(value) == str(self.reader.pk) else super().to_python(value)
        return chosen or self.reader


class WindowForm(forms.Form):
    """From when until when, as wall time in the reader's zone, and why."""

    starts_at = forms.CharField(
        label="From", widget=WallTimeInput, error_messages={"required": "Say from when."}
    )
    ends_at = forms.CharField(
        label="Until", widget=WallTimeInput, error_messages={"required": "Say until when."}
    )
    reason = PlainCharField(
        label="Why", required=False, max_length=200, help_text="Whoever it concerns reads it."
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def asked_span(self) -> Span | None:
        """The time that is filled in, whether typed or asked for by the address; None for none."""
        texts = [str(self[name].value() or "").strip() for name in ("starts_at", "ends_at")]
        try:
            starts_at, ends_at = (typed_instant(text, self.zone) for text in texts)
        except ValidationError:
            return None
        return starts_at, ends_at

    def clean_starts_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["starts_at"]).strip(), self.zone)

    def clean_ends_at(self) -> datetime:
        return typed_instant(str(self.cleaned_data["ends_at"]).strip(), self.zone, is_end=True)

    def clean_reason(self) -> str:
        return in_one_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It must end after it starts.")
        return cleaned


class TakeForm(WindowForm):
    """The reader goes on call, instead of somebody or in a gap; keepers put anybody on call."""

    person = MeOrAnother(label="Who is on call", empty_label="Me")
    instead_of = PersonChoice(
        label="Instead of", required=False, empty_label="Nobody: in a gap, or beside them"
    )
    kind = forms.ChoiceField(
        label="What changes",
        required=False,
        choices=[
            ("", "Whoever comes is called"),
            (OverrideKind.REMOVE, "Nobody comes"),
            (OverrideKind.SHADOW, "Whoever comes learns, and is not called"),
        ],
        error_messages={"invalid_choice": "Choose one of the list."},
    )
    use_required_attribute = False
    field_order = ("kind", "person", "instead_of", "starts_at", "ends_at", "reason")

    def __init__(
        self, *args: Any, roster: Roster, reader: Person, may_arrange: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        people = sharing.people_of(roster)
        self.fields["instead_of"].queryset = people  # type: ignore[attr-defined]
        if may_arrange:
            self.fields["person"].offer(people, reader=reader)  # type: ignore[attr-defined]
        else:
            del self.fields["person"], self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind = cleaned.get("kind", "")
        if kind == OverrideKind.REMOVE and not cleaned.get("instead_of"):
            self.add_error("instead_of", "Say who is not there.")
        return cleaned

    def wanted(self) -> Wanted:
        """The answers, for the operation."""
        answers = self.cleaned_data
        person, goes = answers.get("person") or self.reader, answers.get("instead_of")
        kind = OverrideKind(answers.get("kind") or (OverrideKind.REPLACE if goes else "add"))
        if kind == OverrideKind.REMOVE:
            person = None
        if kind == OverrideKind.SHADOW:
            goes = None
        return Wanted(
            kind, answers["starts_at"], answers["ends_at"], person, goes, answers["reason"]
        )


class GiveForm(WindowForm):
    """A shift is given away: to one person, or to whoever of the team takes it."""

    asked_of = PersonChoice(
        label="Who is asked", required=False, empty_label="Everybody of the roster and its team"
    )
    wants_return = forms.BooleanField(
        label="I would like a shift in exchange",
        required=False,
        help_text="Whoever takes it offers one of theirs, and you accept or not.",
    )
    field_order = ("starts_at", "ends_at", "asked_of", "wants_return", "reason")

    def __init__(self, *args: Any, roster: Roster, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["asked_of"].queryset = sharing.people_of(roster).exclude(pk=person.pk)  # type: ignore[attr-defined]

    def gift(self) -> Gift:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Gift(
            self.person,
            answers["starts_at"],
            answers["ends_at"],
            answers["asked_of"],
            answers["wants_return"],
            answers["reason"],
        )


SENT_TWICE = "This was sent twice, in different words. Send one of them."


class NoteForm(forms.Form):
    """What the next one needs to know."""

    text = forms.CharField(
        label="What the next one needs to know",
        widget=forms.Textarea({"rows": 6}),
        max_length=4000,
        strip=True,
        help_text="What is open, what to watch, what can wait. No passwords.",
        error_messages={
            "required": "Write what the next one needs to know.",
            "max_length": "At most 4,000 characters. Link to the rest.",
        },
    )

    def clean_text(self) -> str:
        text = in_lines(str(self.cleaned_data["text"]))
        sent = self.data.getlist("text") if isinstance(self.data, QueryDict) else ()
        if len(set(sent)) > 1:
            raise ValidationError(SENT_TWICE)
        if not any(one.isalnum() for one in text):
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text
