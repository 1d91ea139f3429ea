"""What people decide about the calls of an incident: how long, why, how bad, who instead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from config.portal.fields import PlainCharField
from incidents.enums import HoldKind
from incidents.forms.days import WallTimeInput, typed_instant
from incidents.logic import judgment
from incidents.logic.severity_helper import Answers
from incidents.models import EscalationPolicy
from incidents.operations.judgment.calling import Ask
from incidents.operations.judgment.holding import Asked
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.judgment.severity import Change
from incidents.operations.judgment.skipping import Jump
from incidents.queries.involved import Part
from rosters.enums import SeverityLevel
from rosters.logic.reasons import in_one_line
from rosters.models import Roster, StakeholderRole
from rosters.queries import naming

LENGTHS = (10, 20, 30, 60, 120, 240)
KINDS = {
    HoldKind.HOLD: ("Hold every call", "Nobody is called about it, whatever is late."),
    HoldKind.SNOOZE: ("Snooze", "Only the calls to acknowledge it wait."),
}


class ReasonField(PlainCharField):
    """Why, in one line that can be read."""

    def __init__(self, *, required: bool = True, **more: Any) -> None:
        more.setdefault("label", "Why?")
        more.setdefault("error_messages", {"required": "Say why, in a few words."})
        super().__init__(max_length=200, required=required, **more)

    def clean(self, value: object) -> str:
        reason = in_one_line(super().clean(value))
        if self.required and not reason:
            raise ValidationError(str(self.error_messages["required"]))
        return reason


class UntilForm(forms.Form):
    """Until when: so many minutes, or a time that is typed, which wins."""

    minutes = forms.TypedChoiceField(
        label="How long?",
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the list, or write a time."},
    )
    until = forms.CharField(label="Or until", required=False, widget=WallTimeInput)
    reason = ReasonField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        zone: ZoneInfo,
        now: datetime,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.zone, self.now = zone, now
        self._field("minutes").choices = [
            (str(count), judgment.span(timedelta(minutes=count))) for count in self.lengths()
        ]

    def _field(self, name: str) -> Any:  # noqa: ANN401  # a choice field: mypy knows only Field
        return self.fields[name]

    def lengths(self) -> list[int]:
        """What is offered, in minutes."""
        return list(LENGTHS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        text = str(cleaned.get("until") or "").strip()
        if text:
            try:
                cleaned["ends_at"] = typed_instant(text, self.zone, is_end=True)
            except ValidationError as error:
                self.add_error("until", error)
        elif cleaned.get("minutes"):
            cleaned["ends_at"] = self.now + timedelta(minutes=cleaned["minutes"])
        elif not self.errors.get("minutes"):
            self.add_error("minutes", "Say for how long.")
        return cleaned


class HoldForm(UntilForm):
    """Which calls wait, until when, and why."""

    kind = forms.ChoiceField(
        choices=HoldKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose which calls wait.",
            "invalid_choice": "Choose which calls wait.",
        },
    )
    field_order = ("kind", "minutes", "until", "reason")

    def __init__(self, data: QueryDict | None = None, *, severity: int, **more: Any) -> None:
        self.severity = severity
        super().__init__(data, **more)

    def lengths(self) -> list[int]:
        longest = judgment.LONGEST[HoldKind.HOLD][self.severity]
        return [count for count in LENGTHS if timedelta(minutes=count) <= longest]

    @property
    def kinds(self) -> list[tuple[Any, str, str]]:
        """Each kind: its button, its name, and what it does; of a snooze also how long."""
        found = []
        for button in self["kind"]:
            kind = HoldKind(button.data["value"])
            name, does = KINDS[kind]
            longest = judgment.span(judgment.LONGEST[kind][self.severity])
            found.append((button, name, f"{does} At most {longest}."))
        return found

    @property
    def asked(self) -> Asked:
        """What was asked for, for a form that is valid."""
        given = self.cleaned_data
        return Asked(HoldKind(given["kind"]), given["ends_at"], given["reason"])


class SeverityForm(forms.Form):
    """How bad it is, and why it is not as bad, or worse, than was thought."""

    before = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=4)
    severity = forms.TypedChoiceField(
        choices=[(str(level.value), level.label) for level in SeverityLevel],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how bad it is.",
            "invalid_choice": "Choose one of the four.",
        },
    )
    reason = ReasonField()

    @property
    def change(self) -> Change:
        """What was asked for, for a form that is valid."""
        given = self.cleaned_data
        return Change(given["before"], given["severity"], given["reason"], Answers.of(self.data))


class CallForm(forms.Form):
    """Whom to call by hand: a person, or whoever fills a role; and what for."""

    CALL, HELP = "call", "help"

    key = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label="What do you need?",
        choices=[(HELP, "Ask for help"), (CALL, "Call them now")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what you need.",
            "invalid_choice": "Choose what you need.",
        },
    )
    person = PlainCharField(label="Who?", required=False, max_length=120)
    role = forms.ModelChoiceField(
        StakeholderRole.objects.order_by("name", "pk"),
        label="Or whoever is",
        required=False,
        empty_label="Nobody by role",
        error_messages={"invalid_choice": "Choose a role of the list."},
    )
    reason = ReasonField(
        label="What for?",
        error_messages={"required": "Say what they are needed for, in a few words."},
    )

    def __init__(self, data: QueryDict | None = None, *, now: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        self.now = now

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        name, role = cleaned.get("person"), cleaned.get("role")
        cleaned["somebody"] = None
        if name and role:
            self.add_error("person", "Choose a person or a role, not both.")
        elif name:
            meant = naming.person_meant(name, now=self.now)
            cleaned["somebody"] = meant.person
            if meant.person is None:
                self.add_error("person", meant.why_not)
        elif not role and not self.errors:
            self.add_error("person", "Write a name, or choose a role.")
        return cleaned

    @property
    def ask(self) -> Ask:
        """What was asked for, for a form that is valid."""
        given = self.cleaned_data
        return Ask(
            given["key"],
            given["reason"],
            person=given["somebody"],
            role=given["role"],
            is_help=given["what"] == self.HELP,
        )


class JumpForm(forms.Form):
    """To which step, as "climb:firing"."""

    to = forms.RegexField(
        r"^[0-9]{1,12}:[0-9]{1,5}$",
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choose one of the calls.",
            "invalid": "Choose one of the calls.",
        },
    )
    reason = ReasonField(required=False)

    @property
    def jump(self) -> Jump:
        """What was asked for, for a form that is valid."""
        run_id, _, position = self.cleaned_data["to"].partition(":")
        return Jump(int(run_id), int(position), self.cleaned_data["reason"])


class StandDownForm(forms.Form):
    """Who is not needed any more, and why."""

    people = forms.TypedMultipleChoiceField(
        label="Who is not needed any more?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose who is not needed any more.",
            "invalid_choice": "Choose people of the list.",
        },
    )
    reason = ReasonField()

    def __init__(self, data: QueryDict | None = None, *, parts: Sequence[Part]) -> None:
        super().__init__(data)
        self.parts = parts
        field: Any = self.fields["people"]
        field.choices = [(str(one.person.pk), one.person.full_name) for one in parts]

    @property
    def rows(self) -> list[tuple[Any, Part]]:
        """Each box with the person it is about."""
        return list(zip(self["people"], self.parts, strict=True))


class RerouteForm(UntilForm):
    """To whom calls go for a while: a person, or whoever is on call for a roster."""

    person = PlainCharField(label="To whom?", required=False, max_length=120)
    roster = forms.ModelChoiceField(
        Roster.objects.order_by("name", "pk"),
        label="Or whoever is on call for",
        required=False,
        empty_label="No roster",
        error_messages={"invalid_choice": "Choose a roster of the list."},
    )
    field_order: tuple[str, ...] = ("person", "roster", "minutes", "until", "reason")
    has_rule = False
    one_alone = "Choose a person or a roster, not both."
    nobody = "Write a name, or choose a roster."

    def lengths(self) -> list[int]:
        return [60, 240, 480, 1440]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name, roster, rule = cleaned.get("person"), cleaned.get("roster"), cleaned.get("policy")
        cleaned["somebody"] = None
        if sum(map(bool, (name, roster, rule))) > 1:
            self.add_error("person", self.one_alone)
        elif name:
            meant = naming.person_meant(name, now=self.now)
            cleaned["somebody"] = meant.person
            if meant.person is None:
                self.add_error("person", meant.why_not)
        elif not (roster or rule or {"roster", "policy"} & set(self.errors)):
            self.add_error("person", self.nobody)
        return cleaned

    @property
    def elsewhere(self) -> Elsewhere:
        """What was asked for, for a form that is valid."""
        given = self.cleaned_data
        return Elsewhere(
            given["ends_at"],
            given["reason"],
            person=given["somebody"],
            roster=given["roster"],
            policy=given.get("policy"),
        )


class RerouteServiceForm(RerouteForm):
    """The same for a service, whose calls can also go by another rule."""

    policy = forms.ModelChoiceField(
        EscalationPolicy.objects.filter(versions__published_at__isnull=False)
        .order_by("name", "pk")
        .distinct(),
        label="Or by another rule",
        required=False,
        empty_label="Its own rule",
        help_text="For what breaks from now on. What is open keeps its rule.",
        error_messages={"invalid_choice": "Choose a rule of the list."},
    )
    field_order = ("person", "roster", "policy", "minutes", "until", "reason")
    has_rule = True
    one_alone = "Choose a person, a roster or a rule, only one of them."
    nobody = "Write a name, or choose a roster or a rule."


class HoldFilter(forms.Form):
    """What the register is narrowed to."""

    q = PlainCharField(label="Search", required=False, max_length=80)
    show = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def text(self) -> str:
        """What is searched for; nothing when it cannot be read."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() else ""
