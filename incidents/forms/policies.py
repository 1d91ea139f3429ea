"""Narrowing the list of policies, and going back to a version that held before."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django import forms

from config.portal.fields import PlainCharField
from incidents.models import PolicyVersion

MOST = 100


class PolicyFilter(forms.Form):
    """What the list is narrowed to, kept in the address."""

    q = forms.CharField(label="Search", required=False)

    @classmethod
    def of(cls, address: Mapping[str, str]) -> Self:
        """The filters of an address."""
        return cls({"q": address.get("q", "").replace("\0", "").strip()[:MOST]}, auto_id="id_%s")

    @property
    def words(self) -> str:
        self.is_valid()
        found: str = self.cleaned_data.get("q", "")
        return found


class RollBackForm(forms.Form):
    """Which version holds again, and why."""

    version = forms.TypedChoiceField(
        label="Which version holds again",
        coerce=int,
        error_messages={
            "required": "Choose a version.",
            "invalid_choice": "Choose a version of the list.",
        },
    )
    reason = PlainCharField(
        label="Why you go back",
        max_length=200,
        help_text="Everybody who reads the rule sees it.",
        error_messages={
            "required": "Say why you go back, in a few words.",
            "max_length": "Use 200 characters or fewer.",
        },
    )

    def __init__(self, *args: Any, versions: Iterable[PolicyVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [  # type: ignore[attr-defined]  # a choice
            (one.number, f"Version {one.number}: {one.rationale}") for one in versions
        ]
