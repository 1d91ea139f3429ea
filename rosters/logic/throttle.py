"""How many messages one contact point may get in a while. Pure.

The first call of an incident is never counted against anybody; everything else waits its turn.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

Limit = tuple[int, timedelta]
Limits = Mapping[str, tuple[Limit, ...]]

MINUTES, HOUR = timedelta(minutes=1), timedelta(hours=1)
WRITTEN = ((10, 5 * MINUTES), (60, HOUR), (120, 3 * HOUR))
LIMITS: Limits = {
    "sms": ((5, 15 * MINUTES), (11, HOUR), (21, 3 * HOUR)),
    "phone": ((3, 15 * MINUTES), (7, HOUR), (15, 3 * HOUR)),
    "email": WRITTEN,
    "chat": WRITTEN,
    "push": WRITTEN,
}
"""So many in so long, by channel; each of them holds."""

LONGEST_WINDOW = timedelta(days=1)
LIMIT = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})([mh])")


def windows(limits: Limits) -> list[timedelta]:
    """Every length of time that is asked about, the shortest first."""
    return sorted({window for every in limits.values() for _, window in every})


def is_full(channel: str, received: Mapping[timedelta, int], limits: Limits) -> bool:
    """Whether a contact point of this channel must wait; `received` counts for each window."""
    return any(received.get(window, 0) >= most for most, window in limits.get(channel, ()))


def parsed(text: str) -> Limits:
    """The usual limits, with those that are written out: "sms=5/15m 11/1h, phone=3/15m".

    Raises ValueError with a sentence.
    """
    found = dict(LIMITS)
    for part in filter(None, (one.strip() for one in text.split(","))):
        channel, equals, told = part.partition("=")
        if not equals or channel.strip() not in LIMITS:
            raise ValueError(f"“{part}” names no channel. Write sms=5/15m 11/1h.")
        found[channel.strip()] = tuple(_limit(one) for one in told.split())
    return found


def _limit(text: str) -> Limit:
    match = LIMIT.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is no limit. Write 5/15m for five in fifteen minutes.")
    count, length, unit = match.groups()
    window = int(length) * (MINUTES if unit == "m" else HOUR)
    if window > LONGEST_WINDOW:
        raise ValueError(f"“{text}” is longer than a day.")
    return int(count), window
