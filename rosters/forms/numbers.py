"""Forms of contact points: what suits a channel, one's own, their codes."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.portal.fields import PlainCharField
from rosters.enums import Channel
from rosters.logic import addresses
from rosters.models import ContactPoint
from rosters.operations.own_contacts import Wanted


class ContactPointForm(forms.ModelForm):  # type: ignore[type-arg]
    """The address must suit its channel: a typing error is found here, not at three at night.

    A new address begins untested, whatever was known of the old one.
    """

    class Meta:
        model = ContactPoint
        fields = ("person", "channel", "address", "label")

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        address = str(cleaned.get("address") or "")
        why_not = why_not_address(str(cleaned.get("channel") or ""), address)
        if address and why_not:
            self.add_error("address", why_not)
        if {"person", "channel", "address"} & set(self.changed_data):
            point = self.instance
            point.verified_at = point.last_tested_at = point.last_failed_at = None
            point.last_failure = point.what_is_wrong = ""
            point.reported_wrong_at = point.reported_wrong_by = None
        return cleaned


def why_not_address(channel: str, address: str) -> str | None:
    """Whether an address suits its channel."""
    why_not = addresses.why_not_address(channel, address)
    if why_not or channel != Channel.EMAIL:
        return why_not
    try:
        validate_email(address)
    except ValidationError:
        return f"“{address}” is not an e-mail address."
    return None


class OwnPointForm(forms.Form):
    """A number or address of one's own; whether it suits is for the operation to say."""

    channel = forms.ChoiceField(choices=Channel.choices, label="What is it?")
    address = PlainCharField(
        max_length=254,
        label="Number or address",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={"required": "Write the number or the address."},
    )
    label = PlainCharField(max_length=40, required=False, label="What you call it")

    def wanted(self) -> Wanted:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Wanted(answers["channel"], answers["address"], answers["label"])


class CodeForm(forms.Form):
    """The six digits that arrived."""

    code = PlainCharField(
        max_length=20, error_messages={"required": "Type the six digits that arrived."}
    )
