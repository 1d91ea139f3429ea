"""Rows of a table in the admin that have a place, which two of them may exchange.

Each row alone would be refused: its new place is still another's. The database looks when all are
saved (its constraint is deferred), and so do the rows together.
"""

from collections.abc import Callable, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

PLACE = "order"


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]  # of any model
    """One row, judged without its place."""

    def validate_unique(self) -> None:
        self._judge(self.instance.validate_unique)

    def validate_constraints(self) -> None:
        self._judge(self.instance.validate_constraints)

    def _judge(self, check: Callable[..., None]) -> None:
        try:
            check(exclude={*self._get_validation_exclusions(), PLACE})  # type: ignore[attr-defined]  # Django's own
        except ValidationError as error:
            self._update_errors(error)  # type: ignore[attr-defined]  # Django's own


class PlacesFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # of any model
    """All rows together: no two in one place."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:  # noqa: ARG002  # Django's signature
        return "Two rows have the same place. Give each its own."
