"""What every source's payload becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Signal:
    """One alert as its sender describes it, bounded and storable.

    `key` identifies it within its source; `starts_at` and `ends_at` are aware, `ends_at` only when
    it has ended. `severity` is 1 to 4, or None when the sender does not say.
    """

    key: str
    name: str
    is_firing: bool
    summary: str = ""
    service: str = ""
    severity: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = ""


@dataclass(frozen=True)
class Rejected:
    """One alert of a payload that cannot be read, and why, in one sentence."""

    sentence: str


@dataclass(frozen=True)
class Parcel:
    """One payload: its alerts in their order, and the key under which they belong together."""

    group_key: str
    title: str
    alerts: tuple[Signal | Rejected, ...]


SEVERITY_WORDS: Mapping[str, int] = {
    **dict.fromkeys(["critical", "emergency", "fatal", "page", "disaster", "sev1", "p1"], 1),
    **dict.fromkeys(["error", "high", "major", "serious", "sev2", "p2"], 2),
    **dict.fromkeys(["warning", "warn", "average", "minor", "sev3", "p3"], 3),
    **dict.fromkeys(["info", "information", "notice", "low", "small", "none", "sev4", "p4"], 4),
}


def severity_level(word: str) -> int | None:
    """The level that a sender's word means, or None for a word we do not know."""
    return SEVERITY_WORDS.get(word.strip().lower())
