"""Alerts that found no service: what they name, and the rule that would give them one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SERVICE_LABELS = ("service", "app", "application", "job")
LONGEST = 120


@dataclass(frozen=True)
class Naming:
    """What alerts of one kind have in common: a label that names a service, or their name."""

    what: str
    value: str

    @property
    def words(self) -> str:
        kind, _colon, label = self.what.partition(":")
        return f"{label} = {self.value}" if kind == "label" else self.value

    @property
    def condition(self) -> dict[str, Any]:
        """What a rule for these alerts asks."""
        return {"what": self.what, "test": "is", "value": self.value, "minutes": 0}


def naming(name: str, labels: object) -> Naming:
    """By what an alert is grouped: the first label that may name a service, else its name."""
    if isinstance(labels, Mapping):
        for label in SERVICE_LABELS:
            value = labels.get(label)
            if isinstance(value, str) and value.strip() and len(value) <= LONGEST:
                return Naming(f"label:{label}", value)
    return Naming("name", name)


def rule_name(found: Naming, service: str) -> str:
    """What the proposed rule is called; never longer than a name may be."""
    return f"{found.words} is {service}"[:LONGEST]
