"""What one request was answered, in words. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidents.enums import AlertOutcome

SAID = {
    AlertOutcome.CREATED: "{} opened",
    AlertOutcome.GROUPED: "{} joined",
    AlertOutcome.REOPENED: "{} opened again",
    AlertOutcome.RESOLVED: "{} resolved",
    AlertOutcome.SUPPRESSED: "{} kept quietly",
    AlertOutcome.HELD: "{} waiting",
    AlertOutcome.NOTED: "{} noted",
    AlertOutcome.IGNORED: "{} with nothing to do",
    AlertOutcome.REJECTED: "{} not read",
}


@dataclass(frozen=True)
class Said:
    """What became of one alert or change. `reference` names its incident, or nothing."""

    name: str
    key: str
    sentence: str
    reference: str = ""


def parts(answer: Mapping[str, Any]) -> list[Said]:
    """What was answered of each alert, in the order in which they came."""
    return [
        Said(
            name=str(one.get("alert") or one.get("change") or ""),
            key=str(one.get("key", "")),
            sentence=str(one.get("message", "")),
            reference=str(one.get("incident", "")),
        )
        for one in _alerts(answer)
    ]


def in_words(answer: Mapping[str, Any]) -> str:
    """The whole answer in one line: "2 opened, 1 joined", or the sentence of a refusal.

    An alert that belongs to an incident is not named: its reader may not know of the incident.
    """
    found = _alerts(answer)
    if not found:
        return str(answer.get("message") or "There was nothing in it").removesuffix(".")
    if len(found) == 1:
        return _alone(found[0])
    counts = Counter(str(one.get("outcome", "")) for one in found)
    if len(counts) > 1:
        counts[AlertOutcome.IGNORED] = 0  # what else came says more
    said = [text.format(counts[kind]) for kind, text in SAID.items() if counts[kind]]
    return ", ".join(said)


def _alone(one: Mapping[str, Any]) -> str:
    sentence = str(one.get("message", "")).removesuffix(".")
    name = one.get("alert") or one.get("change")
    if not name or one.get("incident"):
        return sentence
    return f"{name}: {sentence[:1].lower()}{sentence[1:]}"


def _alerts(answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = answer.get("alerts")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
