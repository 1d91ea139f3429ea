"""A step of a draft with whom it tells, in one row of the version's form."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from config.portal.places import PlaceForm, PlacesFormSet
from config.portal.words import people
from incidents.enums import Choose, TargetKind
from incidents.models import EscalationStep, Room, StepTarget
from incidents.models.policy import NAMED
from incidents.queries import policy_texts
from rosters.models import Person, Roster, StakeholderRole, Team

WHOM = ("kind", "choose", *NAMED)
NOT_SAID = "Choose whom it tells."
ROWS = ("", "_2", "_3")
"""What the names of the fields of each target end with: the first, and two more if need be."""


def named(row: str) -> tuple[str, ...]:
    """The fields that name somebody, of one target."""
    return tuple(f"{name}{row}" for name in NAMED)


def _kind(label: str) -> forms.ChoiceField:
    choices = [("", "Choose"), *TargetKind.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _choose() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Whom of them", choices=Choose, initial=Choose.ON_CALL, required=False
    )


def _one_of(name: str, rows: Any, label: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]  # noqa: ANN401  # of any model
    widget = AutocompleteSelect(cast("Any", StepTarget._meta.get_field(name)), admin.site)  # noqa: SLF001  # Django's documented name
    return forms.ModelChoiceField(rows, required=False, label=label, widget=widget)


class Summed(PlaceForm):
    """One step that can be said in a line, for where it is folded."""

    @property
    def summary(self) -> str:
        """When it comes and whom it tells, as it is kept: what is typed counts once it is saved."""
        step: EscalationStep = self.instance
        if not step.pk:
            return "New, until you save it"
        begins = step.when[:1].upper() + step.when[1:]
        found = people([policy_texts.told(one) for one in targets_of(step)])
        return f"{begins}: {found or 'nobody'}"


def targets_of(step: EscalationStep | None) -> list[StepTarget]:
    """Whom it tells, the first first."""
    found = step.targets.all() if step is not None and step.pk else ()
    return sorted(found, key=lambda one: one.pk)


class StepForm(Summed):
    """One step with whom it tells: up to three; more stand on the step's own page."""

    kind = _kind("Tells")
    choose = _choose()
    role = _one_of("role", StakeholderRole.objects.all(), "Role")
    roster = _one_of("roster", Roster.objects.all(), "Roster")
    person = _one_of("person", Person.objects.all(), "Person")
    team = _one_of("team", Team.objects.all(), "Team")
    room = _one_of("room", Room.objects.all(), "Room")
    kind_2 = _kind("Also tells")
    choose_2 = _choose()
    role_2 = _one_of("role", StakeholderRole.objects.all(), "Role")
    roster_2 = _one_of("roster", Roster.objects.all(), "Roster")
    person_2 = _one_of("person", Person.objects.all(), "Person")
    team_2 = _one_of("team", Team.objects.all(), "Team")
    room_2 = _one_of("room", Room.objects.all(), "Room")
    kind_3 = _kind("And tells")
    choose_3 = _choose()
    role_3 = _one_of("role", StakeholderRole.objects.all(), "Role")
    roster_3 = _one_of("roster", Roster.objects.all(), "Roster")
    person_3 = _one_of("person", Person.objects.all(), "Person")
    team_3 = _one_of("team", Team.objects.all(), "Team")
    room_3 = _one_of("room", Room.objects.all(), "Room")

    class Meta:
        model = EscalationStep
        exclude: ClassVar = ("version",)  # every field of a step is typed here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        step = kwargs.get("instance")
        kwargs["initial"] = {
            f"{name}{row}": getattr(target, name)
            for row, target in zip(ROWS, targets_of(step), strict=False)
            for name in WHOM
        } | kwargs.get("initial", {})
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row in ROWS:
            self._clean_target(cleaned, row)
        return cleaned

    def _clean_target(self, cleaned: dict[str, Any], row: str) -> None:
        kind = cleaned.get(f"kind{row}", "")
        if not kind:
            chosen = [name for name in NAMED if cleaned.get(f"{name}{row}")]
            kind = cleaned[f"kind{row}"] = chosen[0] if len(chosen) == 1 else ""
        if not kind:
            if not row or any(cleaned.get(name) for name in named(row)):
                self.add_error(f"kind{row}", NOT_SAID)
            return
        if kind in NAMED and not cleaned.get(f"{kind}{row}"):
            self.add_error(f"{kind}{row}", f"Choose the {kind}.")
        for name in NAMED:
            if name != kind:
                cleaned[f"{name}{row}"] = None
        cleaned[f"choose{row}"] = cleaned.get(f"choose{row}") or Choose.ON_CALL

    def save_targets(self) -> None:
        """Whom it tells is what was typed; the step is saved. Those without a row here stay."""
        known: list[StepTarget | None] = [*targets_of(self.instance)[: len(ROWS)]]
        known += [None] * (len(ROWS) - len(known))
        for row, target in zip(ROWS, known, strict=True):
            if self.cleaned_data.get(f"kind{row}"):
                found = target or StepTarget(step=self.instance)
                for name in WHOM:
                    setattr(found, name, self.cleaned_data[f"{name}{row}"])
                found.save()
            elif target is not None:
                target.delete()


class StepsFormSet(PlacesFormSet):
    """All steps of a draft. `refusal`: why the whole could not hold, once it was tried."""

    refusal: str | None = None

    def clean(self) -> None:
        super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
