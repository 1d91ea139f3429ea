"""When a finding of the proof may be quiet: with a reason, for a while, until it is worse. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=90)
NO_REASON = "Say why it may stay so, in a few words. Everybody who looks at it reads them."
NO_END = "Choose a day that is still to come. Then we show it again."
TOO_LONG = "Choose a day in the next 90 days. Whoever reads it then decides again."
IS_GONE = "This is mended already. There is nothing to silence."


@dataclass(frozen=True)
class Asked:
    """Why it is to be quiet, and until when."""

    reason: str
    until: datetime
    is_gone: bool = False


def why_not(asked: Asked, *, now: datetime) -> str | None:
    """Whether a finding may be quiet, as a sentence that says what to do."""
    if asked.is_gone:
        return IS_GONE
    if not asked.reason:
        return NO_REASON
    if asked.until <= now:
        return NO_END
    return TOO_LONG if asked.until > now + LONGEST else None


def holds(until: datetime, minutes: int, *, minutes_now: int, now: datetime) -> bool:
    """Whether a silence holds: its end is to come, and the finding has not got worse since."""
    return now < until and minutes_now <= minutes
