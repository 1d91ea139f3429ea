"""What every form says of a mistake, in our words instead of Django's: what to do, not what failed.

A form may still say more about its own fields. The words are put in once, when the app is ready.
"""

from collections.abc import Mapping

from django.core import validators
from django.db import models
from django.forms import fields
from django.forms import models as model_fields

REQUIRED = "Fill this in."
CHOOSE = "“%(value)s” is not in the list. Choose one that is."
CHOOSE_AGAIN = "This is not in the list any more. Choose one that is."
NUMBER, WHOLE = "Write a number, in digits.", "Write a whole number, in digits."
DAY, TIME = "Write the day like 2026-12-04.", "Write a time such as 22:00."
INSTANT = "Write the day and the time like 2026-12-04 22:00."
UNREADABLE = "This cannot be read. Write it again."
FILE_AGAIN = "The file did not arrive. Choose it again."

FIELDS: Mapping[type[fields.Field], Mapping[str, str]] = {
    fields.Field: {"required": REQUIRED},
    fields.IntegerField: {"invalid": WHOLE},
    fields.FloatField: {"invalid": NUMBER},
    fields.DecimalField: {"invalid": NUMBER},
    fields.DateField: {"invalid": DAY},
    fields.TimeField: {"invalid": TIME},
    fields.DateTimeField: {"invalid": INSTANT},
    fields.SplitDateTimeField: {"invalid_date": DAY, "invalid_time": TIME},
    fields.DurationField: {
        "invalid": "Write how long, such as 12:00:00 for twelve hours.",
        "overflow": "Write at most {max_days} days.",
    },
    fields.RegexField: {"invalid": UNREADABLE},
    fields.FileField: {
        "invalid": FILE_AGAIN,
        "missing": FILE_AGAIN,
        "empty": "The file is empty. Choose another one.",
        "contradiction": "Choose a file, or tick the box that removes it, not both.",
    },
    fields.ImageField: {"invalid_image": "This is no picture that we can read. Choose another."},
    fields.URLField: {"invalid": "Write an address that begins with https://."},
    fields.ChoiceField: {"invalid_choice": CHOOSE},
    fields.TypedChoiceField: {"invalid_choice": CHOOSE},
    fields.MultipleChoiceField: {"invalid_choice": CHOOSE, "invalid_list": CHOOSE_AGAIN},
    fields.TypedMultipleChoiceField: {"invalid_choice": CHOOSE, "invalid_list": CHOOSE_AGAIN},
    fields.MultiValueField: {"invalid": UNREADABLE, "incomplete": "Fill in all of it."},
    fields.UUIDField: {"invalid": UNREADABLE},
    fields.JSONField: {"invalid": UNREADABLE},
    model_fields.InlineForeignKeyField: {"invalid_choice": CHOOSE_AGAIN},
    model_fields.ModelChoiceField: {"invalid_choice": CHOOSE_AGAIN},
    model_fields.ModelMultipleChoiceField: {
        "invalid_choice": CHOOSE_AGAIN,
        "invalid_list": CHOOSE_AGAIN,
        "invalid_pk_value": CHOOSE_AGAIN,
    },
}
VALIDATORS: Mapping[type[validators.BaseValidator], str] = {
    validators.MinValueValidator: "Write %(limit_value)s or more.",
    validators.MaxValueValidator: "Write %(limit_value)s or less.",
    validators.MinLengthValidator: "Write at least %(limit_value)d characters. There are"
    " %(show_value)d.",
    validators.MaxLengthValidator: "Write at most %(limit_value)d characters. There are"
    " %(show_value)d.",
}
ROWS: Mapping[str, str] = {
    "null": REQUIRED,
    "blank": REQUIRED,
    "invalid_choice": "“%(value)s” is not in the list. Choose one that is.",
    "unique": "There is a %(model_name)s with this %(field_label)s already.",
}


def speak() -> None:
    """From now on every form says these words."""
    for field, words in FIELDS.items():
        own = field.__dict__.get("default_error_messages", {})
        field.default_error_messages = {**own, **words}
    for validator, sentence in VALIDATORS.items():
        validator.message = sentence
    validators.EmailValidator.message = "Write an e-mail address such as mei@example.com."
    validators.ProhibitNullCharactersValidator.message = "Remove the characters nobody can see."
    models.Field.default_error_messages = {**models.Field.default_error_messages, **ROWS}
