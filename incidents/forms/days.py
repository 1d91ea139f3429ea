"""Days and times that people type, as wall time in a zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from rosters.logic.walltime import instant

WALL = "%Y-%m-%dT%H:%M"
FIRST_YEAR, LAST_YEAR = 2000, 2099


def typed_instant(text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant that was typed as wall time in `zone`; an end that happens twice is the last.

    Raises ValidationError.
    """
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            f"“{text[:30]}” is not a day and a time. Write it as 2026-11-24 03:00."
        ) from None
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise ValidationError(f"Choose a day from {FIRST_YEAR} to {LAST_YEAR}.")
    return wall.astimezone(UTC) if wall.tzinfo else instant(wall, zone, is_end=is_end)


class WallTimeInput(forms.DateTimeInput):
    """A day and a time, chosen or typed."""

    input_type = "datetime-local"


class PlainWallInput(forms.TextInput):
    """A day and a time in the one way that we write them, whatever the browser's language."""

    def __init__(self) -> None:
        super().__init__({"placeholder": "2026-11-24 22:00"})

    def format_value(self, value: object) -> str:
        return str(value or "").replace("T", " ")


class DateInput(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def format_value(self, value: object) -> str | None:
        return value.isoformat() if isinstance(value, date) else str(value or "")
