"""Forms of contact points: what suits a channel, one's own, when they are used, their codes."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.enums import Channel
from rosters.logic import addresses
from rosters.logic.own_rules import OwnWay, moved, put_in
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


class QuietHoursForm(forms.Form):
    """When what can wait has to wait: two wall times, or none."""

    quiet_from = forms.TimeField(
        required=False,
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time such as 22:00."},
    )
    quiet_until = forms.TimeField(
        required=False,
        label="Until",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write a time such as 07:00."},
    )
    rests_on_holidays = forms.BooleanField(required=False, label="Public holidays are quiet too")


class WaysForm:
    """The lines of one list as they were posted, and what was pressed.

    `act` is save, up, down, out (with the contact point behind a colon) or in.
    """

    def __init__(self, posted: QueryDict, known: Mapping[int, str]) -> None:
        self.known = known
        self.act, _, about = posted.get("do", "save").partition(":")
        self.about = _number(about)
        chosen = [pk for text in posted.getlist("point")[:50] if (pk := _number(text)) in known]
        self.ways = [self._way(pk, posted.get(f"delay-{pk}", "")) for pk in chosen]
        self.new = _number(posted.get("new", ""))

    def _way(self, pk: int, delay: str) -> OwnWay:
        typed = delay.strip()
        minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1
        return OwnWay(pk, self.known[pk], minutes if typed else 0)

    def wanted(self) -> list[OwnWay]:
        """The list as it should be after the press."""
        if self.act in MOVES:
            return moved(self.ways, self.about, by=MOVES[self.act])
        if self.act == "out":
            return [way for way in self.ways if way.contact_point_id != self.about]
        if self.act == "in" and self.new in self.known:
            return put_in(self.ways, OwnWay(self.new, self.known[self.new]))
        return self.ways


MOVES = {"up": -1, "down": 1}


def _number(text: str) -> int:
    """The number that was posted; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


class CodeForm(forms.Form):
    """The six digits that arrived."""

    code = PlainCharField(
        max_length=20, error_messages={"required": "Type the six digits that arrived."}
    )
