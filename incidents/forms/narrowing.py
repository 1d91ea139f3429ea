"""What a list of things that services have is narrowed to, kept in the address."""

from collections.abc import Mapping
from typing import Self

from django import forms

from config.portal.fields import UNKNOWN_CHOICE
from rosters.models import Service, Team

MOST = 100


class NarrowedByService(forms.Form):
    """By words, by a service, by a team; a list adds what else it knows."""

    q = forms.CharField(label="Search", required=False)
    service = forms.ChoiceField(label="Service", required=False, error_messages=UNKNOWN_CHOICE)
    team = forms.ChoiceField(label="Team", required=False, error_messages=UNKNOWN_CHOICE)

    @classmethod
    def of(cls, address: Mapping[str, str], **more: str) -> Self:
        """The filters of an address; `more` is known otherwise."""
        typed = {
            name: address.get(name, "").replace("\0", "").strip()[:MOST] for name in cls.base_fields
        }
        form = cls(typed | more, auto_id="id_%s")
        for name, model in (("service", Service), ("team", Team)):
            pairs = model.objects.order_by("name").values_list("slug", "name")
            form.fields[name].choices = [("", "All"), *pairs]  # type: ignore[attr-defined]  # a choice
        return form

    def given(self, name: str) -> str:
        """What is asked for; a value that nobody knows leaves nothing out."""
        self.is_valid()
        found: str = self.cleaned_data.get(name, "")
        return found
