"""Everything that can be typed on a review's page, as one form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.forms import BoundField
from django.http import QueryDict

from config.portal.refusals import Refused
from reviews.forms.beside import Beside, parts_of
from reviews.forms.lines import INCOMPLETE, ActionForm, ActionLines, FactorLines, TextsForm
from reviews.logic import merging
from reviews.logic.blameless import Hint
from reviews.logic.progress import TEXTS
from reviews.operations.actions import CannotPlan
from reviews.operations.editing import Draft
from reviews.queries.page import ReviewPage
from rosters.models import Person


class ReviewEntry:
    """Everything that can be typed on a review's page, read and judged together.

    To the error summary it is one form.
    """

    def __init__(
        self,
        page: ReviewPage,
        *,
        people: Sequence[Person],
        data: QueryDict | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """As sent (`data`), else as in a draft (`typed`), else as saved."""
        start = _from_draft(typed) if typed else _saved(page)
        self.page = page
        self.data = data
        self.beside = {name: Beside() for name in (*TEXTS, "factors", "actions")}
        self.marks = _marks(page, data if data is not None else typed)
        self.texts = TextsForm(None if data is None else data.dict(), initial=start.texts)
        self.factors = FactorLines(
            data,
            prefix="factors",
            initial=start.factors if data is None else None,
            error_messages=INCOMPLETE,
        )
        self.actions = ActionLines(
            data,
            prefix="actions",
            initial=start.actions if data is None else None,
            error_messages=INCOMPLETE,
            form_kwargs={"people": people, "now": page.now},
        )

    @property
    def is_bound(self) -> bool:
        return self.texts.is_bound

    @property
    def revision(self) -> int:
        """The revision that was read before typing. Only after `is_valid`."""
        revision: int = self.texts.cleaned_data["revision"]
        return revision

    def is_valid(self) -> bool:
        return all(one.is_valid() for one in (self.texts, self.factors, self.actions))

    def draft(self) -> Draft:
        """What shall be saved: what was typed, or what another saved where that was chosen.

        Only after `is_valid`.
        """
        texts = {name: self.texts.cleaned_data[name] for name in TEXTS}
        texts |= {name: getattr(self.page.review, name) for name in TEXTS if self._takes(name)}
        factors = [line.cleaned_data.get("text", "").strip() for line in self.factors]
        if self._takes("factors"):
            factors = list(self.page.factors)
        lines = [line for line in self._action_lines() if not self._takes_line(line)]
        gone = [line for line in self.actions.deleted_forms if not self._takes_line(line)]
        return Draft(
            **texts,
            factors=[text for text in factors if text],
            actions=[line.draft() for line in lines],
            removed=frozenset(
                pk for pk in (line.cleaned_data.get("pk") for line in gone) if pk
            ),
        )  # fmt: skip

    def _takes(self, part: str) -> bool:
        return self.data is not None and self.data.get(f"choice-{part}") == "theirs"

    def _takes_line(self, line: ActionForm) -> bool:
        return self._takes(f"action-{line.cleaned_data.get('pk')}")

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


def _marks(page: ReviewPage, came: Mapping[str, Any] | None) -> dict[str, str]:
    """The mark of what each part began from: as it came with what was typed, else as saved."""
    if came:
        return {name: str(came[name]) for name in came if name.startswith("base-")}
    return {f"base-{part}": merging.mark(text) for part, text in parts_of(page).items()}


@dataclass(frozen=True)
class Start:
    """What the form is filled with before anybody types."""

    texts: dict[str, Any]
    factors: list[dict[str, Any]]
    actions: list[dict[str, Any]]


LINE = re.compile(r"(factors|actions)-(\d+)-(\w+)")


def _from_draft(typed: Mapping[str, str]) -> Start:
    """Every line that was typed, in its order; a line that is all empty is none."""
    lines: dict[str, dict[int, dict[str, Any]]] = {"factors": {}, "actions": {}}
    texts = {}
    for name, value in typed.items():
        found = LINE.fullmatch(name)
        if found:
            lines[found[1]].setdefault(int(found[2]), {})[found[3]] = value
        else:
            texts[name] = value
    factors, actions = (
        [line for _, line in sorted(some.items()) if _says_something(line)]
        for some in lines.values()
    )
    return Start(texts, factors, actions)


def _says_something(line: Mapping[str, str]) -> bool:
    return any(value.strip() for name, value in line.items() if name != "kind")


def _saved(page: ReviewPage) -> Start:
    texts = {name: getattr(page.review, name) for name in ("revision", *TEXTS)}
    return Start(texts, [{"text": text} for text in page.factors], _saved_actions(page))


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
