"""Setting up an account with a carrier: what every kind asks, and what its own kind asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from config.portal.fields import PlainCharField
from rosters.channels.contract import Field, Kind
from rosters.enums import Channel, SeverityLevel
from rosters.logic.loudness import LOUDEST_FIRST, why_not_channels
from rosters.models import CarrierAccount
from rosters.operations.carriers import AccountFacts

SECRET_STANDS = "Leave it empty to keep the one that stands."  # noqa: S105  # a hint
LONGEST = 2000


class AccountForm(forms.Form):
    """One account. The fields of its kind stand under names that begin with `set_`."""

    name = PlainCharField(
        label="Name",
        max_length=60,
        help_text="What administrators call it: “Text messages, north”.",
        error_messages={"required": "Give the account a name."},
    )
    channels = forms.MultipleChoiceField(
        label="Channels",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one channel that it serves.",
            "invalid_choice": "Choose channels of the list.",
        },
    )
    order = forms.IntegerField(
        label="Order",
        min_value=1,
        max_value=99,
        initial=1,
        help_text="The lowest is asked first, the next one while that is out.",
        error_messages={
            "required": "Write a number from 1 to 99.",
            "invalid": "Write a number from 1 to 99.",
            "min_value": "Write a number from 1 to 99.",
            "max_value": "Write a number from 1 to 99.",
        },
    )
    price = forms.DecimalField(
        label="Price of one message",
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=4,
        help_text="Empty: it is not counted. Example: 0.0750.",
        error_messages={
            "invalid": "Write the price as a number: 0.0750.",
            "min_value": "Write the price as a number from 0 up: 0.0750.",
        },
    )
    currency = PlainCharField(
        label="Currency", required=False, max_length=3, help_text="Such as EUR."
    )
    is_enabled = forms.BooleanField(label="It is used", required=False, initial=True)

    def __init__(
        self,
        kind: Kind,
        data: Mapping[str, Any] | None = None,
        *,
        account: CarrierAccount | None = None,
        standing: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(kind, account, standing or {}))
        self.kind = kind
        chosen: Any = self.fields["channels"]  # django-stubs know the plain field alone
        chosen.choices = [(one, Channel(one).label) for one in kind.channels]
        for one in kind.fields:
            self.fields[f"set_{one.name}"] = _asked(one, is_new=account is None)

    def clean(self) -> dict[str, Any] | None:
        """What its kind cannot use is said beside its own field, all of it at once."""
        typed = {
            one.name: self.cleaned_data.get(f"set_{one.name}", "").strip()
            for one in self.kind.fields
        }
        for name, why_not in self.kind.wrong(typed):
            self.add_error(f"set_{name}", why_not)
        return super().clean()

    @property
    def own(self) -> list[forms.BoundField]:
        """What this kind asks, in its order."""
        return [self[f"set_{one.name}"] for one in self.kind.fields]

    def facts(self) -> AccountFacts:
        """What was typed, for the operation."""
        said = self.cleaned_data
        return AccountFacts(
            name=said["name"],
            channels=tuple(said["channels"]),
            given={one.name: said[f"set_{one.name}"] for one in self.kind.fields},
            order=said["order"],
            is_enabled=said["is_enabled"],
            price=said["price"],
            currency=said["currency"].strip().upper(),
        )


def _initial(
    kind: Kind, account: CarrierAccount | None, standing: Mapping[str, str]
) -> dict[str, Any]:
    begun = {f"set_{one.name}": standing.get(one.name, one.default) for one in kind.fields}
    if account is None:
        return begun | {"name": kind.name, "channels": list(kind.channels)}
    return begun | {
        "name": account.name,
        "channels": account.channels,
        "order": account.order,
        "price": account.price,
        "currency": account.currency,
        "is_enabled": account.is_enabled,
    }


def _asked(one: Field, *, is_new: bool) -> forms.Field:
    must = one.is_required and (is_new or not one.is_secret)
    errors = {"required": f"Fill in “{one.label}”.", "invalid_choice": "Choose one of the list."}
    if one.choices:
        return forms.ChoiceField(
            label=one.label,
            choices=one.choices,
            required=must,
            help_text=one.hint,
            error_messages=errors,
        )
    hint = one.hint
    if one.is_secret and not is_new:
        hint = f"{one.hint} {SECRET_STANDS}".strip()
    widget = (
        forms.PasswordInput(attrs={"autocomplete": "new-password"})
        if one.is_secret
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return PlainCharField(
        label=one.label,
        required=must,
        max_length=LONGEST,
        help_text=hint,
        widget=widget,
        error_messages=errors,
    )


class ChannelsForm(forms.Form):
    """Which channels each severity may use; its fields are called `severity_1` and so on."""

    def __init__(
        self, data: QueryDict | None = None, *, standing: Mapping[int, Sequence[str]]
    ) -> None:
        super().__init__(data)
        for level in SeverityLevel:
            self.fields[f"severity_{level.value}"] = forms.MultipleChoiceField(
                label=str(level.label),
                choices=[(one, Channel(one).label) for one in LOUDEST_FIRST],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=list(standing[level.value]),
                error_messages={"invalid_choice": "Choose from the list."},
            )

    def clean(self) -> dict[str, Any] | None:
        """What a severity could not do its work with is said beside its own boxes."""
        for level in SeverityLevel:
            name = f"severity_{level.value}"
            why_not = why_not_channels(level.value, self.cleaned_data.get(name, ()))
            if why_not and name not in self.errors:
                self.add_error(name, why_not)
        return super().clean()

    def chosen(self) -> dict[int, list[str]]:
        """By severity."""
        return {one: self.cleaned_data[f"severity_{one}"] for one in SeverityLevel.values}
