"""Checks that models and forms share."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone. Aliases such as Europe/Kyiv's old name are fine."""
    if name not in available_timezones():
        raise ValidationError(
            "“%(name)s” is not a time zone. Use a name such as Europe/Berlin.",
            params={"name": name},
        )


validate_region = RegexValidator(r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", "Use a code such as DE or DE-BE.")
"""An ISO 3166-1 country or ISO 3166-2 region."""
