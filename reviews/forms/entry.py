"""Everything that can be typed on a review's page, as one form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from config.portal.refusals import Refused
from reviews.forms.lines import INCOMPLETE, ActionForm, ActionLines, FactorLines, TextsForm
from reviews.logic.blameless import Hint
from reviews.logic.progress import TEXTS
from reviews.operations.actions import CannotPlan
from reviews.operations.editing import Draft
from reviews.queries.page import ReviewPage
from rosters.models import Person


@dataclass
class Beside:
    """What stands beside one part: words to say kinder, and what somebody else saved meanwhile."""

    hints: Sequence[Hint] = ()
    theirs: str = ""


class ReviewEntry:
    """Everything that can be typed on a review's page, read and judged together.

    To the error summary it is one form.
    """

    def __init__(
        self, page: ReviewPage, *, people: Sequence[Person], data: QueryDict | None = None
    ) -> None:
        self.beside = {name: Beside() for name in (*TEXTS, "factors", "actions")}
        self.texts = TextsForm(None if data is None else data.dict(), initial=_saved_texts(page))
        self.factors = FactorLines(
            data,
            prefix="factors",
            initial=[{"text": text} for text in page.factors] if data is None else None,
            error_messages=INCOMPLETE,
        )
        self.actions = ActionLines(
            data,
            prefix="actions",
            initial=_saved_actions(page) if data is None else None,
            error_messages=INCOMPLETE,
            form_kwargs={"people": people},
        )

    @property
    def revision(self) -> int:
        """The revision that was read before typing. Only after `is_valid`."""
        revision: int = self.texts.cleaned_data["revision"]
        return revision

    def is_valid(self) -> bool:
        return all(one.is_valid() for one in (self.texts, self.factors, self.actions))

    def draft(self) -> Draft:
        """What was typed. Only after `is_valid`."""
        factors = [line.cleaned_data.get("text", "").strip() for line in self.factors]
        gone = [line.cleaned_data.get("pk") for line in self.actions.deleted_forms]
        return Draft(
            **{name: self.texts.cleaned_data[name] for name in TEXTS},
            factors=[text for text in factors if text],
            actions=[line.draft() for line in self._action_lines()],
            removed=frozenset(pk for pk in gone if pk),
        )

    def _action_lines(self) -> list[ActionForm]:
        deleted = self.actions.deleted_forms
        return [line for line in self.actions if line.cleaned_data and line not in deleted]

    def refuse(self, refused: Refused) -> None:
        """The refusal stands where it belongs: next to an action's field, or above all."""
        if isinstance(refused, CannotPlan):
            for line in self._action_lines():
                if line.draft() == refused.draft:
                    line.add_error(refused.field, str(refused))
                    return
        self.texts.add_error(None, str(refused))

    def compare(self, saved: ReviewPage, changed: Refused) -> None:
        """What is saved now stands beside what was typed; sending it again keeps what was typed."""
        typed = self.draft()
        self.refuse(changed)
        self.texts.data = {**self.texts.data, "revision": str(saved.review.revision)}
        for name in TEXTS:
            if getattr(saved.review, name) != getattr(typed, name):
                self.beside[name].theirs = getattr(saved.review, name) or "Nothing."
        if list(saved.factors) != list(typed.factors):
            self.beside["factors"].theirs = "\n".join(saved.factors) or "Nothing."
        known = {draft.pk for draft in typed.actions} | typed.removed
        added = [one.title for one in saved.actions if one.pk not in known and not one.done_at]
        self.beside["actions"].theirs = "\n".join(added)

    def hint(self, hints: Mapping[str, Sequence[Hint]]) -> None:
        """Kinder words stand beside what was saved."""
        for name, found in hints.items():
            self.beside[name].hints = found

    @property
    def has_hints(self) -> bool:
        return any(one.hints for one in self.beside.values())

    # What the error summary asks of a form

    @property
    def errors(self) -> bool:
        return self.texts.is_bound and not self.is_valid()

    def non_field_errors(self) -> list[str]:
        formsets = (self.factors.non_form_errors(), self.actions.non_form_errors())
        hidden = [self.texts["revision"].errors, *(line["pk"].errors for line in self.actions)]
        own = self.texts.non_field_errors()
        return list(dict.fromkeys(str(one) for one in chain(own, *hidden, *formsets)))

    def __iter__(self) -> Iterator[BoundField]:
        lines = [*self.factors, *self.actions]
        return chain(self.texts.visible_fields(), *(line.visible_fields() for line in lines))


def _saved_texts(page: ReviewPage) -> dict[str, Any]:
    names = ("revision", *TEXTS)
    return {name: getattr(page.review, name) for name in names}


def _saved_actions(page: ReviewPage) -> list[dict[str, Any]]:
    return [
        {
            "pk": action.pk,
            "title": action.title,
            "owner": action.owner_id,
            "due_date": action.due_date,
            "kind": action.kind,
        }
        for action in page.actions
        if action.done_at is None
    ]
