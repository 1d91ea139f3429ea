"""Setting a heartbeat up, and muting it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from config.portal.fields import UNKNOWN_CHOICE, PlainCharField
from incidents.forms.days import WallTimeInput, typed_instant
from incidents.forms.narrowing import NarrowedByService
from incidents.models import AlertSource, Heartbeat
from incidents.operations.heartbeats import Plan
from incidents.queries.heartbeat_list import STATES, Asked
from rosters.enums import SeverityLevel
from rosters.models import Person, Service

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}
LONGEST_PERIOD, LONGEST_GRACE = 31 * 24 * 60, 7 * 24 * 60


def _number(label: str, least: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=99999,
        error_messages={
            "required": "Write a number.",
            "invalid": "Write a whole number.",
            "min_value": f"Write {least} or more.",
            "max_value": "That is too long.",
        },
    )


def _unit(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[(unit, unit) for unit in UNITS],
        error_messages={"invalid_choice": "Choose minutes, hours or days."},
    )


class HeartbeatForm(forms.Form):
    """What calls in, how often, and what its silence means."""

    name = PlainCharField(
        label="What calls in",
        max_length=80,
        error_messages={"required": "Say what calls in: Nightly backup."},
    )
    slug = forms.SlugField(
        label="Its short name",
        max_length=50,
        help_text="The end of the address that it calls, for example nightly-backup.",
        error_messages={
            "required": "Give it a short name: nightly-backup.",
            "invalid": "Use letters, digits and dashes.",
        },
    )
    source = forms.TypedChoiceField(
        label="Whose token it shows",
        coerce=int,
        error_messages={
            "required": "Choose a source of heartbeats.",
            "invalid_choice": "Choose a source of the list.",
        },
    )
    every = _number("Calls in every", 1)
    every_unit = _unit("Every so many")
    grace = _number("May be late by", 0)
    grace_unit = _unit("Late by so many")
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"),
        label="Which service it is about",
        required=False,
        empty_label="None",
        error_messages={"invalid_choice": "Choose a service of the list."},
    )
    severity = forms.TypedChoiceField(
        label="How bad its silence is",
        coerce=int,
        choices=SeverityLevel.choices,
        error_messages={"invalid_choice": "Choose one of the four."},
    )
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
        sources: Sequence[AlertSource],
        people: Sequence[Person],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        for name, rows in (("source", sources), ("owner", people)):
            pairs = [(row.pk, str(row)) for row in rows]
            self.fields[name].choices = pairs  # type: ignore[attr-defined]  # a choice

    @staticmethod
    def initial_of(row: Heartbeat) -> dict[str, Any]:
        """What stands, to be changed."""
        every, every_unit = _in_units(row.every_minutes)
        grace, grace_unit = _in_units(row.grace_minutes)
        return {
            "name": row.name,
            "slug": row.slug,
            "source": row.source_id,
            "every": every,
            "every_unit": every_unit,
            "grace": grace,
            "grace_unit": grace_unit,
            "service": row.service_id,
            "severity": row.severity,
            "owner": row.owner_id,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, longest in (("every", LONGEST_PERIOD), ("grace", LONGEST_GRACE)):
            minutes = (cleaned.get(name) or 0) * UNITS.get(cleaned.get(f"{name}_unit", ""), 1)
            if minutes > longest:
                self.add_error(name, f"Choose {longest // (24 * 60)} days or fewer.")
            cleaned[f"{name}_minutes"] = minutes
        return cleaned

    @property
    def plan(self) -> Plan:
        """What was typed, for a form that is valid."""
        asked = self.cleaned_data
        service = asked["service"]
        return Plan(
            name=asked["name"],
            slug=asked["slug"],
            source_id=asked["source"],
            every_minutes=asked["every_minutes"],
            grace_minutes=asked["grace_minutes"],
            severity=asked["severity"],
            owner_id=asked["owner"],
            service_id=service.pk if service else None,
        )


def _in_units(minutes: int) -> tuple[int, str]:
    """The number and the largest unit that says it without a rest."""
    if minutes == 0:
        return 0, "minutes"
    unit = max((name for name in UNITS if minutes % UNITS[name] == 0), key=lambda one: UNITS[one])
    return minutes // UNITS[unit], unit


class MuteForm(forms.Form):
    """Until when its silence is no signal, and why."""

    until = forms.CharField(
        label="Until", widget=WallTimeInput, error_messages={"required": "Say until when."}
    )
    reason = PlainCharField(
        label="Why", max_length=300, error_messages={"required": "Say why in one line."}
    )

    def __init__(self, data: QueryDict | None = None, *, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(data, **more)
        self.zone = zone

    def clean_until(self) -> datetime:
        return typed_instant(self.cleaned_data["until"].strip(), self.zone)


class HeartbeatFilter(NarrowedByService):
    """What the list is narrowed to."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *STATES], error_messages=UNKNOWN_CHOICE
    )
    field_order = ("q", "state", "service", "team")

    @property
    def asked(self) -> Asked:
        """What can be asked for."""
        return Asked(*map(self.given, ("q", "state", "service", "team")))
