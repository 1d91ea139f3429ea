"""Planning work: when, what it is about, and what it does to alerts and calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from incidents.enums import MaintenanceMode, Recurrence
from incidents.forms.days import WALL, DateInput, WallTimeInput, typed_instant
from incidents.forms.narrowing import NarrowedByService
from incidents.logic.maintenance_keeping import Mistake, labels_as_text, labels_in
from incidents.logic.maintenance_words import SHORT, TAGS
from incidents.models import AlertSource, MaintenanceWindow
from incidents.operations.maintenance import Work
from incidents.queries.planned_work import Asked
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Service

MODES = [(mode.value, f"{TAGS[mode]}. {SHORT[mode]}") for mode in MaintenanceMode]


class WorkForm(forms.Form):
    """Planned work. Its times are wall time of `time_zone`."""

    title = PlainCharField(
        label="What is done",
        max_length=160,
        error_messages={"required": "Say what is done: New database for Accounts."},
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.order_by("name"),
        label="Services",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose services of the list."},
    )
    sources = forms.ModelMultipleChoiceField(
        AlertSource.objects.order_by("name"),
        label="Only alerts of these sources",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose sources of the list."},
    )
    labels = PlainCharField(
        label="Only alerts with these labels",
        required=False,
        max_length=3000,
        help_text="One a line: region = eu-*. A star stands for anything.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_at = forms.CharField(
        label="From", widget=WallTimeInput, error_messages={"required": "Say from when."}
    )
    ends_at = forms.CharField(
        label="Until", widget=WallTimeInput, error_messages={"required": "Say until when."}
    )
    time_zone = forms.ChoiceField(
        label="Times in", error_messages={"invalid_choice": "Choose a zone of the list."}
    )
    recurrence = forms.ChoiceField(
        label="Comes again",
        choices=Recurrence.choices,
        error_messages={"invalid_choice": "Choose how often it comes again."},
    )
    until = forms.DateField(
        label="Last day",
        required=False,
        help_text="Empty: until somebody calls it off.",
        widget=DateInput,
        error_messages={"invalid": "Write the day like 2026-12-24."},
    )
    mode = forms.ChoiceField(
        label="What it does to alerts and calls",
        choices=MODES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what it does to alerts and calls.",
            "invalid_choice": "Choose one of the four.",
        },
    )
    customer_impact = PlainCharField(
        label="What customers notice",
        required=False,
        max_length=300,
        help_text="Empty: nothing. It stands on the status page.",
    )
    reason = PlainCharField(label="Why like this", required=False, max_length=300)
    owner = forms.TypedChoiceField(
        label="Who answers for it",
        coerce=int,
        error_messages={
            "required": "Choose who answers for it.",
            "invalid_choice": "Choose somebody of the list.",
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Sequence[Person],
        zones: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._fields("owner").choices = [(one.pk, one.full_name) for one in people]
        self._fields("time_zone").choices = [(zone, zone.replace("_", " ")) for zone in zones]

    def _fields(self, name: str) -> Any:  # noqa: ANN401  # a choice field: mypy knows only Field
        return self.fields[name]

    @staticmethod
    def initial_of(row: MaintenanceWindow) -> dict[str, Any]:
        """What stands, to be changed."""
        zone = ZoneInfo(row.time_zone)
        return {
            "title": row.title,
            "services": list(row.services.all()),
            "sources": list(row.sources.all()),
            "labels": labels_as_text(row.labels),
            "starts_at": row.starts_at.astimezone(zone).strftime(WALL),
            "ends_at": row.ends_at.astimezone(zone).strftime(WALL),
            "time_zone": row.time_zone,
            "recurrence": row.recurrence,
            "until": row.until,
            "mode": row.mode,
            "customer_impact": row.customer_impact,
            "reason": row.reason,
            "owner": row.owner_id,
        }

    def clean_labels(self) -> dict[str, str]:
        try:
            return labels_in(self.cleaned_data["labels"])
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean_reason(self) -> str:
        return in_one_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            cleaned[name] = self._instant(cleaned, name)
        if cleaned.get("recurrence") == Recurrence.ONCE:
            cleaned["until"] = None
        return cleaned

    def _instant(self, cleaned: dict[str, Any], name: str) -> datetime | None:
        text, zone = str(cleaned.get(name) or "").strip(), cleaned.get("time_zone")
        if not text or not zone:
            return None
        try:
            return typed_instant(text, ZoneInfo(zone), is_end=name == "ends_at")
        except ValidationError as error:
            self.add_error(name, error)
            return None

    def tried(self, *, pk: int | None) -> MaintenanceWindow | None:
        """The row that was typed so far, not written; None while its times are missing."""
        asked = self.cleaned_data
        if not all(asked.get(name) for name in ("starts_at", "ends_at", "recurrence", "mode")):
            return None
        usual: dict[str, Any] = {"title": "", "labels": {}, "until": None, "owner": 0, "reason": ""}
        usual |= {"customer_impact": "", "services": (), "sources": ()}
        row = _work({**usual, **asked}).row()
        row.pk = pk
        return row

    @property
    def modes(self) -> list[tuple[Any, str, str]]:
        """Each choice of what it does: its button, two words, and a sentence."""
        texts = [(TAGS[mode], SHORT[mode]) for mode in MaintenanceMode]
        return [(choice, *text) for choice, text in zip(self["mode"], texts, strict=True)]

    @property
    def narrows(self) -> bool:
        """Whether sources or labels are named, so that they are not folded away."""
        return bool(self["sources"].value() or self["labels"].value())

    def usual(self) -> MaintenanceWindow:
        """The row that a fresh form begins with, not written."""
        first, zone = self.initial, ZoneInfo(self.initial["time_zone"])
        return Work(
            title="",
            starts_at=typed_instant(first["starts_at"], zone),
            ends_at=typed_instant(first["ends_at"], zone, is_end=True),
            owner_id=first["owner"],
            mode=first["mode"],
            time_zone=zone.key,
            services=tuple(first["services"]),
        ).row()

    @property
    def about(self) -> list[str]:
        """What it is about so far, by name."""
        asked = self.cleaned_data
        services = [one.name for one in asked.get("services") or ()]
        sources = [one.name for one in asked.get("sources") or ()]
        labels = [f"{name} {value}" for name, value in (asked.get("labels") or {}).items()]
        return services or [*sources, *labels]

    @property
    def work(self) -> Work:
        """What was typed, for a form that is valid."""
        return _work(self.cleaned_data)

    def refuse(self, mistakes: Sequence[Mistake]) -> None:
        """Each mistake stands next to its field."""
        for one in mistakes:
            self.add_error(one.field if one.field in self.fields else None, one.text)


def _work(asked: dict[str, Any]) -> Work:
    named = {"owner", "services", "sources"}
    return Work(
        **{name: asked[name] for name in asked if name not in named},
        owner_id=asked["owner"],
        services=tuple(asked["services"]),
        sources=tuple(asked["sources"]),
    )


class WorkFilter(NarrowedByService):
    """What the list is narrowed to."""

    show = forms.CharField(widget=forms.HiddenInput, required=False)
    mode = forms.ChoiceField(
        label="What it does",
        required=False,
        choices=[("", "All"), *((mode.value, TAGS[mode]) for mode in MaintenanceMode)],
        error_messages=UNKNOWN_CHOICE,
    )

    @property
    def asked(self) -> Asked:
        """What can be asked for."""
        return Asked(*map(self.given, ("q", "service", "team", "mode")))
