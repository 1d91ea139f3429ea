"""Writing an incident template, and narrowing the list of them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from incidents.enums import PersonalData
from incidents.forms.narrowing import NarrowedByService
from incidents.models import ImpactClass, IncidentTemplate
from incidents.operations.templates import FIELDS, Plan
from incidents.queries import template_list
from incidents.queries.template_list import Asked
from rosters.enums import SeverityLevel
from rosters.models import Person, Service, StakeholderRole
from runbooks.models import Runbook

ANY = "Any service"


def _lines(label: str, hint: str, length: int) -> PlainCharField:
    return PlainCharField(
        label=label,
        required=False,
        max_length=length,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Use {length} characters or fewer."},
    )


class TemplateForm(forms.Form):
    """What is known beforehand about one kind of trouble."""

    name = PlainCharField(
        label="What happens",
        max_length=80,
        help_text="As people choose it: Card payments fail.",
        error_messages={"required": "Say what happens: Card payments fail."},
    )
    service = forms.ModelChoiceField(
        Service.objects.none(),
        label="To which service",
        required=False,
        error_messages={"invalid_choice": "Choose a service of the list."},
    )
    symptoms = _lines("How you notice", "One sign a line.", 1000)
    title = PlainCharField(
        label="Title of the incident",
        max_length=80,
        help_text="It fills the first question when somebody declares.",
        error_messages={"required": "Say what the incident will be called."},
    )
    summary = PlainCharField(
        label="What customers notice",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "Use 500 characters or fewer."},
    )
    severity = forms.TypedChoiceField(
        label="Usually this bad",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Not said"), *SeverityLevel.choices],
        error_messages={"invalid_choice": "Choose one of the four."},
    )
    impact = forms.ModelChoiceField(
        ImpactClass.objects.order_by("name", "pk"),
        label="Kind of harm",
        required=False,
        empty_label="Not said",
        error_messages={"invalid_choice": "Choose a kind of the list."},
    )
    personal_data = forms.ChoiceField(
        label="Could personal data be at risk?",
        choices=PersonalData,
        initial=PersonalData.NO,
        error_messages={"invalid_choice": "Choose “Yes”, “No” or “Not sure”."},
    )
    containment = _lines("How to contain it", "One step a line, the safest first.", 2000)
    evidence = _lines("Evidence to collect", "One thing a line, before it is gone.", 2000)
    runbook = forms.ModelChoiceField(
        Runbook.objects.order_by("title", "pk"),
        label="Runbook",
        required=False,
        empty_label="None",
        error_messages={"invalid_choice": "Choose a runbook of the list."},
    )
    tools = _lines(
        "Tools to open",
        "One a line, with its address: Payment dashboard https://graphs.example.com/pay",
        1000,
    )
    stakeholders = forms.ModelMultipleChoiceField(
        StakeholderRole.objects.order_by("name", "pk"),
        label="Who wants to know",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose roles of the list."},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        reader: Person,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        field: Any = self.fields["service"]
        field.queryset = template_list.services_to_keep(reader)
        may_any = template_list.may_keep_all(reader)
        field.empty_label = ANY if may_any else "Choose one"
        field.required = not may_any
        field.error_messages["required"] = "Choose the service that it happens to."

    @staticmethod
    def initial_of(row: IncidentTemplate) -> dict[str, Any]:
        """What stands, to be changed."""
        values = {name.removesuffix("_id"): getattr(row, name) for name in FIELDS}
        return values | {"stakeholders": list(row.stakeholders.all())}

    @property
    def plan(self) -> Plan:
        """What was typed, for a form that is valid."""
        asked = self.cleaned_data
        rows = {name: asked[name] and asked[name].pk for name in ("service", "impact", "runbook")}
        plain = {name: asked[name] for name in FIELDS if not name.endswith("_id")}
        return Plan(
            **plain,
            service_id=rows["service"],
            impact_id=rows["impact"],
            runbook_id=rows["runbook"],
            stakeholders=tuple(asked["stakeholders"]),
        )


class TemplateFilter(NarrowedByService):
    """What the list is narrowed to."""

    show = forms.CharField(widget=forms.HiddenInput, required=False)
    severity = forms.ChoiceField(
        label="Usually",
        required=False,
        choices=[("", "All"), *((str(level.value), level.label) for level in SeverityLevel)],
        error_messages=UNKNOWN_CHOICE,
    )

    @property
    def asked(self) -> Asked:
        """What can be asked for."""
        return Asked(*map(self.given, ("q", "service", "team", "severity")))
