"""Every form of ours says what to do in our words; Django's own sentences are nowhere."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.validators import BaseValidator
from django.forms import BaseForm

import config
import incidents
import reviews
import rosters
import runbooks

OURS = (config, rosters, runbooks, incidents, reviews)
DJANGOS = re.compile(
    r"This field|Select a valid|Enter (?:a|an|the|only|exactly) |Ensure (?:this|that)|The submitted"
    r"|Upload a valid|No file was|is not a valid|is not one of|Null characters|Please"
)


def every_form() -> Iterator[type[BaseForm]]:
    for package in OURS:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if re.search(r"forms|filters|views|admin|places", module.name):
                importlib.import_module(module.name)
    waiting: list[type[BaseForm]] = [BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.split(".")[0] in {one.__name__ for one in OURS}:
                yield form


def sentences(field: forms.Field) -> Iterator[str]:
    yield from (str(one) for one in field.error_messages.values())
    for validator in field.validators:
        if isinstance(validator, BaseValidator):
            yield str(validator.message)
    for part in getattr(field, "fields", ()):
        yield from sentences(part)


def test_no_form_speaks_with_djangos_words() -> None:
    found: dict[str, Any] = {}
    forms_seen = 0
    for form in every_form():
        forms_seen += 1
        for name, field in getattr(form, "base_fields", {}).items():
            wrong = [one for one in sentences(field) if DJANGOS.search(one)]
            if wrong:
                found[f"{form.__module__}.{form.__name__}.{name}"] = wrong

    assert forms_seen > 40
    assert found == {}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(), "", "Fill this in."),
        (forms.ChoiceField(choices=[("sms", "SMS")]), "fax", "“fax” is not in the list."),
        (forms.IntegerField(min_value=1), "0", "Write 1 or more."),
        (forms.IntegerField(), "many", "Write a whole number"),
        (forms.DateField(), "x", "Write the day like 2026-12-04."),
        (forms.EmailField(), "x", "Write an e-mail address"),
        (forms.CharField(max_length=2), "abc", "Write at most 2 characters. There are 3."),
    ],
    ids=["nothing", "a choice", "too little", "a word", "a day", "a mailbox", "too long"],
)
def test_a_mistake_says_what_to_do(field: forms.Field, typed: str, said: str) -> None:
    with pytest.raises(forms.ValidationError) as raised:
        field.clean(typed)

    assert said in " ".join(raised.value.messages)
