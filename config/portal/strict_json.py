"""Reading a request body as strict JSON: bounded, shallow, and only what PostgreSQL can keep."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


class Unreadable(Exception):
    """The body cannot be taken. Its text is one sentence for whoever wrote the program."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def too_large(advice: str) -> Unreadable:
    """The refusal of a body that is larger than we read; `advice` says what to do instead."""
    return Unreadable(f"The body is larger than {MAX_BYTES // 1024} KiB. {advice}", status=413)


def read_object(body: bytes, *, advice: str) -> dict[str, Any]:
    """The JSON object in `body`. Raises Unreadable with a sentence; never anything else."""
    if len(body) > MAX_BYTES:
        raise too_large(advice)
    try:
        text = body.decode("utf-8-sig")  # some programs begin with a mark of its order
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8 text.") from None
    if _depth(text) > MAX_DEPTH:
        raise Unreadable(f"The JSON is nested more than {MAX_DEPTH} levels deep.")
    try:
        payload = json.loads(text, parse_constant=_refuse_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError):
        raise Unreadable("The body is not valid JSON.") from None
    if not isinstance(payload, dict):
        raise Unreadable("The body must be a JSON object.")
    return payload


def why_not_storable(text: str) -> str | None:
    """Whether PostgreSQL can keep `text`: no NUL, no lone surrogate."""
    if "\0" in text:
        return "it holds a NUL character"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "it holds half of a surrogate pair"
    return None


def texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:  # noqa: ANN401  # whatever JSON holds
    """Every text in a value that was read, names included, with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from texts(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts(inner, (*path, str(number)))


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"The body holds {name}, which JSON does not have.")


def _depth(text: str) -> int:
    """The deepest nesting outside strings; a cheap bound before the parser recurses."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            break
    return deepest
