"""Which forms keep what is typed into them, which of their fields, and how much."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_CHARACTERS = 20_000
MOST_FIELDS = 60
TOO_LONG = "Too long to keep as a draft. Send it, or keep a copy yourself."


@dataclass(frozen=True)
class Kind:
    """One kind of form. What is no answer of a person (keys, tokens) is not among its fields."""

    name: re.Pattern[str]
    fields: re.Pattern[str]
    about: str = ""
    most_characters: int = MOST_CHARACTERS
    most_fields: int = MOST_FIELDS


@dataclass(frozen=True)
class Form:
    """One form: its kind, and the number of what it is about (0 for none)."""

    name: str
    kind: Kind
    number: int


REVIEW_FIELDS = (
    r"revision|story|went_well|was_lucky|escalation_look_back|factors-\d{1,3}-text"
    r"|actions-\d{1,3}-(pk|title|owner|due_date|kind|DELETE)|base-[a-z_]+(-\d{1,12})?"
)
KINDS = (
    Kind(re.compile(r"declare"), re.compile(r"title|service|severity")),
    Kind(
        re.compile(r"incident/(\d{1,12})/update"),
        re.compile(r"impact|known|doing|after"),
        "incident",
    ),
    Kind(re.compile(r"incident/(\d{1,12})/(?:contain|resolve)"), re.compile(r"at"), "incident"),
    Kind(re.compile(r"incident/(\d{1,12})/note"), re.compile(r"text"), "incident"),
    # The grid of the contact matrix: one draft for each of its views; `query` says which.
    Kind(
        re.compile(r"grid/[0-9a-f]{12}"),
        re.compile(r"query|reason|(?:who|backup|was)-[0-9stc.]{1,60}"),
        most_characters=200_000,
        most_fields=2_500,
    ),
    # Four long texts, and a line with five fields for each action.
    Kind(
        re.compile(r"review/(\d{1,12})"),
        re.compile(REVIEW_FIELDS),
        "review",
        most_characters=60_000,
        most_fields=400,
    ),
)


def form_called(name: str) -> Form | None:
    """The form of this name; None for one that keeps nothing."""
    for kind in KINDS:
        found = kind.name.fullmatch(name)
        if found and name.isascii():
            number = found.groups()[0] if found.groups() else 0
            return Form(name, kind, int(number))
    return None


def answers_to_keep(form: Form, posted: Mapping[str, str]) -> dict[str, str]:
    """What a person typed, out of all that came with it."""
    return {
        name: value.replace("\0", "")
        for name, value in posted.items()
        if name.isascii() and form.kind.fields.fullmatch(name)
    }


def why_not_keep(form: Form, answers: Mapping[str, str]) -> str | None:
    size = sum(len(name) + len(value) for name, value in answers.items())
    is_too_long = size > form.kind.most_characters or len(answers) > form.kind.most_fields
    return TOO_LONG if is_too_long else None
