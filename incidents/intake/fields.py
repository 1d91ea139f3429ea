"""How values of a payload are read: strictly, and in one way for every kind of source.

What is missing or null reads as empty. A wrong type, or text that cannot be kept, raises Unreadable
with a sentence, and nothing else is ever raised. Text that is too long is cut. Characters that
control a terminal or turn the direction of writing are left out.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from incidents.intake.body import Unreadable, read_object, why_not_storable
from incidents.intake.signal import Rejected

MAX_ALERTS = 1000
MAX_LABELS = 64
MAX_LABEL_NAME = 200
MAX_LABEL_LENGTH = 1024
KEY_LENGTH = 64
NAME_LENGTH = 200
SUMMARY_LENGTH = 500
SERVICE_LENGTH = 80
LINK_LENGTH = 1000
CHANGE_TITLE_LENGTH = 160
CHANGE_LINK_LENGTH = 500
LARGEST_NUMBER = 9 * 10**18

# Controls but tab and line ends, halves of pairs, and the marks that turn the direction of text.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Nothing that anybody sees: spaces, joiners, fillers, marks of direction, variants and tags.
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
# What stands where a template had nothing to fill in.
_UNFILLED = re.compile(
    r"[<\[](?:no value|nil)[>\]]|none|null|nil|undefined|nan|\[object object\]|\$?\{\{?[^{}]*\}?\}",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[^a-z0-9]")
_LINK = re.compile(r"https?://[^\s\"'<>\\^`{|}]+", re.IGNORECASE)

Read = TypeVar("Read")


def clean(text: str, field: str) -> str:
    """`text` without what must never be shown. Raises Unreadable when it cannot be kept."""
    if _ODD.search(text) is None:
        return text
    why_not = why_not_storable(text)
    if why_not:
        raise Unreadable(f"“{field}” cannot be kept: {why_not}.")
    return _ODD.sub("", text)


def plainly_named(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with its names in small letters and digits alone, for what people write by hand.

    EVENT_ID, event.id and {EVENT.ID} are all "eventid" then.
    """
    return {_PLAIN.sub("", name.lower()): value for name, value in payload.items()}


def text(holder: Mapping[str, Any], *names: str, most: int = SUMMARY_LENGTH) -> str:
    """The first of these fields that says something, cut to `most` characters."""
    for name in names:
        found = holder.get(name)
        if found is None:
            continue
        if not isinstance(found, str):
            raise Unreadable(f"“{name}” must be text.")
        cleaned = clean(found, name).strip()
        if cleaned and (cleaned.isascii() or not _UNSEEN.fullmatch(cleaned)):
            return cleaned[:most].rstrip()
    return ""


def filled(holder: Mapping[str, Any], *names: str, most: int = SUMMARY_LENGTH) -> str:
    """Like `text`, but of a template that had nothing to fill in, such as "None", nothing."""
    said = (text(holder, name, most=most) for name in names)
    return next((one for one in said if one and not _UNFILLED.fullmatch(one)), "")


def line(holder: Mapping[str, Any], *names: str, most: int = NAME_LENGTH) -> str:
    """Like `text`, as one line."""
    return " ".join(text(holder, *names, most=most * 4).split())[:most].rstrip()


def word(holder: Mapping[str, Any], *names: str, most: int = NAME_LENGTH) -> str:
    """Like `line`, for what tools write as text or as a number, such as an id."""
    for name in names:
        found = _number(holder.get(name), name)
        said = str(found) if found is not None else line(holder, name, most=most)
        if said:
            return said
    return ""


def spare(holder: Mapping[str, Any], *names: str, most: int = NAME_LENGTH) -> str:
    """Like `word`, for what an alert can do without: nothing instead of Unreadable."""
    try:
        return word(holder, *names, most=most)
    except Unreadable:
        return ""


def number(holder: Mapping[str, Any], *names: str) -> float | None:
    """The first of these fields that holds a number, or text that is one."""
    for name in names:
        found = _number(holder.get(name), name)
        if found is not None:
            return found
        said = line(holder, name, most=40)
        if said:
            return _parsed(said, name)
    return None


def is_true(holder: Mapping[str, Any], name: str) -> bool:
    """Whether the field says true; a missing one does not."""
    found = holder.get(name)
    if found is None or isinstance(found, bool):
        return bool(found)
    raise Unreadable(f"“{name}” must be true or false.")


