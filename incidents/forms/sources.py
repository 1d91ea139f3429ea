"""Forms of alert sources: begun, settled, their secret, and what somebody tries."""

from typing import Any, ClassVar

from django import forms

from config.portal.fields import PlainCharField
from incidents.intake.body import MAX_BYTES
from incidents.intake.kind import Kind
from incidents.intake.signal import Post
from incidents.models import AlertSource
from incidents.operations.source_keeping import FIELDS, LONGEST_SECRET, SourceFacts
from rosters.enums import SeverityLevel
from rosters.models import Service, Team

NOBODY = "Nobody yet"
NO_SERVICE = "None: alerts without a service of ours stay unplaced"
SEVERITIES = [(level.value, level.label) for level in SeverityLevel]


class _FactsForm(forms.ModelForm):  # type: ignore[type-arg]  # published without it
    """The fields that both forms share."""

    name = PlainCharField(
        max_length=80,
        label="Name",
        help_text="What people call it: “Prometheus of the shop”.",
        error_messages={"required": "Give the source a name."},
    )
    owner_team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        empty_label=NOBODY,
        label="Owner",
        help_text="Whom to ask about what it sends. Its leads may change it.",
    )
    default_service = forms.ModelChoiceField(
        Service.objects.order_by("name", "pk"),
        required=False,
        empty_label=NO_SERVICE,
        label="Service of alerts that name none",
        help_text="An alert that names one of your services goes there. All others go here.",
    )
    default_severity = forms.TypedChoiceField(
        choices=SEVERITIES,
        coerce=int,
        label="Severity of alerts that do not say",
        initial=SeverityLevel.MINOR.value,
    )

    def offer_teams(self, teams: list[Team], *, standing: Team | None = None) -> None:
        """The teams that may own it: those of the reader, and the one that does already."""
        offered = {team.pk for team in teams} | ({standing.pk} if standing else set())
        field = self.fields["owner_team"]
        field.queryset = Team.objects.filter(pk__in=offered).order_by("name", "pk")  # type: ignore[attr-defined]  # of a model choice

    def facts(self) -> SourceFacts:
        """What was typed; whatever the form does not ask stays as it begins."""
        found: dict[str, Any] = {}
        for name in FIELDS:
            asked = name.removesuffix("_id")
            if asked in self.cleaned_data:
                value = self.cleaned_data[asked]
                found[name] = (value.pk if value else None) if name.endswith("_id") else value
        return SourceFacts(**found)

    def validate_unique(self) -> None:
        """Names are compared by the operation, whatever their case."""


class BeginForm(_FactsForm):
    """A new source: four answers, all else is usual."""

    class Meta:
        model = AlertSource
        fields: ClassVar = ["name", "owner_team", "default_service", "default_severity"]


class SettingsForm(_FactsForm):
    """Everything that people set of a source, in plain words."""

    class Meta:
        model = AlertSource
        fields: ClassVar = [
            "name",
            "owner_team",
            "is_active",
            "default_service",
            "default_severity",
            "grouping_minutes",
            "joins_causes",
            "reopen_minutes",
            "quiet_minutes",
            "rate_per_minute",
            "keep_days",
        ]
        labels: ClassVar = {
            "is_active": "Its door is open",
            "grouping_minutes": "Join alerts of one service for (minutes)",
            "joins_causes": "Join the incident of a failing service that is needed",
            "reopen_minutes": "Open the same incident again within (minutes)",
            "quiet_minutes": "Resolve by itself after (minutes)",
            "rate_per_minute": "Requests a minute",
            "keep_days": "Keep what arrived for (days)",
        }
        help_texts: ClassVar = {
            "is_active": "Closed: whatever it sends is refused, and nobody is called.",
            "grouping_minutes": (
                "Another alert of the same service and severity joins an incident that is not"
                " older. 0: each alert opens its own."
            ),
            "joins_causes": (
                "When Checkout needs Payments and Payments fails, alerts of Checkout join that"
                " incident and say so."
            ),
            "reopen_minutes": (
                "The alert of an incident that was resolved no longer ago opens it again, and its"
                " people are called again. 0: always a new incident."
            ),
            "quiet_minutes": (
                "When all alerts of an incident have been resolved for so long, the incident is"
                " too. Empty: a person resolves."
            ),
            "rate_per_minute": (
                "Above it, new alerts join the open incident of their service instead of opening"
                " their own. None is refused, none is lost."
            ),
            "keep_days": "Each request as it arrived, to look at and to send again.",
        }


class SecretForm(forms.Form):
    """The tool's own secret, or nothing: then Muster makes one."""

    secret = forms.CharField(
        required=False,
        max_length=LONGEST_SECRET,
        label="A secret of the tool itself",
        help_text="Paste it if the tool gives you one. Empty: we make one.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PayloadForm(forms.Form):
    """Something to try: what a tool would post, headers included where they matter."""

    payload = forms.CharField(
        max_length=MAX_BYTES // 8,
        strip=False,
        label="What the tool posts",
        help_text="JSON, as it would arrive. Nothing of it is kept.",
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        error_messages={"required": "Paste what the tool posts."},
    )
    event = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, sample: Post, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.form is not None:
            self.fields["payload"].help_text = kind.form.hint
        self.header = next(iter(sample.headers), "")
        if self.header:
            self.fields["event"].label = f"Header {self.header}"
            self.fields["event"].initial = sample.headers[self.header]
        else:
            del self.fields["event"]

    def headers(self) -> dict[str, str]:
        """The request's headers, as far as this tool sends any that say something."""
        said = str(self.cleaned_data.get("event", "")).strip()
        return {self.header: said} if self.header and said else {}
