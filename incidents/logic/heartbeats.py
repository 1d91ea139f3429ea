"""Heartbeats: when silence is a signal, and what is said of it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from config.portal.sentences import Sentence, sentence

DOWN_AFTER = timedelta(seconds=60)
"""An engine that stood still for longer blames nobody for what came meanwhile."""
LONGEST_MUTE = timedelta(days=92)
MINUTE = timedelta(minutes=1)


class BeatState(StrEnum):
    """How a heartbeat is doing, the worst first."""

    SILENT = "silent"
    OVERDUE = "overdue"
    NEW = "new"
    PAUSED = "paused"
    MUTED = "muted"
    ON_TIME = "on_time"

    @property
    def label(self) -> str:
        return LABELS[self][0]

    @property
    def tone(self) -> str:
        return LABELS[self][1]


LABELS = {
    BeatState.SILENT: ("Silent", "bad"),
    BeatState.OVERDUE: ("A little late", "warn"),
    BeatState.NEW: ("Waits for its first call", ""),
    BeatState.PAUSED: ("Paused", ""),
    BeatState.MUTED: ("Muted", "warn"),
    BeatState.ON_TIME: ("On time", "ok"),
}


@dataclass(frozen=True)
class Beat:
    """One heartbeat as far as its state asks."""

    name: str
    every: timedelta
    grace: timedelta
    last_seen_at: datetime | None = None
    due_at: datetime | None = None
    silent_since: datetime | None = None
    muted_until: datetime | None = None
    mute_reason: str = ""

    @property
    def expected_at(self) -> datetime | None:
        """When its next call is expected; from then on it is only forgiven."""
        return self.due_at - self.grace if self.due_at else None


def due_at(seen_at: datetime, *, every: timedelta, grace: timedelta) -> datetime:
    """From when on its silence is a signal, unless it calls in before or just then."""
    return seen_at + every + grace


def is_late(due: datetime, *, now: datetime) -> bool:
    """Late by exactly its grace is not late."""
    return now > due


def is_muted(beat: Beat, *, now: datetime) -> bool:
    """Half-open: at `muted_until` it is heard again."""
    return beat.muted_until is not None and now < beat.muted_until


def state(beat: Beat, *, now: datetime) -> BeatState:
    """How it is doing. A mute is told before anything else: it is why nobody is called."""
    if is_muted(beat, now=now):
        return BeatState.MUTED
    if beat.silent_since is not None:
        return BeatState.SILENT
    if beat.last_seen_at is None:
        return BeatState.NEW
    if beat.due_at is None:
        return BeatState.PAUSED
    expected = beat.expected_at
    return BeatState.OVERDUE if expected and now > expected else BeatState.ON_TIME


def words(beat: Beat, *, now: datetime) -> Sentence:
    """The same in a sentence."""
    seen, found = beat.last_seen_at, state(beat, now=now)
    if found == BeatState.MUTED:
        said = "Muted until {until_at}: {reason}"
        if seen and beat.due_at and now > beat.due_at:
            said = "Muted until {until_at}: {reason} It has not called in since {seen_at}."
        return sentence(
            said, until_at=beat.muted_until, reason=_ended(beat.mute_reason), seen_at=seen or now
        )
    if found == BeatState.SILENT:
        return sentence("It has not called in since {seen_at}.", seen_at=seen)
    if found == BeatState.NEW:
        return sentence("It has never called in. Its first call starts the watching.")
    if found == BeatState.PAUSED:
        return sentence("Nobody waits for it. Its next call starts the watching again.")
    if found == BeatState.OVERDUE:
        return sentence(
            "It was expected at {expected_at}. At {due_at} its silence becomes an alert.",
            expected_at=beat.expected_at,
            due_at=beat.due_at,
        )
    return sentence("It called in at {seen_at}.", seen_at=seen)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def title(name: str, *, seen_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What the incident is called: "Nightly backup has not called in since 02:04 (Berlin)"."""
    here, today = seen_at.astimezone(zone), now.astimezone(zone).date()
    at = f"{here:%H:%M}" if here.date() == today else f"{here.day} {here:%b %H:%M}"
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return f"{name} has not called in since {at} ({city})"


def why_not_mute(until: datetime | None, reason: str, *, now: datetime) -> str | None:
    """Why a heartbeat cannot be muted like this."""
    if until is None or until <= now:
        return "Choose an end that is still to come."
    if until > now + LONGEST_MUTE:
        return "Mute it for 3 months at most. Remove it if nobody needs it."
    return None if reason else "Say why in one line. Whoever looks for its calls will want to know."
