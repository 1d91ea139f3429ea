"""Errors of the API: one form, in sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import JsonResponse

BODY, PATH = "body", "path"


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one field. `index` counts the entries of a list from 0."""

    code: str
    message: str
    field: str = ""
    index: int | None = None

    def as_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"code": self.code, "message": self.message, "field": self.field}
        return data if self.index is None else {**data, "index": self.index}


@dataclass(frozen=True)
class Answer:
    """One refusal: what the program reads, and the sentence for whoever wrote it."""

    status: int
    code: str
    message: str
    errors: tuple[Trouble, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A request that is answered with an error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        errors: Iterable[Trouble] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.answer = Answer(status, code, message, tuple(errors), headers or {})


def respond(answer: Answer) -> JsonResponse:
    data: dict[str, Any] = {
        "code": answer.code,
        "message": answer.message,
        "errors": [one.as_data() for one in answer.errors],
    }
    if len(answer.errors) == 1:
        data["field"] = answer.errors[0].field
    return JsonResponse(data, status=answer.status, headers=dict(answer.headers))


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"There is no {what} here.")


def not_allowed(sentence: str) -> Problem:
    return Problem(403, "not_allowed", sentence)


def conflict(sentence: str, errors: Iterable[Trouble] = ()) -> Problem:
    return Problem(409, "conflict", sentence, errors)


def not_valid(errors: Sequence[Trouble]) -> Problem:
    """422 with every field that is wrong."""
    if len(errors) == 1:
        return Problem(422, "not_valid", errors[0].message, errors)
    return Problem(422, "not_valid", f"{len(errors)} things are wrong. Nothing changed.", errors)


def of_validation(found: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem behind what a schema says of a request."""
    if any(one["loc"][0] == PATH for one in found):
        return not_found("such thing")
    return not_valid([_trouble(one) for one in found])


def _trouble(one: Mapping[str, Any]) -> Trouble:
    place, *way = one["loc"]
    if place == BODY:
        way = way[1:]  # the name that the body has in our code
    steps = [str(step) for step in way if step not in SHAPES]
    numbers = [step for step in way if isinstance(step, int)]
    name = ".".join(steps)
    code, text = _said(one)
    sentence = f"“{name}” {text}" if name else f"The body {text}"
    return Trouble(code, sentence, name, numbers[0] if numbers else None)


SHAPES = frozenset({"filters", "asked"})
"""Names that our code gives to a group of parameters."""

SAID: dict[str, tuple[str, str]] = {
    "missing": ("missing", "is missing."),
    "extra_forbidden": ("unknown", "is no field here."),
    "string_type": ("type", "must be text."),
    "string_too_short": ("length", "must not be shorter than {min_length} characters."),
    "string_too_long": ("length", "must not be longer than {max_length} characters."),
    "string_pattern_mismatch": ("form", "does not have the form {pattern}."),
    "int_type": ("type", "must be a whole number."),
    "int_parsing": ("type", "must be a whole number."),
    "int_parsing_size": ("range", "is too large."),
    "int_from_float": ("type", "must be a whole number."),
    "bool_type": ("type", "must be true or false."),
    "bool_parsing": ("type", "must be true or false."),
    "greater_than_equal": ("range", "must be {ge} or more."),
    "less_than_equal": ("range", "must be {le} or less."),
    "list_type": ("type", "must be a list."),
    "too_long": ("length", "must not have more than {max_length} entries."),
    "too_short": ("length", "must have {min_length} or more entries."),
    "literal_error": ("choice", "must be {expected}."),
    "enum": ("choice", "must be {expected}."),
    "model_type": ("type", "must be an object."),
    "model_attributes_type": ("type", "must be an object."),
    "dict_type": ("type", "must be an object."),
}


def _said(one: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the words of one complaint, reading after the name of the field."""
    context = one.get("ctx") or {}
    if one["type"] == "value_error":
        return "form", str(context.get("error", "is not right."))
    code, text = SAID.get(one["type"], ("form", "is not right."))
    return code, text.format_map(context)
