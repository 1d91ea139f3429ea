"""Whether a person can be called: one sentence about their contact points. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence

STALE_AFTER = timedelta(days=90)
MINUTE = timedelta(minutes=1)
CALLS = ("phone", "sms")
NAMES = {
    "phone": "phone",
    "sms": "text message number",
    "email": "e-mail address",
    "chat": "chat account",
    "push": "push device",
}


@dataclass(frozen=True)
class Point:
    """One contact point, as far as readiness asks. `is_usable`: Muster has a carrier for it."""

    channel: str
    is_urgent: bool = False
    is_usable: bool = True
    last_tested_at: datetime | None = None
    last_failed_at: datetime | None = None

    @property
    def has_failed_since(self) -> bool:
        """It failed after the last test that arrived."""
        if self.last_failed_at is None:
            return False
        return self.last_tested_at is None or self.last_failed_at > self.last_tested_at


@dataclass(frozen=True)
class Readiness:
    """`tone` is ok, warn or bad; `sentence` reads without the person's name."""

    tone: str
    sentence: Sentence

    @property
    def needs_attention(self) -> bool:
        return self.tone != "ok"

    @property
    def rank(self) -> int:
        """The worst first."""
        return {"bad": 0, "warn": 1}.get(self.tone, 2)


def readiness(points: Sequence[Point], *, now: datetime) -> Readiness:
    """Whether somebody can be called at night; `points` in the order in which they are used."""
    usable = [point for point in points if point.is_usable]
    if not usable:
        return Readiness("bad", Sentence("There is no number or address that Muster can use."))
    first = next((point for point in usable if point.is_urgent), usable[0])
    name = NAMES.get(first.channel, "contact point")
    if first.has_failed_since:
        words = "The last message to the {name} failed {n_age_minutes} ago."
        return Readiness("bad", _since(words, name, first.last_failed_at, now))
    if first.channel not in CALLS:
        words = "There is no phone to wake them: Muster uses the {name}."
        return Readiness("warn", Sentence(words, {"name": name}))
    if first.last_tested_at is None:
        return Readiness("warn", Sentence("The {name} was never tested.", {"name": name}))
    tone = "warn" if now - first.last_tested_at > STALE_AFTER else "ok"
    words = "The {name} was tested {n_age_minutes} ago."
    return Readiness(tone, _since(words, name, first.last_tested_at, now))


def _since(words: str, name: str, at: datetime | None, now: datetime) -> Sentence:
    age = max(now - (at or now), timedelta(0))
    return Sentence(words, {"name": name, "n_age_minutes": int(age / MINUTE)})
