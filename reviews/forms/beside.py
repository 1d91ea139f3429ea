"""What stands beside each part of a review's form: kinder words, and what another saved meanwhile.

The second of two writers gets the form back with both texts. What they had not touched already
says what the other wrote; where both wrote, they choose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.forms import Form
from django.http import QueryDict

from reviews.logic import merging
from reviews.logic.blameless import Hint
from reviews.logic.merging import Settled
from reviews.logic.progress import TEXTS
from reviews.models import ActionItem
from reviews.queries.page import ReviewPage
from rosters.models import Person

if TYPE_CHECKING:
    from reviews.forms.entry import ReviewEntry

NOTHING = "Nothing."


@dataclass(frozen=True)
class Other:
    """What somebody else saved while this was written.

    `what`: ask (both changed it), taken (the writer had not touched it), gone, or added.
    """

    what: str
    part: str
    text: str
    who: str
    at: datetime | None


@dataclass
class Beside:
    """What stands beside one part: words to say kinder, and what somebody else saved meanwhile."""

    hints: Sequence[Hint] = ()
    other: Other | None = None


@dataclass(frozen=True)
class Saved:
    """What is saved now, by whom, and who could own an action."""

    page: ReviewPage
    who: str
    people: Sequence[Person]

    def other(self, what: str, part: str, text: str = "") -> Other:
        return Other(what, part, text or NOTHING, self.who, self.page.review.edited_at)


def parts_of(page: ReviewPage) -> dict[str, str]:
    """Each part of a saved review as one text, by the name of the part."""
    texts = {name: str(getattr(page.review, name)) for name in TEXTS}
    texts["factors"] = "\n".join(page.factors)
    return texts | {
        f"action-{action.pk}": _line(*_values(action))
        for action in page.actions
        if not action.done_at
    }


NAMES = ("title", "owner", "due_date", "kind")


def _values(action: ActionItem) -> tuple[object, ...]:
    return (action.title, action.owner_id, action.due_date, action.kind)


def _line(*values: object) -> str:
    return "\n".join(str(value).strip() for value in values)


def merged(entry: "ReviewEntry", saved: Saved) -> "ReviewEntry":
    """The form again, on what is saved now, with both texts where they differ.

    Sending it once more keeps what stands in its fields, or takes the other's where that is chosen.
    """
    sent = entry.data.copy() if entry.data is not None else QueryDict(mutable=True)
    theirs = parts_of(saved.page)
    found = [*_texts(sent, theirs, saved), *_lines(sent, theirs, saved)]
    for name in [name for name in sent if name.startswith(("base-", "choice-"))]:
        del sent[name]
    sent["revision"] = str(saved.page.review.revision)
    for part, text in theirs.items():
        sent[f"base-{part}"] = merging.mark(text)
    again = type(entry)(saved.page, people=saved.people, data=sent)
    again.is_valid()
    _place(again, found)
    known = {line.data.get(f"{line.prefix}-pk") for line in again.actions}
    added = [
        one.title for one in saved.page.actions if str(one.pk) not in known and not one.done_at
    ]
    if added:
        again.beside["actions"].other = saved.other("added", "actions", "\n".join(added))
    return again


def _texts(sent: QueryDict, theirs: dict[str, str], saved: Saved) -> Iterable[Other]:
    """What came of the texts and the list of factors; what is taken is put into `sent`."""
    lines = _numbers(sent, "factors")
    typed = {name: _get(sent, name) for name in TEXTS}
    typed["factors"] = "\n".join(
        text for number in lines if (text := _get(sent, f"factors-{number}-text").strip())
    )
    for part, mine in typed.items():
        settled = merging.settle(mine=mine, theirs=theirs[part], base=_get(sent, f"base-{part}"))
        if settled is Settled.ASK:
            yield saved.other("ask", part, theirs[part])
        elif settled is Settled.THEIRS:
            yield saved.other("taken", part)
            _take(sent, part, saved.page)


def _take(sent: QueryDict, part: str, page: ReviewPage) -> None:
    if part != "factors":
        sent[part] = getattr(page.review, part)
        return
    for number in _numbers(sent, "factors"):
        del sent[f"factors-{number}-text"]
    for number, factor in enumerate(page.factors):
        sent[f"factors-{number}-text"] = factor
    sent["factors-TOTAL_FORMS"] = str(len(page.factors) + 1)


def _lines(sent: QueryDict, theirs: dict[str, str], saved: Saved) -> Iterable[Other]:
    """The same for each action item that was on the page."""
    actions = {f"action-{one.pk}": one for one in saved.page.actions}
    for number in _numbers(sent, "actions"):
        start = f"actions-{number}"
        part = f"action-{_get(sent, f'{start}-pk')}"
        mine, base = _typed(sent, start), _get(sent, f"base-{part}")
        if part not in actions and base and mine:
            yield saved.other("gone", part)
            if merging.mark(mine) == base:
                sent[f"{start}-DELETE"] = "on"
        if part not in theirs:
            continue  # new, gone, or done meanwhile: saving says so
        settled = merging.settle(mine=mine, theirs=theirs[part], base=base)
        if settled is Settled.ASK:
            yield saved.other("ask", part, _said(actions[part]))
        elif settled is Settled.THEIRS:
            yield saved.other("taken", part)
            for name, value in zip(NAMES, _values(actions[part]), strict=True):
                sent[f"{start}-{name}"] = str(value)


def _typed(sent: QueryDict, start: str) -> str:
    """One line as one text; nothing when it shall be removed."""
    if _get(sent, f"{start}-DELETE"):
        return ""
    return _line(*(_get(sent, f"{start}-{name}") for name in NAMES))


def _said(action: ActionItem) -> str:
    return f"{action.title}\n{action.owner.full_name}, due {action.due_date:%Y-%m-%d}"


def _place(entry: "ReviewEntry", found: Iterable[Other]) -> None:
    lines = {f"action-{line.data.get(f'{line.prefix}-pk')}": line for line in entry.actions}
    for other in found:
        place = entry.beside.get(other.part) or lines[other.part].beside
        place.other = other
        if other.what == "ask":
            form, name = _first_field(entry, lines, other.part)
            form.add_error(name, f"{other.who} changed this too. Choose whose words stay.")


def _first_field(entry: "ReviewEntry", lines: dict[str, Any], part: str) -> tuple[Form, str | None]:
    """The field that the error summary leads to."""
    if part in TEXTS:
        return entry.texts, part
    if part in lines:
        return lines[part], "title"
    return (entry.factors[0], "text") if len(entry.factors) else (entry.texts, None)


def _numbers(sent: QueryDict, prefix: str) -> list[int]:
    """The lines of a list, as far as the form counts them."""
    total = _get(sent, f"{prefix}-TOTAL_FORMS")
    count = int(total) if total.isascii() and total.isdigit() else 0
    return [n for n in range(min(count, 100)) if any(f"{prefix}-{n}-{x}" in sent for x in KEYS)]


KEYS = ("text", "pk", "title")


def _get(sent: QueryDict, name: str) -> str:
    return str(sent.get(name, ""))
