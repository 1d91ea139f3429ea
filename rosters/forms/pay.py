"""For which month, and for whom, hours are fetched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from config.portal.fields import PlainCharField
from rosters.models import Roster

MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Asked:
    """What a reader wants."""

    first_day: date
    q: str = ""
    roster: str = ""

    @property
    def shown(self) -> dict[str, str]:
        """The answers as a form shows them."""
        return {"month": f"{self.first_day:%Y-%m}", "q": self.q, "roster": self.roster}


class MonthInput(forms.TextInput):
    """A month, chosen or typed."""

    input_type = "month"


class PayForm(forms.Form):
    """Kept in the address."""

    q = PlainCharField(required=False, max_length=80, label="Search")
    month = forms.CharField(required=False, max_length=7, label="Month", widget=MonthInput)
    roster = forms.ChoiceField(required=False, label="Roster")

    def __init__(self, *args: Any, rosters: Iterable[Roster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(one.slug, one.name) for one in rosters]
        self.fields["roster"].choices = [("", "All"), *found]  # type: ignore[attr-defined]  # a choice

    def clean_month(self) -> str:
        text: str = self.cleaned_data["month"]
        if text and not MONTH.fullmatch(text):
            raise forms.ValidationError("Write the month as 2026-10.")
        return text

    def asked(self, usual: date) -> Asked:
        """The answers; what cannot be understood is the usual."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        year, _, month = (said.get("month") or f"{usual:%Y-%m}").partition("-")
        return Asked(date(int(year), int(month), 1), said.get("q", ""), said.get("roster", ""))
