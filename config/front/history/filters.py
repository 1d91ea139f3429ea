"""What the audit log can be narrowed to, kept in the address."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from config.front.history import KINDS
from config.front.queries.audit import Asked
from config.portal.fields import UNKNOWN_CHOICE
from rosters.models import Person

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
WITHIN = (
    MinValueValidator(FIRST_DAY, f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}."),
    MaxValueValidator(LAST_DAY, f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}."),
)
NO_DAY = {"invalid": "Write the day like 2026-12-04."}
WHOSE = [("", "People"), ("all", "Everybody and Muster"), ("nobody", "Outside the portal")]


class AuditFilter(forms.Form):
    """Who, what, when and a word; an unknown value is named next to its field."""

    q = forms.CharField(required=False, max_length=100, label="Search")
    who = forms.ChoiceField(required=False, label="Done by", error_messages=UNKNOWN_CHOICE)
    kind = forms.ChoiceField(required=False, label="What", error_messages=UNKNOWN_CHOICE)
    row = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    since = forms.DateField(
        required=False,
        label="From",
        widget=forms.DateInput({"type": "date"}),
        validators=WITHIN,
        error_messages=NO_DAY,
    )
    until = forms.DateField(
        required=False,
        label="To",
        widget=forms.DateInput({"type": "date"}),
        validators=WITHIN,
        error_messages=NO_DAY,
    )

    def __init__(self, data: Any, *, zone: tzinfo) -> None:  # noqa: ANN401  # Django's QueryDict
        super().__init__(data)
        self.zone = zone
        people = Person.objects.order_by("full_name").values_list("pk", "full_name")
        by_name = [(str(pk), name) for pk, name in people]
        who, kind = self.fields["who"], self.fields["kind"]
        who.choices = [*WHOSE, *by_name]  # type: ignore[attr-defined]  # a choice field
        kinds = sorted((spec.plural, key) for key, spec in KINDS.items())
        kind.choices = [("", "Everything"), *((key, name) for name, key in kinds)]  # type: ignore[attr-defined]  # a choice field

    def asked(self) -> Asked:
        """What to look for; a filter with a mistake in it looks for nothing less than all."""
        if not self.is_valid():
            return Asked()
        given = self.cleaned_data
        until = given["until"]
        return Asked(
            who=given["who"] or ("all" if given["row"] else "people"),
            kind=given["kind"],
            row=int(given["row"]) if given["row"] and given["kind"] else None,
            since=self._midnight(given["since"]) if given["since"] else None,
            until=self._midnight(until + timedelta(days=1)) if until else None,
            text=given["q"],
        )

    def clean_row(self) -> str:
        row: str = self.cleaned_data["row"]
        if row and not (row.isascii() and row.isdigit() and len(row) <= 18):
            raise forms.ValidationError("This names nothing.")
        return row

    def _midnight(self, day: Any) -> datetime:  # noqa: ANN401  # a date out of a form
        return datetime.combine(day, time(), tzinfo=self.zone)
