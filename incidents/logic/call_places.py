"""Who is called for a service, and as the how-manieth; in words for whoever is new. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Param, Sentence

SOON = timedelta(hours=1)
PLACES = {1: "first on call", 2: "second", 3: "third"}
EVENING, MORNING = 20, 8


@dataclass(frozen=True)
class Place:
    """Where one person stands: `number` 1 is called first, `wait` after the beginning.

    `from_at` is when that is so for the first time; with `is_night_only` only between 20:00 and
    08:00 on their own clock.
    """

    number: int
    wait: timedelta
    from_at: datetime
    is_night_only: bool = False


def is_night(local: datetime) -> bool:
    """Whether somebody sleeps then, on their own clock."""
    return local.hour >= EVENING or local.hour < MORNING


def told(place: Place, *, service: str, now: datetime) -> tuple[Sentence, ...]:
    """ "From Mon 23 Nov, 09:00 you are second for Payments, at night." And what that means."""
    is_now = place.from_at <= now + SOON
    start = "From now on" if is_now else "From {from_at}"
    night = ", at night" if place.is_night_only else ""
    params: dict[str, Param] = {
        "place": PLACES.get(place.number, f"number {place.number}"),
        "service": service,
        "from_at": place.from_at,
        "wait_minutes": int(place.wait.total_seconds() // 60),
    }
    said = Sentence(f"{start} you are {{place}} for {{service}}{night}.", params)
    if not params["wait_minutes"]:
        return said, Sentence("We call you as soon as something critical breaks.")
    words = "If nobody has acknowledged, we call you after {wait_minutes}."
    return said, Sentence(words, params)
