"""Setting up who hears of incidents."""

from typing import Any

from django import forms

from config.portal.fields import PlainCharField
from incidents.enums import IncidentEvent
from incidents.models import WebhookEndpoint
from incidents.operations.webhooks import EndpointFacts
from rosters.enums import SeverityLevel
from rosters.models import Service

SEVERITIES = [(level.value, f"{level.label} or worse") for level in reversed(SeverityLevel)]
ADDRESS = "It begins with https:// and may hold a key of its own. It is kept sealed."


class EndpointForm(forms.Form):
    """Who is told, of what, and where."""

    name = PlainCharField(
        label="Name",
        max_length=80,
        help_text="What people call it: “Data warehouse”.",
        error_messages={"required": "Give the endpoint a name."},
    )
    address = PlainCharField(label="Address", max_length=1000, required=False, help_text=ADDRESS)
    events = forms.MultipleChoiceField(
        label="Events",
        choices=IncidentEvent.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[IncidentEvent.OPENED, IncidentEvent.RESOLVED],
        error_messages={
            "required": "Choose at least one event.",
            "invalid_choice": "Choose events of the list.",
        },
    )
    severity_from = forms.TypedChoiceField(
        label="Incidents",
        choices=SEVERITIES,
        coerce=int,
        initial=SeverityLevel.SMALL.value,
        error_messages={"invalid_choice": "Choose a severity of the list."},
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.order_by("name", "pk"),
        label="Services",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: of all services, and of incidents without one.",
        error_messages={"invalid_choice": "Choose services of the list."},
    )
    is_active = forms.BooleanField(label="It is told", required=False, initial=True)

    def ask_for_an_address(self) -> None:
        """A new endpoint has none that could stand."""
        field = self.fields["address"]
        field.required = True
        field.error_messages["required"] = "Give the address that is told."

    @classmethod
    def of(cls, endpoint: WebhookEndpoint) -> dict[str, Any]:
        """What stands, for the form to begin with; never the address."""
        return {
            "name": endpoint.name,
            "events": endpoint.events,
            "severity_from": endpoint.severity_from,
            "services": [service.pk for service in endpoint.services.all()],
            "is_active": endpoint.is_active,
        }

    def facts(self) -> EndpointFacts:
        """What was typed, for the operation."""
        said = self.cleaned_data
        return EndpointFacts(
            name=said["name"],
            address=said["address"].strip(),
            events=tuple(said["events"]),
            severity_from=said["severity_from"],
            service_ids=tuple(service.pk for service in said["services"]),
            is_active=said["is_active"],
        )
