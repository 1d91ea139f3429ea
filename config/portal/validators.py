"""Checks that models and forms share."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone. Aliases such as Europe/Kyiv's old name are fine."""
    if name not in available_timezones():
        raise ValidationError(
            "“%(name)s” is not a time zone. Use a name such as Europe/Berlin.",
            params={"name": name},
        )
