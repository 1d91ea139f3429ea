"""Selects without a template for each option: a list of time zones has five hundred."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class QuickSelects(DjangoTemplates):
    """Django's own renderer, which writes the same selects as its templates do, by hand."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        widget = context.get("widget", {})
        if template_name != SELECT or not all(map(_is_plain, _options(widget))):
            return mark_safe(super().render(template_name, context, request))  # noqa: S308  # Django has escaped it
        groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
        head = f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>'
        return mark_safe(f"{head}{groups}\n</select>")  # noqa: S308  # every value is escaped


def _options(widget: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (one for _, options, _ in widget.get("optgroups", ()) for one in options)


def _is_plain(option: Mapping[str, Any]) -> bool:
    return bool(option["template_name"] == OPTION)


def _group(name: str | None, options: Iterable[Mapping[str, Any]]) -> str:
    inside = "".join(
        f'\n  <option value="{_text(one["value"])}"{_attributes(one["attrs"])}>'
        f"{conditional_escape(one['label'])}</option>\n"
        for one in options
    )
    if not name:
        return inside
    return f'\n  <optgroup label="{conditional_escape(name)}">{inside}\n  </optgroup>'


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: object) -> str:
    """As `stringformat:'s'` writes it."""
    return conditional_escape(str(value))