def inside(holder: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at the end of `path`; an empty one when there is none."""
    for name in path:
        found = holder.get(name)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise Unreadable(f"“{name}” must be an object.")
        holder = found
    return holder


def items(holder: Mapping[str, Any], name: str) -> list[object]:
    """The list in this field; an empty one when there is none."""
    found = holder.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unreadable(f"“{name}” is not a list.")
    return found


def alerts(holder: Mapping[str, Any], name: str, *, advice: str = "") -> list[object]:
    """The list of alerts in this field, which must be there, with one to MAX_ALERTS entries."""
    if not isinstance(holder.get(name), list):
        raise Unreadable(f"“{name}” is missing, or is not a list.")
    found = items(holder, name)
    if not found:
        raise Unreadable(f"“{name}” is empty. There is nothing to do.")
    if len(found) > MAX_ALERTS:
        raise Unreadable(f"More than {MAX_ALERTS} alerts at once. {advice}".strip(), status=413)
    return found


def each(found: Iterable[object], read: Callable[[Mapping[str, Any]], Read]) -> tuple[Any, ...]:
    """What `read` makes of every alert; one that it cannot read is Rejected, and costs no other."""
    return tuple(_one(item, read) for item in found)


def _one(item: object, read: Callable[[Mapping[str, Any]], Read]) -> Read | Rejected:
    try:
        if not isinstance(item, dict):
            return Rejected("An alert must be a JSON object.")
        return read(item)
    except Unreadable as unreadable:
        return Rejected(str(unreadable))


def labels(holder: Mapping[str, Any], name: str) -> dict[str, str]:
    """The labels in this field: text by name. More than MAX_LABELS are refused, not cut."""
    found = inside(holder, name)
    if len(found) > MAX_LABELS:
        raise Unreadable(f"“{name}” has more than {MAX_LABELS} entries.")
    if not all(isinstance(label, str) for label in found.values()):
        raise Unreadable(f"“{name}” may hold only text.")
    return {
        clean(label, name)[:MAX_LABEL_NAME]: clean(said, name)[:MAX_LABEL_LENGTH]
        for label, said in found.items()
    }


def as_labels(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Labels of what was read elsewhere: without empty ones, and the first MAX_LABELS at most."""
    made: dict[str, str] = {}
    for name, said in pairs:
        if name and said and len(made) < MAX_LABELS:
            made.setdefault(name[:MAX_LABEL_NAME], said[:MAX_LABEL_LENGTH])
    return made


def tags(said: str, *, between: str = ",") -> dict[str, str]:
    """Labels of text such as "env:prod,service:web,urgent"."""
    parts = (part.strip().partition(":") for part in said.split(between))
    return as_labels((name.strip(), rest.strip() or "yes") for name, _, rest in parts)


def link(holder: Mapping[str, Any], *names: str, most: int = LINK_LENGTH) -> str:
    """The first of these fields that holds an http address people may follow, or nothing.

    An alert is worth more than its link: one that is none, or is too long, is left out.
    """
    for name in names:
        found = holder.get(name)
        if isinstance(found, str) and is_link(found.strip(), most=most):
            return found.strip()
    return ""


def is_link(said: str, *, most: int = LINK_LENGTH) -> bool:
    """Whether this is an http address with a host, and nothing else."""
    if len(said) > most or not _LINK.fullmatch(said) or _ODD.search(said):
        return False
    try:
        return bool(urlsplit(said).hostname)
    except ValueError:
        return False


def key(*parts: str) -> str:
    """A key from its parts, in order; the digest of them when they are too long."""
    joined = ":".join(part for part in parts if part)
    return joined if len(joined) <= KEY_LENGTH else digest({"key": joined})


def digest(values: Mapping[str, str]) -> str:
    """The same 64 characters for the same values, in whatever order."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def nested(said: str) -> Mapping[str, Any]:
    """The JSON object that a text holds; an empty one for any other text."""
    try:
        return read_object(said.encode(errors="replace"))
    except Unreadable:
        return {}


def _number(found: object, name: str) -> int | float | None:
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    if not -LARGEST_NUMBER <= found <= LARGEST_NUMBER:
        raise Unreadable(f"“{name}” is too large a number.")
    return found


def _parsed(said: str, name: str) -> float:
    try:
        found = float(said)
    except ValueError:
        raise Unreadable(f"“{name}” must be a number.") from None
    return _number(found, name) or 0.0
