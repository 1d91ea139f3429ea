"""Giving alerts a home: which ones, on which service, and whether a rule decides from now on."""

from django import forms

from incidents.logic.placing import Naming
from incidents.models import AlertSource
from rosters.models import Service


class HomeForm(forms.Form):
    """One press of the page of unplaced alerts."""

    source = forms.ModelChoiceField(AlertSource.objects.order_by("pk"))
    what = forms.CharField(max_length=110)
    value = forms.CharField(max_length=200, strip=False)
    service = forms.ModelChoiceField(
        Service.objects.order_by("name", "pk"),
        error_messages={
            "required": "Choose the service.",
            "invalid_choice": "Choose a service of the list.",
        },
    )
    do = forms.ChoiceField(choices=[("on", "on"), ("draft", "draft")])

    @property
    def naming(self) -> Naming:
        return Naming(self.cleaned_data["what"], self.cleaned_data["value"])
