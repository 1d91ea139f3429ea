"""What the days ahead are narrowed to."""

from typing import Any

from django import forms

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from rosters.queries.gaps_ahead import Ahead, Asked
from rosters.queries.shortfalls import HEADINGS, Kind


class AheadForm(forms.Form):
    """What the coming gaps are narrowed to, kept in the address."""

    q = PlainCharField(required=False, max_length=80, label="Search")
    kind = forms.ChoiceField(required=False, label="What", error_messages=UNKNOWN_CHOICE)
    roster = forms.ChoiceField(required=False, label="Roster", error_messages=UNKNOWN_CHOICE)
    owner = forms.ChoiceField(required=False, label="Who mends it", error_messages=UNKNOWN_CHOICE)

    def __init__(self, *args: Any, ahead: Ahead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {one.kind for one in ahead.findings}
        choices: dict[str, list[tuple[object, str]]] = {
            "kind": [(kind.value, HEADINGS[kind]) for kind in Kind if kind in kinds],
            "roster": [(one.slug, one.name) for one in ahead.rosters],
            "owner": [(one.pk, one.full_name) for one in ahead.owners],
        }
        for name, found in choices.items():
            self.fields[name].choices = [("", "All"), *found]  # type: ignore[attr-defined]  # a choice

    def asked(self) -> Asked:
        """The answers; what cannot be understood narrows nothing."""
        self.is_valid()
        answers = self.cleaned_data
        return Asked(
            answers.get("q", ""),
            answers.get("kind", ""),
            answers.get("roster", ""),
            int(answers.get("owner") or 0),
        )
