"""Selects are drawn by hand as Django's templates draw them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from config.portal.forms_drawn import QuickSelects

PLAIN = [("", "All"), (1, "One & two"), ("<b>", '"Three"'), (True, "Yes")]
GROUPED = [("Europe", [("de", "Berlin"), ("fr", "Paris")]), ("<Asia>", [("in", "Kolkata")])]


class Tagged(forms.Select):
    """One that gives its options attributes."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        return option | {"attrs": option["attrs"] | {"data-x": '<">', "hidden": True, "no": False}}


class Special(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=PLAIN), ""),
        (forms.Select(choices=PLAIN), 1),
        (forms.Select(choices=PLAIN, attrs={"class": "<x>", "disabled": True, "no": False}), "<b>"),
        (forms.Select(choices=GROUPED), "fr"),
        (forms.Select(choices=[*PLAIN, *GROUPED]), None),
        (forms.Select(choices=[("a", mark_safe("<i>A</i>"))]), "a"),
        (forms.Select(choices=()), None),
        (forms.SelectMultiple(choices=PLAIN), ["1", "<b>"]),
        (forms.NullBooleanSelect(), True),
        (Tagged(choices=PLAIN), 1),
        (Special(choices=PLAIN), 1),
    ],
)
def test_a_select_is_what_django_makes_of_it(widget: forms.Select, value: object) -> None:
    drawn, expected = (
        widget.render('<"name">', value, {"id": "id_x"}, renderer=one())
        for one in (QuickSelects, DjangoTemplates)
    )

    assert drawn == expected


def test_other_widgets_are_left_to_django() -> None:
    drawn = forms.TextInput().render("name", "<x>", renderer=QuickSelects())

    assert drawn == forms.TextInput().render("name", "<x>", renderer=DjangoTemplates())
