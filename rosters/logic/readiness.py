"""Whether a person can be called: one sentence about their contact points. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from rosters.logic.reaching import used, wakes

STALE_AFTER = timedelta(days=90)
MINUTE = timedelta(minutes=1)
WORDS = {"ok": "Ready", "warn": "Partly reachable", "bad": "Not reachable"}
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
    is_verified: bool = True
    is_reported: bool = False

    @property
    def is_trusted(self) -> bool:
        """Its owner proved it, and nobody has said since that it is wrong."""
        return self.is_verified and not self.is_reported

    @property
    def works(self) -> bool:
        """Nothing is known that speaks against it."""
        return not self.has_failed_since and not self.is_reported

    @property
    def name(self) -> str:
        return NAMES.get(self.channel, "contact point")

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
    def word(self) -> str:
        """Ready, partly reachable, or not reachable."""
        return WORDS[self.tone]

    @property
    def rank(self) -> int:
        """The worst first."""
        return {"bad": 0, "warn": 1}.get(self.tone, 2)


def readiness(points: Sequence[Point], *, now: datetime) -> Readiness:
    """Whether somebody can be called at night; `points` in the order in which they are used."""
    usable = [point for point in points if point.is_usable]
    if not usable:
        return Readiness("bad", Sentence("There is no number or address that Muster can use."))
    chosen = [point for point in usable if point.is_urgent] or usable
    ways = used(chosen, usable, is_urgent=True)
    working = [point for point in ways if point.works]
    waking = [point for point in working if wakes(point)]
    broken = [point for point in chosen if not point.works]
    if broken and not (waking and working):
        return Readiness("warn" if working else "bad", _fault(broken[0], now=now))
    if not waking:
        words = "There is no phone to wake them: Muster uses the {name}."
        return Readiness("warn", Sentence(words, {"name": working[0].name}))
    if broken:
        return Readiness("warn", _fault(broken[0], now=now))
    return _of(waking[0], now=now)


def _of(first: Point, *, now: datetime) -> Readiness:
    """How far the first way that wakes is proved."""
    if not first.is_verified:
        return Readiness("warn", Sentence("The {name} is not verified.", {"name": first.name}))
    if first.last_tested_at is None:
        return Readiness("warn", Sentence("The {name} was never tested.", {"name": first.name}))
    tone = "warn" if now - first.last_tested_at > STALE_AFTER else "ok"
    words = "The {name} was tested {n_age_minutes} ago."
    return Readiness(tone, _since(words, first.name, first.last_tested_at, now))


def _fault(point: Point, *, now: datetime) -> Sentence:
    """What speaks against a contact point."""
    if point.is_reported:
        return Sentence("Somebody says that the {name} is wrong.", {"name": point.name})
    words = "The last message to the {name} failed {n_age_minutes} ago."
    return _since(words, point.name, point.last_failed_at, now)


def _since(words: str, name: str, at: datetime | None, now: datetime) -> Sentence:
    age = max(now - (at or now), timedelta(0))
    return Sentence(words, {"name": name, "n_age_minutes": int(age / MINUTE)})
