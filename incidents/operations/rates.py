"""How many requests a source sends in a minute, counted by all processes together.

Each process counts its own at once, and exchanges counts with the others through the cache a few
times in a second: asking the cache in every request took a fifth of its time.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from incidents.models import AlertSource

logger = logging.getLogger(__name__)

MINUTE = 60
EXCHANGE_SECONDS = 0.2


@dataclass
class _Count:
    """Requests of one source in one minute: of all as last heard, and our own since then."""

    minute: int
    heard: int = 0
    own: int = 0
    exchange_at: float = 0.0


_counts: dict[int, _Count] = {}
_lock = threading.Lock()


def is_over(source: AlertSource, *, now: datetime) -> bool:
    """Count one more request; whether the source has sent more in this minute than agreed.

    Without a cache every process counts for itself.
    """
    minute = int(now.timestamp()) // MINUTE
    with _lock:
        count = _counts.get(source.pk)
        if count is None or count.minute < minute:
            count = _counts[source.pk] = _Count(minute)
        count.own += 1
        ours = count.own if time.monotonic() >= count.exchange_at else 0
        if ours:
            count.exchange_at = time.monotonic() + EXCHANGE_SECONDS
    if ours:
        _exchange(source, count, ours)
    return count.heard + count.own > source.rate_per_minute


def _exchange(source: AlertSource, count: _Count, ours: int) -> None:
    key = f"intake-rate:{source.pk}:{count.minute}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        heard = cache.incr(key, ours)
    except Exception:  # the cache's client raises many kinds; counting must not lose an alert
        logger.warning("the rate of a source could not be counted", exc_info=True)
        return
    with _lock:
        count.heard = max(count.heard + ours, heard)
        count.own -= ours
