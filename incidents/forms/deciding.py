"""Roles, decisions, the root cause and the authority: what people fill in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms

from config.portal.fields import PlainCharField
from config.portal.refusals import Refused
from incidents.enums import ApprovalAnswer
from incidents.forms import MilestoneForm
from incidents.logic.access import State
from incidents.logic.deciding import Choice
from incidents.models import DecisionKind, ImpactClass
from incidents.operations.deciding import Matter
from incidents.queries.authority import closes
from incidents.queries.harm import chosen
from rosters.models import StakeholderRole

TEXT_LENGTH = 200
TOO_LONG = f"Use {TEXT_LENGTH} characters or fewer."
LONGEST_NUMBER = 12


def number(typed: str) -> int:
    """The number that somebody chose; 0 for what is none."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER
    return int(typed) if is_number else 0


class DecideForm(forms.Form):
    """What is decided, or asked for. `key` makes sending it twice count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what is to be decided.",
            "invalid_choice": "Choose one of the list.",
        },
    )
    detail = PlainCharField(
        required=False, max_length=TEXT_LENGTH, error_messages={"max_length": TOO_LONG}
    )

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = choices
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a choice field has them
            (str(one.kind.kind_id), one.kind.name) for one in choices
        ]

    @classmethod
    def fresh(cls, choices: Sequence[Choice]) -> "DecideForm":
        """A form with a key of its own."""
        return cls(initial={"key": uuid4()}, choices=choices)

    def once_more(self, refused: Refused) -> "DecideForm":
        """What was typed, to be sent again by a fresh press; the refusal stands above it."""
        data = {name: self.data[name] for name in self.data} | {"key": str(uuid4())}
        form = DecideForm(data, choices=self.found)
        form.add_error(None, str(refused))
        return form

    @property
    def matter(self) -> Matter:
        """What was chosen, for a form that is valid."""
        data = self.cleaned_data
        return Matter(DecisionKind.objects.get(pk=data["kind"]), data["key"], data["detail"])


class ApprovalForm(forms.Form):
    """Yes, no, or taken back; with a word if there is one."""

    answer = forms.ChoiceField(
        choices=ApprovalAnswer,
        error_messages={
            "required": "Press one of the buttons.",
            "invalid_choice": "Press one of the buttons.",
        },
    )
    note = PlainCharField(
        required=False, max_length=TEXT_LENGTH, error_messages={"max_length": TOO_LONG}
    )


class RoleForm(forms.Form):
    """A role to take, to have somebody asked for, or to give back; with a brief."""

    role = forms.CharField(error_messages={"required": "Choose a role."})
    act = forms.ChoiceField(
        choices=[("take", "Take"), ("ask", "Ask"), ("back", "Give back")],
        error_messages={
            "required": "Press one of the buttons.",
            "invalid_choice": "Press one of the buttons.",
        },
    )
    brief = PlainCharField(
        required=False, max_length=TEXT_LENGTH, error_messages={"max_length": TOO_LONG}
    )

    def clean_role(self) -> StakeholderRole:
        found = StakeholderRole.objects.filter(pk=number(self.cleaned_data["role"])).first()
        if found is None:
            raise forms.ValidationError("Choose one of the roles.")
        return found


class CauseForm(forms.Form):
    """What made it possible."""

    cause = PlainCharField(
        label="What made it possible",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write what made it possible.",
            "max_length": "Use 600 characters or fewer.",
        },
    )


class RestrictForm(forms.Form):
    """Which kind of harm closes it."""

    impact = forms.CharField(error_messages={"required": "Choose what kind of harm it is."})

    def clean_impact(self) -> ImpactClass:
        found = chosen(self.cleaned_data["impact"])
        if found is None or not closes(found):
            raise forms.ValidationError("Choose one of the list.")
        return found


class ToldForm(MilestoneForm):
    """When the authority was told, and under which reference."""

    reference = PlainCharField(
        max_length=TEXT_LENGTH,
        error_messages={
            "required": "Write the reference that the authority gave, or “none”.",
            "max_length": TOO_LONG,
        },
    )

    @classmethod
    def fresh(cls, *, zone: ZoneInfo, state: State, now: datetime) -> "ToldForm":
        initial = {"at": now.astimezone(zone).replace(tzinfo=None)}
        return cls(initial=initial, zone=zone, state=state, now=now)


class NeedlessForm(forms.Form):
    """Why no authority must be told."""

    because = PlainCharField(
        max_length=TEXT_LENGTH,
        error_messages={"required": "Write why not.", "max_length": TOO_LONG},
    )
