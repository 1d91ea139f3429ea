"""A step of a draft with whom it tells, in one row of the version's form."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from config.portal.places import PlaceForm, PlacesFormSet
from incidents.enums import Choose, TargetKind
from incidents.models import EscalationStep, StepTarget
from rosters.models import Person, Roster, StakeholderRole, Team

NAMED = ("role", "roster", "person", "team")
WHOM = ("kind", "choose", *NAMED)
NOT_SAID = "Choose whom it tells."


def _one_of(name: str, rows: Any, label: str) -> forms.ModelChoiceField:  # type: ignore[type-arg]  # noqa: ANN401  # of any model
    widget = AutocompleteSelect(cast("Any", StepTarget._meta.get_field(name)), admin.site)  # noqa: SLF001  # Django's documented name
    return forms.ModelChoiceField(rows, required=False, label=label, widget=widget)


class StepForm(PlaceForm):
    """One step; the first of whom it tells stands beside it, more on the step's own page."""

    kind = forms.ChoiceField(
        label="Tells", choices=[("", "Choose"), *TargetKind.choices], required=False
    )
    choose = forms.ChoiceField(
        label="Whom of them", choices=Choose, initial=Choose.ON_CALL, required=False
    )
    role = _one_of("role", StakeholderRole.objects.all(), "Role")
    roster = _one_of("roster", Roster.objects.all(), "Roster")
    person = _one_of("person", Person.objects.all(), "Person")
    team = _one_of("team", Team.objects.all(), "Team")

    class Meta:
        model = EscalationStep
        exclude: ClassVar = ("version",)  # every field of a step is typed here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        step = kwargs.get("instance")
        first = self._first(step) if step is not None and step.pk else None
        if first is not None:
            kwargs["initial"] = {
                **{name: getattr(first, name) for name in WHOM},
                **kwargs.get("initial", {}),
            }
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @staticmethod
    def _first(step: EscalationStep) -> StepTarget | None:
        return min(step.targets.all(), key=lambda one: one.pk, default=None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind", "")
        if not kind:
            named = [name for name in NAMED if cleaned.get(name)]
            kind = cleaned["kind"] = named[0] if len(named) == 1 else ""
        if not kind:
            self.add_error("kind", NOT_SAID)
            return cleaned
        if kind in NAMED and not cleaned.get(kind):
            self.add_error(kind, f"Choose the {kind}.")
        for name in NAMED:
            if name != kind:
                cleaned[name] = None
        cleaned["choose"] = cleaned.get("choose") or Choose.ON_CALL
        return cleaned

    def save_target(self) -> None:
        """Whom it tells first is what was typed; the step is saved."""
        step = self.instance
        first = self._first(step) or StepTarget(step=step)
        for name in WHOM:
            setattr(first, name, self.cleaned_data[name])
        first.save()


class StepsFormSet(PlacesFormSet):
    """All steps of a draft. `refusal`: why the whole could not hold, once it was tried."""

    refusal: str | None = None

    def clean(self) -> None:
        super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
