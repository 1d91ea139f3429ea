"""What people choose for themselves: how they read Muster, and their tokens."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from config.portal.fields import PlainCharField
from rosters.enums import ApiScope
from rosters.logic.reasons import in_one_line
from rosters.models import Person
from rosters.operations.preferences import Preferences
from rosters.operations.tokens import Wish

AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905
)


LONGEST_NUMBER = 18
NEVER = "never"


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the reader wants to read Muster."""

    class Meta:
        model = Person
        fields = ("time_zone", "language", "theme", "uses_shortcuts", "gets_outlook")
        widgets: ClassVar = {"theme": forms.RadioSelect, "language": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone",
            choices=_zones(self.instance.time_zone),
            error_messages={"invalid_choice": "Choose one of the time zones."},
        )
        self.fields["language"].required = False  # a page from before does not ask
        self.fields["reminder"] = forms.ChoiceField(
            label="Before a shift of mine, remind me",
            choices=_reminders(self.instance.shift_reminder),
            initial=_hours(self.instance.shift_reminder),
            error_messages={
                "required": "Choose when to be reminded, or never.",
                "invalid_choice": "Choose one of the list.",
            },
        )

    def wanted(self) -> Preferences:
        """The answers, for the operation."""
        answers = self.cleaned_data
        hours = answers["reminder"]
        before = None if hours == NEVER else timedelta(hours=float(hours))
        return Preferences(
            answers["time_zone"],
            answers["language"] or self.initial["language"],
            answers["theme"],
            answers["uses_shortcuts"],
            before,
            answers["gets_outlook"],
        )


def _hours(before: timedelta | None) -> str:
    return NEVER if before is None else f"{before / timedelta(hours=1):g}"


def _reminders(own: timedelta | None) -> list[tuple[str, str]]:
    """How long before, with what the person has now."""
    hours = {1.0, 2.0, 12.0, 24.0, 48.0} | ({own / timedelta(hours=1)} if own else set())
    said = [
        (f"{one:g}", "1 hour before" if one == 1 else f"{one:g} hours before")
        for one in sorted(hours)
    ]
    return [*said, (NEVER, "Never")]


class TokenForm(forms.Form):
    """A token of the API: for whom, what it may do, until when. Administrators choose freely."""

    name = PlainCharField(
        label="What uses it",
        max_length=60,
        help_text="The history says it: Amara through HR sync.",
    )
    holder = PlainCharField(
        label="For whom",
        required=False,
        max_length=120,
        help_text="A full name, or #12. Empty: for yourself. It may do what this person may do.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=ApiScope.choices,
        initial=[ApiScope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the token may do."},
    )
    days = forms.TypedChoiceField(
        label="Good for",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (365, "One year"), (730, "Two years")],
        initial=365,
    )

    def __init__(self, *args: Any, reader: Person, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.now = reader, now
        if not reader.is_superuser:
            del self.fields["holder"], self.fields["scopes"]

    def clean_name(self) -> str:
        name = in_one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError("Say what uses it, in letters or digits.")
        return name

    def clean_holder(self) -> Person:
        typed = self.cleaned_data["holder"].strip()
        if not typed:
            return self.reader
        here = Person.objects.employed(now=self.now)
        number = typed.removeprefix("#")
        if typed.startswith("#") and number.isdecimal() and len(number) <= LONGEST_NUMBER:
            found = list(here.filter(pk=int(number)))
        else:
            found = list(here.filter(full_name__iexact=typed)[:2])
        if len(found) > 1:
            raise ValidationError("Several people have this name. Write # and the number of one.")
        if not found:
            raise ValidationError("Nobody here has this name. Write the full name.")
        holder: Person = found[0]
        return holder

    def wish(self) -> Wish:
        """The answers, for the operation."""
        answers = self.cleaned_data
        return Wish(
            answers["name"],
            answers.get("holder", self.reader),
            answers.get("scopes", [ApiScope.READ.value]),
            self.now + timedelta(days=answers["days"]),
        )


@cache
def _known_zones() -> set[str]:
    """Every zone of this machine; read from its files once, for that takes longer than the page."""
    return available_timezones()


def _zones(own: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones by continent; the reader's own is among them even when it is an alias."""
    by_area: dict[str, list[tuple[str, str]]] = {"Other": [("UTC", "UTC")]}
    for name in sorted(_known_zones() | {own}):
        area, _, city = name.partition("/")
        if area in AREAS and city:
            by_area.setdefault(area, []).append((name, city.replace("_", " ").replace("/", ", ")))
    return list(by_area.items())
