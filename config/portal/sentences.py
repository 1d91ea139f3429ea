"""Sentences as facts: a pattern and its parameters, turned into words only at the edge.

Logic, timeline, notifications and differences keep these; `config.portal.words` writes them out for
one reader. Plain Python, so that logic may use it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

Param = str | int | datetime | Sequence[str] | None

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class Sentence:
    """One thing to say, for any reader: `Sentence("We phone {who} at {due_at}.", {...})`.

    A key's ending tells what its value is: `_at` an aware datetime (an ISO string is parsed),
    `_minutes` whole minutes, `_names` names of people; anything else is text, and None is no text.
    Raises when a placeholder has no value or a value is of the wrong kind.
    """

    msgid: str
    params: Mapping[str, Param] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.msgid:
            raise ValueError("A sentence needs words.")
        missing = set(PLACEHOLDER.findall(self.msgid)) - set(self.params)
        if missing:
            raise ValueError(f"{self.msgid!r} has no value for {', '.join(sorted(missing))}.")
        clean = {key: _clean(key, value) for key, value in self.params.items()}
        object.__setattr__(self, "params", clean)


def sentence(msgid: str, /, **params: object) -> Sentence:
    """The same, easier to read: `sentence("We phone {who} at {due_at}.", who=…, due_at=…)`."""
    return Sentence(msgid, cast("Mapping[str, Param]", params))


def to_json(said: Sentence) -> dict[str, Any]:
    """Only strings, numbers, lists and one dict; instants as ISO in UTC."""
    return {"msgid": said.msgid, "params": {k: _plain(v) for k, v in said.params.items()}}


def from_json(stored: Mapping[str, Any]) -> Sentence:
    """The sentence that `to_json` wrote. Raises ValueError on anything else."""
    try:
        return Sentence(stored["msgid"], dict(stored["params"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("This is not a stored sentence.") from error


def _clean(key: str, value: object) -> Param:
    if key.endswith("_at"):
        return _instant(key, value)
    if key.endswith("_minutes"):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise TypeError(f"{key} must be whole minutes, not {value!r}.")
    if key.endswith("_names"):
        return _names(key, value)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError(f"{key} must be text, not {value!r}.")


def _instant(key: str, value: object) -> datetime:
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(parsed, datetime):
        raise TypeError(f"{key} must be an instant, not {value!r}.")
    if parsed.tzinfo is None:
        raise ValueError(f"{key} must be an aware instant, not {value!r}.")
    return parsed.astimezone(UTC)


def _names(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"{key} must be a list of names, not {value!r}.")
    if not all(isinstance(name, str) for name in value):
        raise TypeError(f"{key} must hold only names, not {value!r}.")
    return tuple(value)


def _plain(value: Param) -> str | int | list[str]:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int) else list(value or ())
