"""Sentences as facts: a pattern and its parameters, turned into words only at the edge.

Logic, timeline, notifications and differences keep these; `config.portal.words` writes them out for
one reader, in the reader's language. Plain Python, so that logic may use it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

Param = str | int | datetime | Sequence[str] | None

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) (?=[A-ZÄÖÜ{“])")
T = TypeVar("T")
SPOKEN: set[str] = set()
"""Every pattern that stands in a table, for the catalogue: see `spoken`."""


class Phrase(str):  # it carries its pattern
    """A part of a sentence, such as "on call for Payments": English text that knows its pattern.

    Everywhere it is that text, also where it is kept; `config.portal.words` writes it in the
    language of whoever reads.
    """

    msgid: str
    params: Mapping[str, str]
    context: str

    def __getnewargs__(self) -> tuple[str]:
        return (str(self),)


def phrase(msgid: str, /, *, context: str = "", **params: str) -> Phrase:
    """`phrase("on call for {what}", what="Payments")`; a value may be a phrase itself.

    `context` tells translators apart what is one word in English: "phone" as what we do.
    Raises KeyError when a placeholder has no value.
    """
    made = Phrase(msgid.format(**params))
    made.msgid, made.params, made.context = msgid, params, context
    return made


def listing(names: Iterable[str]) -> str:
    """Names or phrases as one: "Mei, Ben and Jonas"."""
    found = list(names)
    if len(found) < 2:
        return found[0] if found else ""
    if len(found) == 2:
        return phrase("{first} and {last}", first=found[0], last=found[1])
    places = {f"name{number}": name for number, name in enumerate(found[:-1])}
    before = phrase(", ".join(f"{{{place}}}" for place in places), **places)
    return phrase("{first} and {last}", first=before, last=found[-1])


def spoken(table: T) -> T:
    """The same table; every text in it is a pattern that the catalogue must know."""
    SPOKEN.update(_texts(table))
    return table


def spoken_whole(table: Mapping[Any, str]) -> Mapping[Any, str]:
    """The same where each text is translated as one: whole messages with their own places."""
    SPOKEN.update(table.values())
    return table


def _texts(found: object) -> Iterable[str]:
    if isinstance(found, str):
        yield from each_sentence(found)
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, Iterable):
        for value in found:
            yield from _texts(value)


def each_sentence(msgid: str) -> list[str]:
    """The sentences of one pattern: they are translated one by one, so that parts may be joined."""
    return [one for one in BETWEEN_SENTENCES.split(msgid.strip()) if one]


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
