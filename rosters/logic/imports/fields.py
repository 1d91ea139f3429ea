"""How a change of one field is said, alike for people and services. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.portal.sentences import Sentence, sentence

SHORT = 90


@dataclass(frozen=True)
class Change:
    """One field before and after, as people read it."""

    label: str
    was: str
    becomes: str


def said(changes: Iterable[Change], *, is_new: bool, what: str) -> tuple[Sentence, ...]:
    """Everything that one row changes, a sentence for each field."""
    found = [sentence("New {what}.", what=what)] if is_new else []
    for one in changes:
        facts = {"label": one.label, "was": _short(one.was), "becomes": _short(one.becomes)}
        is_put = is_new or not one.was
        text = "{label}: {becomes}." if is_put else "{label} from {was} to {becomes}."
        found.append(Sentence(text, facts))
    return tuple(found)


def added(label: str, names: Iterable[str]) -> Sentence:
    """What comes into a list: "Teams: also Payments and Platform"."""
    return sentence("{label}: also {added_names}.", label=label, added_names=list(names))


def changed(
    now: Mapping[str, str], given: Mapping[str, str | None], labels: Mapping[str, str]
) -> tuple[dict[str, str], list[Change]]:
    """What of the row is different, as values and as words. Empty cells change nothing."""
    values = {key: text for key, text in given.items() if text and text != now.get(key, "")}
    return values, [Change(labels[key], now.get(key, ""), text) for key, text in values.items()]


def _short(text: str) -> str:
    line = " / ".join(text.split("\n")).rstrip(".")
    return line if len(line) <= SHORT else f"{line[:SHORT]}…"
