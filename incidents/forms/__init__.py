"""What people fill in about incidents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import cached_property

from config.portal.fields import PlainCharField
from config.portal.refusals import Refused
from incidents.enums import PersonalData
from incidents.logic.access import State, why_not_milestone_at
from incidents.logic.severity_helper import Answers
from incidents.models import ImpactClass, IncidentTemplate, StatusUpdate
from incidents.operations.opening import Opening
from incidents.operations.updates import PostedMeanwhile, UpdateText
from incidents.queries.harm import chosen as kind_chosen
from incidents.queries.templates import chosen as template_chosen
from rosters.enums import SeverityLevel
from rosters.models import Service
from rosters.queries import naming

TITLE_LENGTH = 80
SUMMARY_LENGTH = 500


class ServiceField(forms.CharField):
    """A service by its name, or a part of it; empty when nobody is sure."""

    @cached_property
    def services(self) -> list[Service]:
        """All there are to choose from, by name."""
        return naming.services_by_name()

    def clean(self, value: object) -> Service | None:
        meant = naming.service_meant(super().clean(value), self.services)
        if meant.why_not:
            raise forms.ValidationError(meant.why_not)
        return meant.service

    def prepare_value(self, value: object) -> str:
        """The name, also where the address or a draft holds the short one."""
        typed = str(value or "")
        meant = naming.service_meant(typed, self.services)
        return meant.service.name if meant.service else typed


class DeclareForm(forms.Form):
    """Four questions: what is wrong, what is affected, how bad is it, is personal data at risk."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = PlainCharField(
        max_length=TITLE_LENGTH,
        error_messages={
            "required": "Say what is wrong, in one line.",
            "max_length": f"Use {TITLE_LENGTH} characters or fewer.",
        },
    )
    service = ServiceField(required=False)
    severity = forms.TypedChoiceField(
        choices=[(str(level.value), level.label) for level in SeverityLevel],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the four."},
    )
    personal_data = forms.ChoiceField(
        choices=PersonalData,
        required=False,
        error_messages={"invalid_choice": "Choose “Yes”, “No” or “Not sure”."},
    )
    impact = forms.CharField(required=False)
    summary = PlainCharField(
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": f"Use {SUMMARY_LENGTH} characters or fewer."},
    )
    template = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_personal_data(self) -> PersonalData:
        return PersonalData(self.cleaned_data["personal_data"] or PersonalData.NO)

    def clean_impact(self) -> ImpactClass | None:
        number = self.cleaned_data["impact"]
        found = kind_chosen(number)
        if number and found is None:
            raise forms.ValidationError("Choose one of the list, or none.")
        return found

    def clean_template(self) -> IncidentTemplate | None:
        """One that was retired meanwhile filled the form, and is no more than that."""
        return template_chosen(self.cleaned_data["template"])

    def clean(self) -> dict[str, Any]:
        """How bad it is may come from the kind of harm."""
        cleaned: dict[str, Any] = super().clean() or {}
        impact = cleaned.get("impact")
        if "severity" in cleaned and cleaned["severity"] is None:
            cleaned["severity"] = impact.usual_severity if impact else None
            if cleaned["severity"] is None:
                self.add_error("severity", "Choose how bad it is. Not sure? Choose the worse one.")
        return cleaned

    @property
    def opening(self) -> Opening:
        """What was answered, for a form that is valid."""
        answers = self.cleaned_data
        return Opening(
            title=answers["title"],
            summary=answers["summary"],
            service=answers["service"],
            severity=answers["severity"],
            impact=answers["impact"],
            personal_data=answers["personal_data"],
            declare_key=answers["key"],
            template=answers["template"],
            answers=Answers.of(self.data),
        )

    @classmethod
    def fresh(cls, *, service: str, severity: str = "", typed: Mapping[str, str]) -> "DeclareForm":
        """A form with a key of its own, so that sending it twice declares once.

        `service` (its slug) and `severity` are chosen already, if any; `typed` is a draft.
        """
        chosen = {"service": service, "severity": severity}
        return cls(initial={"key": uuid4(), **chosen, **typed})

    def once_more(self, refused: Refused) -> "DeclareForm":
        """What was answered, to be sent again by a fresh press; the refusal stands above it."""
        form = DeclareForm({name: self.data[name] for name in self.data} | {"key": str(uuid4())})
        form.add_error(None, str(refused))
        return form


FEWEST_LETTERS = 3


class UpdateForm(forms.Form):
    """The parts of a status update that a person writes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    impact = PlainCharField(
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the impact. Who notices, and what?"},
    )
    known = PlainCharField(
        label="What we know",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what we know. “We do not know the cause yet” is good."},
    )
    doing = PlainCharField(
        label="What we are doing",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what we are doing about it."},
    )

    @classmethod
    def following(cls, last: StatusUpdate | None, *, typed: Mapping[str, str]) -> "UpdateForm":
        """A form that starts from a draft, or from the last update: only what changed is typed."""
        parts = {"impact": last.impact, "known": last.known, "doing": last.doing} if last else {}
        after = {"after": last.number if last else 0}
        return cls(initial={"key": uuid4(), **parts, **typed, **after})

    def once_more(self, refused: Refused) -> "UpdateForm":
        """What was typed, to be sent again by a fresh press; the refusal stands above it."""
        data = {name: self.data[name] for name in self.data} | {"key": str(uuid4())}
        if isinstance(refused, PostedMeanwhile):
            data["after"] = str(refused.update.number)
        form = UpdateForm(data)
        form.add_error(None, str(refused))
        return form

    def clean_impact(self) -> str:
        """Everybody reads it on the status page, so it must say something."""
        impact: str = self.cleaned_data["impact"]
        if sum(one.isalpha() for one in impact) < FEWEST_LETTERS:
            raise forms.ValidationError("Write a sentence. Who notices, and what?")
        return impact

    def text(self) -> UpdateText:
        data = self.cleaned_data
        return UpdateText(data["impact"], data["known"], data["doing"])


class MilestoneForm(forms.Form):
    """Since when a milestone is true, as wall time in the reader's zone."""

    at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": "Say since when.",
            "invalid": "Write the time like 2026-11-21 14:29.",
        },
    )

    def __init__(
        self, *args: Any, zone: ZoneInfo, state: State, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.state, self.now = zone, state, now

    def clean_at(self) -> datetime:
        """The instant. The minute of now means now, that of the detection its very instant."""
        typed: datetime = self.cleaned_data["at"]
        at = typed.replace(tzinfo=self.zone)
        for exact in (self.now, self.state.detected_at):
            if at == exact.astimezone(self.zone).replace(second=0, microsecond=0):
                return exact
        why_not = why_not_milestone_at(self.state, at=at, now=self.now)
        if why_not:
            raise forms.ValidationError(why_not)
        return at


class NoteForm(forms.Form):
    text = PlainCharField(
        max_length=1000, error_messages={"required": "Write what you saw or did."}
    )
