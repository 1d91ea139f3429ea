"""What Django's own admin says, in the words of the house; what is wrong with a form, and where."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import InlineAdminFormSet
from django.forms import BaseForm, BaseModelFormSet, BoundField
from django.utils.text import capfirst

from config.portal import form_words

NOTICES: Mapping[str, str] = {
    "Items must be selected in order to perform actions on them. No items have been changed.": (
        "Choose the rows first. Nothing was changed."
    ),
    "No action selected.": "Choose what to do with them first. Nothing was changed.",
}


@dataclass(frozen=True)
class Problem:
    """One mistake of a form: what to do, and the id of where; none if it is about all of it."""

    said: str
    place: str = ""


class Inlines(InlineAdminFormSet):
    """Rows of another kind inside a form; what one row is called begins with a small letter."""

    def inline_formset_data(self) -> str:
        """What the script of these rows is told."""
        found = json.loads(super().inline_formset_data())
        found["options"]["addText"] = f"Add another {self.opts.verbose_name}"
        return json.dumps(found)


def problems(form: BaseForm, inlines: Iterable[InlineAdminFormSet]) -> list[Problem]:
    """Everything that is wrong with a form and the rows inside it, from the top."""
    found = list(_of(form))
    for one in inlines:
        group = f"{one.formset.prefix}-group"
        found += [Problem(str(error), group) for error in one.formset.non_form_errors()]
        for number, row in enumerate(one.formset.forms, 1):
            name = str(one.opts.verbose_name).capitalize()
            found += [
                Problem(f"{name} {number}: {mistake.said}", mistake.place or group)
                for mistake in _of(row)
            ]
    return found


def list_problems(rows: "BaseModelFormSet[Any, Any]") -> list[Problem]:
    """The same of a list whose rows are edited where they stand; each says of which row it is."""
    found = [Problem(str(error)) for error in rows.non_form_errors()]
    return found + [
        Problem(f"{capfirst(str(row.instance))}: {mistake.said}", mistake.place)
        for row in rows.forms
        for mistake in _of(row)
    ]


def _of(form: BaseForm) -> Iterator[Problem]:
    for error in form.non_field_errors():
        yield Problem(str(error))
    for field in form:
        for error in field.errors:
            yield Problem(_of_field(str(error), field), field.id_for_label or f"{field.auto_id}_0")


def _of_field(error: str, field: BoundField) -> str:
    return f"{field.label}: {error}" if error == form_words.REQUIRED else error
