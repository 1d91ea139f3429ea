"""What people set for themselves: zone, language, theme, shortcuts, reminders, the letter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rosters.models import Person


@dataclass(frozen=True)
class Preferences:
    """How one person wants to read Muster."""

    time_zone: str
    language: str
    theme: str
    uses_shortcuts: bool
    shift_reminder: timedelta | None
    """How long before a shift they are reminded; None is never."""
    gets_outlook: bool
    """Whether they get the letter about their next week on Fridays."""


def change(person: Person, wanted: Preferences, *, by: Person, now: datetime) -> Person:  # noqa: ARG001  # as every operation
    """The person reads Muster in this zone and theme from the next page on."""
    person.time_zone = wanted.time_zone
    person.language = wanted.language
    person.theme = wanted.theme
    person.uses_shortcuts = wanted.uses_shortcuts
    person.shift_reminder = wanted.shift_reminder
    person.gets_outlook = wanted.gets_outlook
    person.save(
        update_fields=[
            "time_zone",
            "language",
            "theme",
            "uses_shortcuts",
            "shift_reminder",
            "gets_outlook",
        ]
    )
    return person
