"""Reading a request body as strict JSON: bounded, shallow, and only what PostgreSQL can keep."""

import json
import re
from typing import Any, NoReturn

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


class Unreadable(Exception):
    """The body cannot be taken. Its text is one sentence for whoever set the sender up."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises Unreadable with a sentence; never anything else."""
    if len(body) > MAX_BYTES:
        raise Unreadable(
            f"The body is larger than {MAX_BYTES // 1024} KiB. Send fewer alerts at once.",
            status=413,
        )
    try:
        text = body.decode("utf-8")
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
