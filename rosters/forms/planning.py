"""What is planned for which weeks, taking a plan over, and wishes."""

from datetime import date

from django import forms

from config.portal.fields import PlainCharField
from rosters.enums import WishKind
from rosters.forms.asking import WhyField
from rosters.forms.days import FIRST_DAY, LAST_DAY
from rosters.logic.reasons import in_one_line
from rosters.operations.wishes import Wished
from rosters.queries.planning import Asked

WEEKS = [(2, "2 weeks"), (4, "4 weeks"), (8, "8 weeks")]
USUAL = 4


class DayInput(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that can be meant."""

    def __init__(self, *, label: str) -> None:
        super().__init__(
            label=label,
            widget=DayInput(),
            input_formats=["%Y-%m-%d"],
            error_messages={
                "required": "Choose a day.",
                "invalid": "That is not a day. Write it as 2026-12-24.",
            },
        )

    def clean(self, value: object) -> date:
        day: date = super().clean(value)
        if not FIRST_DAY < day < LAST_DAY:
            raise forms.ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
        return day


class PlanForm(forms.Form):
    """From which day, for how many weeks; kept in the address."""

    first_day = DayField(label="From the first hand-over on or after")
    weeks = forms.TypedChoiceField(choices=WEEKS, coerce=int, label="For")

    def asked(self, usual: date) -> Asked:
        """The answers; what cannot be understood is the usual."""
        self.is_valid()
        said = self.cleaned_data
        return Asked(said.get("weeks") or USUAL, said.get("first_day") or usual)


class TakeForm(PlanForm):
    """The plan that was read, and why it is taken over."""

    expects = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = WhyField(help_text="It stands in the history of the roster.")


class WishForm(forms.Form):
    """When somebody would rather not, or gladly, be on call."""

    kind = forms.ChoiceField(choices=WishKind.choices, widget=forms.RadioSelect, label="I am")
    first_day = DayField(label="First day")
    last_day = DayField(label="Last day")
    reason = PlainCharField(
        required=False,
        max_length=200,
        label="Why?",
        help_text="Whoever plans reads it.",
    )

    def wished(self) -> Wished:
        said = self.cleaned_data
        return Wished(
            WishKind(said["kind"]),
            said["first_day"],
            said["last_day"],
            in_one_line(said["reason"]),
        )
