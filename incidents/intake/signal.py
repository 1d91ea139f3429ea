"""What every source's payload becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Post:
    """What a sender posted: its JSON object, and the request's headers, named in lower case."""

    payload: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signal:
    """One alert as its sender describes it, bounded and storable.

    `key` identifies it within its source; `starts_at` and `ends_at` are aware, `ends_at` only when
    it has ended. `severity` is 1 to 4, or None when the sender does not say. Alerts with the same
    `group_key` belong to one incident; empty stands for the key of the parcel.
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
    group_key: str = ""


@dataclass(frozen=True)
class Made:
    """One change that a sender reports: a deploy, a setting, a switch, a change at a supplier.

    `key` identifies it within its source, so that a repeat changes nothing; `kind` is a value of
    `ChangeKind`; `made_at` is aware, or None for "when it arrived".
    """

    key: str
    title: str
    kind: str = "deploy"
    service: str = ""
    link: str = ""
    made_at: datetime | None = None
    made_by: str = ""


@dataclass(frozen=True)
class Noted:
    """Something that needs no incident, such as a sender's own test; what we say of it."""

    sentence: str


@dataclass(frozen=True)
class Rejected:
    """One alert of a payload that cannot be read, and why, in one sentence."""

    sentence: str


@dataclass(frozen=True)
class Parcel:
    """One payload, in its order, and the key under which its alerts belong together.

    An alert with a `group_key` of its own stands apart. `title` names the incident that opens for
    the parcel's own key; empty stands for the alert's summary or name. `confirm_at` is the address
    that the sender wants opened once, to prove that this door is ours.
    """

    group_key: str = ""
    title: str = ""
    alerts: tuple[Signal | Rejected | Noted, ...] = ()
    changes: tuple[Made, ...] = ()
    confirm_at: str = ""


def alone(signal: Signal) -> Parcel:
    """The parcel of one alert that its sender does not group with any other."""
    return Parcel(signal.group_key or signal.key, signal.name, (signal,))


def noted(sentence: str) -> Parcel:
    """The parcel of something that needs no incident."""
    return Parcel(alerts=(Noted(sentence),))


_MARKS = re.compile(r"[\s_.-]")
SEVERITY_WORDS: Mapping[str, int] = {
    **dict.fromkeys(
        ["critical", "crit", "emergency", "fatal", "page", "disaster", "urgent", "sev1", "p1"], 1
    ),
    **dict.fromkeys(["emerg", "blocker", "sev0", "p0"], 1),
    **dict.fromkeys(["error", "err", "high", "major", "serious", "severe", "sev2", "p2"], 2),
    **dict.fromkeys(["warning", "warn", "average", "medium", "moderate", "minor", "sev3", "p3"], 3),
    **dict.fromkeys(
        ["info", "information", "informational", "notice", "debug", "low", "small", "none"], 4
    ),
    **dict.fromkeys(["sev4", "p4", "sev5", "p5"], 4),
}


def severity_level(word: str) -> int | None:
    """The level that a sender's word means, or None for a word we do not know.

    SEV-1 and "sev 1" are sev1.
    """
    plain = word.strip().lower()
    return SEVERITY_WORDS.get(plain) or SEVERITY_WORDS.get(_MARKS.sub("", plain))
