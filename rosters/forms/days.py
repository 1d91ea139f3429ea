"""Days and times that people type, as wall time in a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from rosters.enums import Weekday
from rosters.logic.walltime import instant

WEEK_DAYS = [(str(day.value), day.label[:3]) for day in Weekday]
"""Boxes for weekdays, in short."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def typed_instant(text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant that somebody typed as wall time in `zone`; of two equal ones the end is the
    later. Raises ValidationError."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            f"“{text[:30]}” is not a day and a time. Write it as 2026-11-24 03:00."
        ) from None
    if not FIRST_DAY <= wall.date() <= LAST_DAY:
        raise ValidationError(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.")
    return wall.astimezone(UTC) if wall.tzinfo else instant(wall, zone, is_end=is_end)


def typed_time(text: str) -> time | None:
    """The time of day that somebody typed, to the minute; None for anything else."""
    try:
        found = time.fromisoformat("00:00" if text == "24:00" else text)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=None)


class WallTimeInput(forms.DateTimeInput):
    """A day and a time, chosen or typed."""

    input_type = "datetime-local"


class DateInput(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def format_value(self, value: object) -> str | None:
        return value.isoformat() if isinstance(value, date) else str(value or "")


class TimeInput(forms.TimeInput):
    """A time of day, chosen or typed."""

    input_type = "time"

    def format_value(self, value: object) -> str | None:
        return f"{value:%H:%M}" if isinstance(value, time) else str(value or "")
