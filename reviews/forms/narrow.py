"""What the lists of this app are narrowed to; an unknown value is named next to its field."""

from collections.abc import Mapping
from typing import Any

from django import forms

from config.portal.fields import UNKNOWN_CHOICE
from reviews.queries.lists import Narrowed
from rosters.enums import SeverityLevel
from rosters.models import Service, Team

MOST = 100
ALL = ("", "All")


def _choice(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=UNKNOWN_CHOICE)


class NarrowForm(forms.Form):
    """The words, the service and the team of an address; `show` keeps the chosen state."""

    fold = "Service and team"
    show = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label="Search", required=False)
    service = _choice("Service")
    team = _choice("Team")

    def __init__(self, address: Mapping[str, str], *, show: str) -> None:
        typed: dict[str, Any] = {
            name: address.get(name, "").replace("\0", "").strip()[:MOST]
            for name in self.base_fields
        }
        super().__init__(typed | {"show": show}, auto_id="id_%s")
        for name, model in (("service", Service), ("team", Team)):
            pairs = model.objects.order_by("name").values_list("slug", "name")
            self.fields[name].choices = [ALL, *pairs]  # type: ignore[attr-defined]  # a choice

    @property
    def narrowed(self) -> Narrowed:
        """What can be asked for; a value that nobody knows leaves nothing out."""
        self.is_valid()
        asked = self.cleaned_data
        return Narrowed(
            words=asked.get("q", ""),
            service=asked.get("service", ""),
            team=asked.get("team", ""),
            severity=asked.get("severity", ""),
        )


class ReviewNarrowForm(NarrowForm):
    """Reviews are narrowed by severity too."""

    fold = "Severity, service and team"
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[
            ALL,
            ("serious", "SEV1 and SEV2"),
            *((str(level.value), level.code) for level in SeverityLevel),
        ],
        error_messages=UNKNOWN_CHOICE,
    )
    field_order = ("show", "q", "severity", "service", "team")
