"""When a message that could not be handed over is tried again. Pure."""

from datetime import datetime, timedelta

WAITS = (timedelta(0), timedelta(seconds=15), timedelta(seconds=45), timedelta(seconds=120))
MAX_ATTEMPTS = len(WAITS) + 1


def retry_at(attempts_made: int, *, now: datetime, jitter: float) -> datetime | None:
    """The instant of the next attempt after `attempts_made`; None when it is given up.

    `jitter` between 0 and 1 spreads the second half of the wait, so that an outage's messages do
    not all return at once.
    """
    if attempts_made >= MAX_ATTEMPTS:
        return None
    wait = WAITS[attempts_made - 1]
    return now + wait / 2 + wait / 2 * jitter
